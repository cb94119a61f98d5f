//! `flinkops keytab` as a person uses it, without a KDC: results, refusals, and files that nobody else can read.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::workshop::{PASSWORD, Workshop, codes};

#[test]
fn a_keytab_is_made_looked_at_changed_and_checked() {
    let workshop = Workshop::new();
    workshop.create("f.keytab", "flink/h@EXAMPLE.COM", &[]);
    let mode = fs::metadata(workshop.path("f.keytab")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
    let listed = workshop.json(&["keytab", "list", "f.keytab"], 0);
    assert_eq!((&listed["format"], &listed["mode"]), (&"0502".into(), &"0600".into()));
    let entry = &listed["entries"][0];
    assert_eq!(entry["principal"], "flink/h@EXAMPLE.COM");
    assert_eq!(
        (&entry["kvno"], &entry["etype"], &entry["etype_number"]),
        (&1.into(), &"aes256-cts-hmac-sha1-96".into(), &18.into())
    );
    assert!(entry["key"].is_null() && entry["timestamp"].is_string());
    let shown = workshop.json(&["keytab", "list", "f.keytab", "--danger-show-keys"], 0);
    assert_eq!(shown["entries"][0]["key"].as_str().unwrap().len(), 64);
    assert!(workshop.flinkops(&["keytab", "list", "f.keytab"], 0).stdout.starts_with("PRINCIPAL"));

    // The next version beside the old one, then without it.
    workshop.create("f.keytab", "flink/h@EXAMPLE.COM", &["--kvno", "2", "--add"]);
    let before = workshop.read("f.keytab");
    let dry = workshop.json(&["keytab", "remove", "f.keytab", "--superseded", "--dry-run"], 0);
    assert_eq!(dry["removed"].as_array().unwrap().len(), 2);
    assert!(workshop.read("f.keytab") == before, "a dry run changed the file");
    fs::copy(workshop.path("f.keytab"), workshop.path("old.keytab")).unwrap();
    workshop.flinkops(&["keytab", "remove", "f.keytab", "--superseded"], 0);
    let differences = workshop.json(&["keytab", "diff", "old.keytab", "f.keytab"], 1);
    assert_eq!(differences["differences"].as_array().unwrap().len(), 2);
    assert_eq!(differences["differences"][0]["difference"], "only-first");
    workshop.flinkops(&["keytab", "merge", "f.keytab", "old.keytab", "--out", "all.keytab"], 0);
    workshop.flinkops(&["keytab", "diff", "all.keytab", "old.keytab"], 0);
    let empty = ["keytab", "remove", "all.keytab", "--principal", "flink/h@EXAMPLE.COM"];
    workshop.flinkops(&empty, 0);
    assert_eq!(codes(&workshop.json(&["keytab", "check", "all.keytab"], 1)), ["keytab-empty"]);

    // Whatever holds a key, or the password, is for its owner alone.
    let key = shown["entries"][0]["key"].as_str().unwrap();
    let key: Vec<_> = (0..32).map(|at| u8::from_str_radix(&key[2 * at..2 * at + 2], 16).unwrap()).collect();
    let holds = |bytes: &[u8], secret: &[u8]| bytes.windows(secret.len()).any(|window| window == secret);
    let mut holders = 0;
    for entry in fs::read_dir(workshop.run.path()).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        let bytes = fs::read(entry.path()).unwrap();
        assert!(!holds(&bytes, PASSWORD.as_bytes()), "{entry:?}");
        if holds(&bytes, &key) {
            holders += 1;
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{entry:?}");
        }
    }
    assert_eq!(holders, 2, "both versions have the key of the same password");
    workshop.run.assert_no_process_left();
}

