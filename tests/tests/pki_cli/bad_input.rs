//! Files that are damaged, foreign or hostile, and places that cannot be written: one clear error, nothing changed.

use std::fs;
use std::time::Duration;

use end_to_end::need::Need;
use end_to_end::require;
use end_to_end::run::TestRun;

use crate::workshop::{CANARY, Workshop, snapshot};

fn with_leaf() -> Workshop {
    let workshop = Workshop::with_authority();
    for format in ["p12", "jks"] {
        workshop.pki(
            &[
                "issue",
                "--dir",
                "ca",
                "--name",
                "x",
                "--role",
                "internal",
                "--key-type",
                "p-256",
                "--format",
                format,
                "--out",
                "out",
            ],
            0,
        );
    }
    workshop
}

#[test]
fn damaged_files_of_every_kind() {
    let workshop = with_leaf();
    workshop.write("empty", "");
    workshop.write("text", "this is no store at all\n");
    workshop.write("zeros", vec![0; 100_000]);
    workshop.write("huge", vec![0x30; 5 << 20]);
    for store in ["out/x.keystore.p12", "out/x.keystore.jks"] {
        let bytes = workshop.read(store);
        for (name, length) in [("cut", bytes.len() / 2), ("stub", 5)] {
            workshop.write(name, &bytes[..length]);
        }
        let mut flipped = bytes.clone();
        flipped[bytes.len() / 2] ^= 0x55;
        workshop.write("flipped", flipped);
        for file in ["empty", "text", "zeros", "huge", "cut", "stub", "flipped"] {
            let password = "file:out/x.keystore.password";
            let output =
                workshop.refused(&["convert", file, "new.p12", "--password-from", password], &[file]);
            assert!(output.elapsed < Duration::from_secs(5), "{output}");
            let report = workshop.json(&["inspect", file, "--password-from", password], 1);
            assert_eq!(report["files"][0]["problems"].as_array().unwrap().len(), 1, "{report}");
            workshop.refused(&["truststore", "add", file, "ca/ca.pem", "--password-from", password], &[file]);
            workshop.refused(
                &["sign", "--dir", "ca", file, "--role", "internal", "--out", "new"],
                &[file, "no signing request"],
            );
            workshop.refused(&["truststore", "add", "new.p12", file], &[file]);
        }
    }
    workshop.refused(&["inspect", "nowhere"], &["cannot read nowhere"]);
    workshop.refused(&["inspect", "out"], &["out", "directory"]);
}

#[test]
fn damaged_authorities() {
    let workshop = Workshop::with_authority();
    let issue =
        ["issue", "--dir", "ca", "--name", "x", "--role", "internal", "--key-type", "p-256", "--out", "out"];
    let keep = |name: &str| (name.to_owned(), workshop.read(name));
    for (file, bytes, expected) in [
        ("ca/ca.pem", &b"rubbish"[..], "ca/ca.pem is damaged"),
        ("ca/ca.key.pem", b"rubbish", "ca/ca.key.pem is damaged"),
        ("ca/issued.jsonl", b"rubbish\n", "ca/issued.jsonl is damaged"),
        ("ca/ca.passphrase", b"another\n", "does not open"),
    ] {
        let (name, good) = keep(file);
        workshop.write(file, bytes);
        workshop.refused(&issue, &[expected]);
        workshop.write(&name, good);
    }
    fs::remove_file(workshop.path("ca/ca.key.pem")).unwrap();
    workshop.refused(&issue, &["incomplete", "ca.key.pem is missing"]);
    fs::create_dir(workshop.path("full")).unwrap();
    workshop.write("full/precious", "mine");
    workshop.refused(&["init", "--dir", "full"], &["is not empty"]);
    workshop.refused(&["init", "--dir", "no/such/parent"], &["no/such"]);
}

#[test]
fn wrong_passwords_are_not_damage() {
    let workshop = with_leaf();
    workshop.write("wrong", "quite another one\n");
    for store in ["out/x.keystore.p12", "out/x.keystore.jks"] {
        workshop
            .refused(&["convert", store, "new.pem", "--password-from", "file:wrong"], &["does not open it"]);
        let report = workshop.json(&["inspect", store, "--password-from", "file:wrong"], 1);
        assert_eq!(report["files"][0]["problems"][0]["code"], "wrong-password");
    }
    fs::rename(workshop.path("out/x.keystore.password"), workshop.path("moved")).unwrap();
    workshop.refused(
        &["truststore", "list", "out/x.keystore.p12"],
        &["out/x.keystore.password", "--password-from"],
    );
}

