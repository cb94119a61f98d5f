//! The guide's section on access control, done as it says with keytool, and done with flinkops; then keytool tells both.

use std::path::Path;

use end_to_end::need::Need;
use end_to_end::require;

use crate::workshop::Workshop;

/// What `keytool -list -v` tells of a store, as far as it decides on TLS.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    /// The type of each entry with its alias, in the order of aliases.
    entries: Vec<(String, String)>,
    /// The lengths of the chains.
    chains: Vec<String>,
    /// The key of every certificate.
    keys: Vec<String>,
}

impl Told {
    fn by_keytool(workshop: &Workshop, keytool: &Path, store: &str, password: &str) -> Self {
        let output = workshop
            .run
            .command(keytool)
            .args(["-list", "-v", "-keystore", store, "-storepass:file", password])
            .args(["-J-Duser.language=en"])
            .run()
            .expect_code(0);
        let values = |label: &str| -> Vec<String> {
            let lines = output.stdout.lines().map(str::trim);
            lines.filter_map(|line| line.strip_prefix(label)).map(|value| value.trim().to_owned()).collect()
        };
        let mut entries: Vec<_> = values("Alias name:").into_iter().zip(values("Entry type:")).collect();
        entries.sort();
        Self {
            entries,
            chains: values("Certificate chain length:"),
            keys: values("Subject Public Key Algorithm:"),
        }
    }
}

#[test]
fn keytool_finds_the_same_in_the_guides_stores_and_in_ours() {
    let keytool = require!(Need::Keytool);
    let workshop = Workshop::with_authority();
    workshop.pki(&["init", "--dir", "rsa", "--name", "Company CA"], 0);
    workshop.write("password", "password\n");
    let keytool_run = |arguments: &[&str]| {
        let passwords = ["-storepass:file", "password"];
        workshop.run.command(&keytool).args(arguments).args(passwords).run().expect_code(0)
    };

    // The guide's way, in its order: six JVMs. Its passwords stand on the command line; here they do not.
    let dname = "CN=flink, OU=BigData, O=Company, L=City, ST=Province, C=CN";
    let keystore = ["-keystore", "keystore.jks"];
    keytool_run(
        &[
            &[
                "-genkeypair",
                "-alias",
                "flink-internal",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                dname,
            ][..],
            &keystore,
        ]
        .concat(),
    );
    keytool_run(&[&["-certreq", "-alias", "flink-internal", "-file", "flink.csr"][..], &keystore].concat());
    // "Hand it in to the CA for signing."
    workshop.pki(&["sign", "--dir", "rsa", "flink.csr", "--role", "internal", "--out", "answer"], 0);
    keytool_run(
        &[&["-importcert", "-noprompt", "-alias", "ca", "-file", "rsa/ca.pem"][..], &keystore].concat(),
    );
    keytool_run(
        &[&["-importcert", "-alias", "flink-internal", "-file", "answer/flink.pem"][..], &keystore].concat(),
    );
    keytool_run(
        &[&["-exportcert", "-alias", "flink-internal", "-file", "flink.crt"][..], &keystore].concat(),
    );
    keytool_run(&[
        "-importcert",
        "-noprompt",
        "-alias",
        "flink-internal",
        "-file",
        "flink.crt",
        "-keystore",
        "truststore.jks",
    ]);

    // Ours: one command.
    workshop.pki(
        &["issue", "--dir", "rsa", "--name", "flink-internal", "--role", "internal", "--out", "ours"],
        0,
    );

    let theirs = Told::by_keytool(&workshop, &keytool, "keystore.jks", "password");
    let ours = Told::by_keytool(
        &workshop,
        &keytool,
        "ours/flink-internal.keystore.p12",
        "ours/flink-internal.keystore.password",
    );
    let key_entry = ("flink-internal".to_owned(), "PrivateKeyEntry".to_owned());
    assert!(theirs.entries.contains(&key_entry) && ours.entries == [key_entry], "{theirs:?} {ours:?}");
    assert_eq!((&theirs.chains, &ours.chains), (&vec!["2".to_owned()], &vec!["2".to_owned()]));
    // The leaf's key, beside those of the CA.
    for told in [&theirs, &ours] {
        assert_eq!(told.keys.iter().filter(|key| *key == "2048-bit RSA key").count(), 1, "{told:?}");
    }

    // The guide's truststore holds the leaf, so it trusts this one certificate and not the next; ours holds the CA.
    let theirs = Told::by_keytool(&workshop, &keytool, "truststore.jks", "password");
    let ours = Told::by_keytool(
        &workshop,
        &keytool,
        "ours/flink-internal.truststore.p12",
        "ours/flink-internal.truststore.password",
    );
    let kinds = |told: &Told| told.entries.iter().map(|(_, kind)| kind.clone()).collect::<Vec<_>>();
    assert_eq!(kinds(&theirs), ["trustedCertEntry"]);
    assert_eq!(kinds(&theirs), kinds(&ours));
    workshop.pki(&["issue", "--dir", "rsa", "--name", "second", "--role", "internal", "--out", "ours"], 0);
    let verify = |keystore: &str, password: &str, truststore: &str, trust_password: &str, code: i32| {
        workshop.json(
            &[
                "verify",
                "--role",
                "internal",
                "--keystore",
                keystore,
                "--keystore-password-from",
                password,
                "--truststore",
                truststore,
                "--truststore-password-from",
                trust_password,
            ],
            code,
        )
    };
    let second = ("ours/second.keystore.p12", "file:ours/second.keystore.password");
    let found = verify(second.0, second.1, "truststore.jks", "file:password", 1);
    assert_eq!(found["findings"][0]["code"], "untrusted", "{found}");
    verify(
        second.0,
        second.1,
        "ours/flink-internal.truststore.p12",
        "file:ours/flink-internal.truststore.password",
        0,
    );
    // And the keystore that keytool made works with ours.
    let found = verify(
        "keystore.jks",
        "file:password",
        "ours/second.truststore.p12",
        "file:ours/second.truststore.password",
        0,
    );
    assert_eq!(found["handshakes"].as_array().unwrap().len(), 2);
}

/// The other commands of the section, each with its counterpart.
#[test]
fn each_command_has_its_counterpart() {
    let keytool = require!(Need::Keytool);
    let workshop = Workshop::with_authority();
    // genkeypair and certreq
    workshop.pki(&["csr", "--name", "flink-internal", "--role", "internal", "--out", "out"], 0);
    // the CA
    workshop
        .pki(&["sign", "--dir", "ca", "out/flink-internal.csr", "--role", "internal", "--out", "answer"], 0);
    // importcert of the CA and of the signed certificate, as JKS with a key password of its own
    let import = [
        "import",
        "--name",
        "flink-internal",
        "answer/flink-internal.pem",
        "--format",
        "jks",
        "--key-password-from",
        "generate",
        "--out",
        "out",
    ];
    workshop.pki(&import, 0);
    let told = Told::by_keytool(
        &workshop,
        &keytool,
        "out/flink-internal.keystore.jks",
        "out/flink-internal.keystore.password",
    );
    assert_eq!(told.entries, [("flink-internal".to_owned(), "PrivateKeyEntry".to_owned())]);
    assert_eq!(told.chains, ["2"]);
    // exportcert and importcert into a truststore
    let added = workshop.json(&["truststore", "add", "truststore.jks", "ca/ca.pem", "--alias", "company"], 0);
    assert_eq!(added["password_file"], "truststore.password");
    let told = Told::by_keytool(&workshop, &keytool, "truststore.jks", "truststore.password");
    assert_eq!(told.entries, [("company".to_owned(), "trustedCertEntry".to_owned())]);
}