#[test]
fn what_is_wrong_is_found_offline() {
    let workshop = Workshop::new();
    workshop.create("f.keytab", "flink@EXAMPLE.COM", &["--kvno", "3"]);
    workshop.write(
        "good.conf",
        "[libdefaults]\ndefault_realm = EXAMPLE.COM\n[realms]\nEXAMPLE.COM = {\nkdc = k\n}\n",
    );
    let check = |more: &[&str], code: i32| {
        codes(&workshop.json(&[&["keytab", "check", "f.keytab"], more].concat(), code))
    };
    assert_eq!(check(&["--krb5-conf", "good.conf", "--principal", "flink", "--kvno", "3"], 0), [""; 0]);
    assert_eq!(check(&["--principal", "Flink@EXAMPLE.COM"], 1), ["principal-missing"]);
    assert_eq!(check(&["--kvno", "4"], 1), ["wrong-kvno"]);
    assert_eq!(check(&["--owner", "4242"], 1), ["keytab-owner"]);
    assert_eq!(check(&["--owner", "4242", "--fail-on", "error"], 0), ["keytab-owner"]);
    for (list, expected) in [
        ("aes256-sha2", &["no-usable-etype"][..]),
        ("aes256-cts", &["unused-etype"]),
        ("aes", &["no-usable-etype", "enctypes-lost"]),
        ("aes256-cts, aes128-cts", &["unused-etype", "enctypes-lost"]),
    ] {
        let text =
            format!("[libdefaults]\npermitted_enctypes = {list}\n[realms]\nEXAMPLE.COM = {{\nkdc = k\n}}\n");
        workshop.write("list.conf", text);
        assert_eq!(check(&["--krb5-conf", "list.conf"], 1), expected, "{list}");
    }
    fs::set_permissions(workshop.path("f.keytab"), fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(check(&[], 1), ["keytab-exposed"]);
    workshop.write("f.keytab", "garbage");
    assert_eq!(check(&["--fail-on", "error"], 1), ["keytab-damaged"]);
    let source = ["--password-from", "env:PRINCIPAL_PASSWORD", "--danger-allow-weak-etypes"];
    let weak = ["keytab", "create", "weak.keytab", "--principal", "a@B", "--etype", "rc4-hmac"];
    workshop.flinkops(&[&weak[..], &source[..]].concat(), 0);
    assert_eq!(
        codes(&workshop.json(&["keytab", "check", "weak.keytab"], 1)),
        ["weak-etype", "no-usable-etype"]
    );
    workshop.run.assert_no_process_left();
}

#[test]
fn bad_input_is_refused_with_one_error() {
    let workshop = Workshop::new();
    workshop.create("f.keytab", "flink@EXAMPLE.COM", &[]);
    let create =
        ["keytab", "create", "new.keytab", "--password-from", "env:PRINCIPAL_PASSWORD", "--principal"];
    let with = |more: &[&'static str]| [&create[..], more].concat();
    workshop.refused(&with(&["flink"]), &["has no realm", "flink@REALM"]);
    workshop.refused(&with(&["a@B", "--etype", "aes512"]), &["is no encryption type"]);
    workshop.refused(&with(&["a@B", "--etype", "rc4-hmac"]), &["is weak", "--danger-allow-weak-etypes"]);
    workshop.refused(
        &with(&["a@B", "--etype", "des-cbc-md5", "--danger-allow-weak-etypes"]),
        &["cannot be derived"],
    );
    workshop
        .refused(&["keytab", "create", "n", "-p", "a@B", "--password-from", "hunter2"], &["never by itself"]);
    workshop.refused(
        &["keytab", "create", "n", "-p", "a@B", "--password-from", "env:NOT_SET"],
        &["NOT_SET is not set"],
    );
    workshop.write("empty", "");
    workshop.refused(
        &["keytab", "create", "n", "-p", "a@B", "--password-from", "file:empty"],
        &["password is empty"],
    );
    let existing = ["keytab", "create", "f.keytab", "--password-from", "env:PRINCIPAL_PASSWORD", "-p", "a@B"];
    workshop.refused(&existing, &["is there already", "--add"]);
    workshop.write("password", "another one");
    let conflict = ["keytab", "create", "f.keytab", "--add", "--password-from", "file:password", "-p"];
    workshop.refused(&[&conflict[..], &["flink@EXAMPLE.COM"]].concat(), &["another key", "--kvno"]);
    workshop.refused(&["keytab", "list", "nowhere"], &["there is no keytab nowhere"]);
    workshop.write("text", "no keytab");
    workshop.refused(&["keytab", "list", "text"], &["05 02", "6e 6f"]);
    workshop.write("cut", &workshop.read("f.keytab")[..40]);
    workshop.refused(&["keytab", "list", "cut"], &["at byte 2", "the file ends within an entry"]);
    workshop.refused(&["keytab", "list", "."], &["it is a directory"]);
    workshop.refused(&["keytab", "remove", "f.keytab"], &["required"]);
    workshop.refused(&["keytab", "remove", "f.keytab", "--kvno", "9"], &["no such entry", "keytab list"]);
    workshop.refused(&["keytab", "merge", "f.keytab", "--out", "text"], &["is there already", "--force"]);
    workshop.refused(&["keytab", "check", "f.keytab", "--service", "x"], &["needs a login", "--kdc"]);
    workshop.refused(&["keytab", "check", "f.keytab", "--kdc", "a:b:c/d"], &["no address of a KDC"]);
    workshop.refused(&["keytab", "check", "f.keytab", "--live"], &["--krb5-conf"]);
    workshop.refused(&["keytab", "check", "f.keytab", "--krb5-conf", "nowhere"], &["cannot read nowhere"]);
    workshop.run.assert_no_process_left();
}

#[test]
fn the_guides_configuration_is_wired_and_lints_clean_of_kerberos_mistakes() {
    let workshop = Workshop::new();
    let guide = include_str!("../../../examples/guide/flink-conf.yaml");
    let block = "\nsecurity.kerberos.login.use-ticket-cache: false\nsecurity.kerberos.login.keytab: /etc/security/keytabs/flink.keytab\n\
                 security.kerberos.login.principal: flink@REALM\nsecurity.kerberos.login.contexts: Client,KafkaClient\n";
    workshop.create("flink.keytab", "flink@EXAMPLE.COM", &[]);
    let path = |name: &str| workshop.path(name).display().to_string();
    for (version, name) in [("1.18", "flink-conf.yaml"), ("1.20", "config.yaml"), ("2.3", "config.yaml")] {
        fs::create_dir_all(workshop.path(version)).unwrap();
        workshop.write(&format!("{version}/{name}"), format!("{guide}{block}"));
        let (keytab, krb5) = (path("flink.keytab"), path("krb5.conf"));
        let wire =
            ["secure", "kerberos", version, "--flink-version", version, "--principal", "flink@EXAMPLE.COM"];
        let files = [
            "--keytab",
            &keytab,
            "--krb5-conf",
            &krb5,
            "--krb5-out",
            "krb5.conf",
            "--kdc",
            "kdc.example.com",
        ];
        let arguments = [&wire[..], &files].concat();
        let text = || workshop.read(&format!("{version}/{name}"));
        let before = text();
        let dry = workshop.json(&[&arguments[..], &["--dry-run"]].concat(), 0);
        assert!(dry["written"] == false && text() == before, "a dry run wrote");
        let wired = workshop.json(&arguments, 0);
        assert_eq!((&wired["written"], codes(&wired)), (&true.into(), vec![]), "{wired:#}");
        assert_eq!(dry["changes"], wired["changes"]);
        let changed = text();
        assert_eq!(workshop.json(&arguments, 0)["written"], false);
        assert!(text() == changed, "wiring twice changed the file");
        let lint = workshop.json(&["conf", "lint", version, "--flink-version", version], 1);
        for finding in lint["findings"].as_array().unwrap() {
            let key = finding["key"].as_str().unwrap_or_default();
            assert!(!key.contains("kerberos") && !key.contains("java.opts"), "{finding:#}");
        }
    }
    workshop.refused(
        &["secure", "kerberos", "1.18", "--flink-version", "2.3", "--keytab", "/k", "-p", "a@B"],
        &["holds flink-conf.yaml", "does not read"],
    );
    workshop.refused(
        &["secure", "kerberos", "2.3", "--flink-version", "2.3", "--keytab", "k", "-p", "a@B"],
        &["is relative"],
    );
    workshop.refused(
        &[
            "secure",
            "kerberos",
            "2.3",
            "--flink-version",
            "2.3",
            "--keytab",
            "/k",
            "-p",
            "a@B",
            "--krb5-out",
            "krb5.conf",
            "--kdc",
            "other",
        ],
        &["is there already", "--force"],
    );
    workshop.run.assert_no_process_left();
}