#[test]
fn keys_and_certificates_that_do_not_belong_together() {
    let workshop = Workshop::with_authority();
    for name in ["a", "b"] {
        workshop
            .pki(&["csr", "--name", name, "--role", "internal", "--key-type", "p-256", "--out", "out"], 0);
        workshop.pki(
            &["sign", "--dir", "ca", &format!("out/{name}.csr"), "--role", "internal", "--out", "answers"],
            0,
        );
    }
    let import = ["import", "--name", "a", "--out", "out"];
    workshop.refused(
        &[&import[..], &["answers/b.pem"]].concat(),
        &["none of the 2 certificate(s) is for this key", "CN=b"],
    );
    // A chain that stops before its root.
    let text = String::from_utf8(workshop.read("answers/a.pem")).unwrap();
    let end = "-----END CERTIFICATE-----\n";
    let leaf = text.split_inclusive(end).next().unwrap();
    workshop.write("leaf.pem", leaf);
    workshop.refused(&[&import[..], &["leaf.pem"]].concat(), &["the certificate of CN=Test CA is missing"]);
    workshop
        .refused(&[&import[..], &["leaf.pem", "out/a.key"]].concat(), &["out/a.key holds no certificates"]);
    workshop.pki(&[&import[..], &["leaf.pem", "ca/ca.pem"]].concat(), 0);
    workshop.refused(&["import", "--name", "nobody", "leaf.pem", "--out", "out"], &["nobody.key"]);
}

#[test]
fn an_answer_that_has_expired() {
    let keytool = require!(Need::Keytool);
    let workshop = Workshop::new();
    workshop.write("password", "a long enough one\n");
    let keytool = |arguments: &[&str]| {
        let store = ["-keystore", "ca.p12", "-storepass:file", "password"];
        workshop.run.command(&keytool).args(arguments).args(store).run().expect_code(0);
    };
    keytool(&[
        "-genkeypair",
        "-alias",
        "ca",
        "-keyalg",
        "EC",
        "-dname",
        "CN=Old CA",
        "-ext",
        "bc:c",
        "-startdate",
        "-400d",
        "-validity",
        "800",
    ]);
    workshop.pki(&["csr", "--name", "x", "--role", "internal", "--key-type", "p-256", "--out", "out"], 0);
    keytool(&[
        "-gencert",
        "-alias",
        "ca",
        "-infile",
        "out/x.csr",
        "-outfile",
        "x.pem",
        "-rfc",
        "-startdate",
        "-40d",
        "-validity",
        "10",
    ]);
    keytool(&["-exportcert", "-alias", "ca", "-rfc", "-file", "ca.pem"]);
    workshop.refused(
        &["import", "--name", "x", "x.pem", "ca.pem", "--out", "out"],
        &["the certificate of CN=x expired on"],
    );
    let report = workshop.json(&["inspect", "x.pem"], 1);
    assert_eq!(report["files"][0]["problems"][0]["code"], "expired");
}

#[test]
fn places_that_cannot_be_written() {
    let workshop = Workshop::with_authority();
    let issue = ["issue", "--dir", "ca", "--name", "x", "--role", "internal", "--key-type", "p-256"];
    // Nobody, not even root, creates files there.
    for (arguments, expected) in [
        (&["init", "--dir", "/proc/flinkops-ca"][..], "/proc"),
        (&["convert", "ca/ca.pem", "/proc/trust.p12"], "/proc"),
        (&["truststore", "add", "/proc/trust.p12", "ca/ca.pem"], "/proc"),
        (
            &["csr", "--name", "x", "--role", "internal", "--key-type", "p-256", "--out", "/proc/flinkops"],
            "/proc/flinkops",
        ),
        (&["status", "--dir", "ca", "--quiet", "--prometheus", "/proc/pki.prom"], "/proc/pki.prom"),
    ] {
        let before = snapshot(workshop.run.path());
        let output = workshop.pki(arguments, 2);
        assert!(output.stderr.contains(expected) && output.stderr.matches("error:").count() == 1, "{output}");
        assert!(before == snapshot(workshop.run.path()));
    }
    // The certificate is in the index then; what was handed out is never more than what is in it.
    let output = workshop.pki(&[&issue[..], &["--out", "/proc/flinkops"]].concat(), 2);
    assert!(output.stderr.contains("/proc/flinkops"), "{output}");
}

