//! What Java makes of `krb5.conf` and of our keytabs, asked of Java's own classes.

use std::path::{Path, PathBuf};

use end_to_end::need::Need;
use end_to_end::require;
use end_to_end::run::Output;
use secure_conf::kerberos::krb5_conf::Krb5Conf;

use crate::workshop::Workshop;

/// Runs `Judge.java`, with a `krb5.conf` where it needs one.
pub(crate) fn judge(
    workshop: &Workshop,
    java: &Path,
    krb5_conf: Option<&Path>,
    arguments: &[String],
) -> Output {
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/kerberos/Judge.java");
    let mut command = workshop.run.command(java);
    for package in ["sun.security.krb5", "sun.security.krb5.internal.crypto"] {
        command = command.args(["--add-exports", &format!("java.security.jgss/{package}=ALL-UNNAMED")]);
    }
    if let Some(path) = krb5_conf {
        command = command.arg(format!("-Djava.security.krb5.conf={}", path.display()));
    }
    command.arg(source).args(arguments).run().expect_code(0)
}

#[test]
fn lists_of_encryption_types_mean_to_java_what_we_say() {
    let java = require!(Need::Java);
    let workshop = Workshop::new();
    let lists = [
        "aes256-cts aes128-cts",
        "aes256-cts, aes128-cts",
        "aes256-cts,aes128-cts",
        "aes256-cts  aes128-sha2",
        "aes256-cts\taes128-sha2",
        "aes",
        "aes256-cts aes",
        "AES256-CTS-HMAC-SHA1-96 Aes128-Sha1",
        "aes256-sha2 aes128-sha2 aes256-sha1 aes128-sha1",
        "DEFAULT -des3 -rc4",
        "rc4-hmac",
        "arcfour-hmac aes128-cts",
        "des3-cbc-sha1 des-cbc-md5",
        "camellia256-cts aes256-cts",
        "18 17",
        "nonsense",
    ];
    let mut texts = Vec::new();
    for list in lists {
        for weak in ["", "allow_weak_crypto = true\n"] {
            let realm = "[realms]\nR = {\nkdc = k\n}\n";
            texts.push(format!(
                "[libdefaults]\ndefault_realm = R\n{weak}permitted_enctypes = {list}\n{realm}"
            ));
        }
    }
    let mut arguments = vec!["enctypes".to_owned()];
    for (index, text) in texts.iter().enumerate() {
        let name = format!("{index}.conf");
        workshop.write(&name, text);
        arguments.push(workshop.path(&name).display().to_string());
    }
    let judged = judge(&workshop, &java, None, &arguments).stdout;
    assert_eq!(judged.lines().count(), texts.len(), "{judged}");
    for (text, theirs) in texts.iter().zip(judged.lines()) {
        let ours = Krb5Conf::parse(text).enctypes("permitted_enctypes").unwrap().java;
        let numbers: Vec<_> = ours.iter().map(|etype| etype.0).collect();
        let ours = if numbers.is_empty() { "none".to_owned() } else { format!("{numbers:?}") };
        assert_eq!(ours, theirs, "{text}");
    }
    workshop.run.assert_no_process_left();
}