/// A file system of one test, gone with it.
struct SmallDisk<'a> {
    run: &'a TestRun,
}

impl<'a> SmallDisk<'a> {
    fn mount(run: &'a TestRun, size: &str) -> Option<Self> {
        fs::create_dir(run.path().join("disk")).unwrap();
        let mounted =
            run.command("mount").args(["-t", "tmpfs", "-o", &format!("size={size}"), "none", "disk"]).run();
        (mounted.code == Some(0)).then_some(Self { run })
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ended = self.run.command("umount").arg("disk").run();
    }
}

#[test]
fn a_full_disk() {
    let workshop = Workshop::with_authority();
    // Without the right to mount there is no small disk to fill.
    let Some(_disk) = SmallDisk::mount(&workshop.run, "64k") else { return };
    let issue = |name: &'static str| {
        [
            "issue",
            "--dir",
            "ca",
            "--name",
            name,
            "--role",
            "internal",
            "--key-type",
            "p-256",
            "--out",
            "disk/out",
        ]
    };
    workshop.pki(&issue("x"), 0);
    let good = snapshot(&workshop.path("disk/out"));
    let mut filler = Vec::new();
    while fs::write(workshop.path(&format!("disk/filler-{}", filler.len())), [1; 4096]).is_ok() {
        filler.push(());
        assert!(filler.len() < 100, "the disk does not fill");
    }
    let output = workshop.pki(&issue("x"), 2);
    assert!(
        output.stderr.contains("cannot write disk/out/x.") && output.stderr.contains("No space left"),
        "{output}"
    );
    assert!(snapshot(&workshop.path("disk/out")) == good, "the stores that were there are whole");
    let output = workshop.pki(&["init", "--dir", "disk/ca", "--key-type", "p-256"], 2);
    assert!(output.stderr.contains("No space left"), "{output}");
    assert!(!workshop.path("disk/ca").exists());
}

#[test]
fn usage_errors_say_what_is_right() {
    let workshop = Workshop::with_authority();
    let issue = ["issue", "--dir", "ca", "--name", "x", "--out", "out"];
    for (more, expected) in [
        (&["--role", "boss"][..], "`boss` is not a role; use internal"),
        (&["--role", "rest-server"], "give at least one dns: or ip: name"),
        (&["--role", "internal", "--san", "host"], "write dns:HOST"),
        (&["--role", "internal", "--san", "dns:under_score"], "underscore"),
        (&["--role", "internal", "--key-type", "rsa-1024"], "use rsa-2048"),
        (&["--role", "internal", "--days", "0"], "0 days is no usable validity"),
        (&["--role", "internal", "--days", "20000"], "authority"),
        (&["--role", "internal", "--key-password-from", "env:STORE_PASSWORD"], "PKCS#12"),
        (&["--role", "internal", "--dir", "nowhere"], "cannot be used multiple times"),
    ] {
        let output = workshop.pki(&[&issue[..], more].concat(), 2);
        assert!(output.stderr.contains(expected), "`{expected}` is missing\n{output}");
        assert!(!workshop.path("out").exists(), "{output}");
    }
    workshop.refused(
        &["issue", "--dir", "ca", "--name", "../x", "--role", "internal", "--out", "out"],
        &["`../x`"],
    );
}

/// A store that anyone could have written is not taken for what it says.
#[test]
fn a_store_without_a_mac() {
    let openssl = require!(Need::Openssl);
    let workshop = Workshop::with_authority();
    workshop.write("password", CANARY);
    let args = [
        "pkcs12",
        "-export",
        "-nokeys",
        "-nomac",
        "-in",
        "ca/ca.pem",
        "-out",
        "bare.p12",
        "-passout",
        "file:password",
    ];
    workshop.run.command(&openssl).args(args).run().expect_code(0);
    let convert = ["convert", "bare.p12", "new.pem", "--password-from", "file:password"];
    workshop.refused(&convert, &["has no MAC", "--danger-accept-unauthenticated"]);
    let report = workshop.json(&["inspect", "bare.p12"], 1);
    assert_eq!(report["files"][0]["problems"][0]["code"], "unauthenticated");
    workshop.pki(&[&convert[..], &["--danger-accept-unauthenticated"]].concat(), 0);
}
