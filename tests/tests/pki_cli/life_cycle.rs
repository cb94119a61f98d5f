//! What becomes of certificates: status, renewal, revocation, rotation.

use end_to_end::need::Need;
use end_to_end::require;
use serde_json::Value;

use crate::workshop::Workshop;

fn issue<'a>(name: &'a str, days: &'a str) -> Vec<&'a str> {
    vec![
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
        "out",
        "--days",
        days,
    ]
}

#[test]
fn status_shows_what_expires_by_table_json_metrics_and_exit_code() {
    let workshop = Workshop::with_authority();
    workshop.pki(&issue("long", "397"), 0);
    let output = workshop.pki(&["status", "--dir", "ca"], 0);
    assert!(output.stdout.starts_with("STATE  NAME"), "{output}");
    workshop.pki(&issue("soon", "20"), 0);
    workshop.pki(&issue("now", "3"), 0);
    let report = workshop.json(&["status", "--dir", "ca"], 1);
    let states: Vec<_> =
        report["certificates"].as_array().unwrap().iter().map(|row| row["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["valid", "critical", "warning", "valid"]);
    assert_eq!(report["certificates"][1]["by"], "tester", "who issued it");
    workshop.pki(&["status", "--dir", "ca", "--warning", "2", "--critical", "1"], 0);
    workshop.refused(
        &["status", "--dir", "ca", "--warning", "1", "--critical", "2"],
        &["--critical 2 comes before --warning 1"],
    );
    let output = workshop
        .command(&["status", "--dir", "ca", "--color", "always"])
        .env_remove("NO_COLOR")
        .run()
        .expect_code(1);
    assert!(output.stdout.contains("critical\u{1b}[0m"), "{output}");
    let output = workshop.pki(&["status", "--dir", "ca", "--prometheus", "-"], 1);
    assert!(
        output.stdout.contains("flinkops_certificate_not_after_seconds{name=\"now\",kind=\"internal\""),
        "{output}"
    );
    workshop.pki(&["status", "--dir", "ca", "--quiet", "--prometheus", "pki.prom"], 1);
    assert!(String::from_utf8(workshop.read("pki.prom")).unwrap().starts_with("# HELP flinkops_"));
    workshop.refused(&["status", "--dir", "nowhere"], &["holds no certificate authority", "pki init"]);
}

#[test]
fn renewal_replaces_what_expires_and_keeps_the_rest() {
    let workshop = Workshop::with_authority();
    workshop.pki(&issue("old", "5"), 0);
    workshop.pki(&issue("young", "300"), 0);
    workshop.pki(&[&issue("elsewhere", "5")[..], &["--force"]].concat(), 0);
    for file in ["elsewhere.keystore.p12", "elsewhere.keystore.password"] {
        std::fs::remove_file(workshop.path("out").join(file)).unwrap();
    }
    let young = workshop.read("out/young.keystore.p12");
    let (trust, password) =
        (workshop.read("out/old.truststore.p12"), workshop.read("out/old.keystore.password"));
    let renew = ["renew", "--dir", "ca", "--out", "out"];
    let planned = workshop.json(&[&renew[..], &["--dry-run"]].concat(), 0);
    assert_eq!(planned["renewed"][0]["serial"], Value::Null);
    let output = workshop.pki(&renew, 0);
    assert!(output.stdout.contains("restart"), "{output}");
    assert!(output.stderr.contains("elsewhere (internal) expires on"), "{output}");
    assert_eq!(workshop.read("out/young.keystore.p12"), young);
    assert_eq!(workshop.read("out/old.truststore.p12"), trust, "truststores are not touched");
    assert_eq!(workshop.read("out/old.keystore.password"), password);
    workshop.pki(
        &[
            "verify",
            "--keystore",
            "out/old.keystore.p12",
            "--truststore",
            "out/young.truststore.p12",
            "--role",
            "internal",
        ],
        0,
    );
    assert!(workshop.pki(&renew, 0).stdout.contains("nothing here expires"));

    let key = |name: &str| {
        let shown = workshop.json(
            &[
                "inspect",
                &format!("out/{name}.keystore.p12"),
                "--password-from",
                &format!("file:out/{name}.keystore.password"),
            ],
            0,
        );
        (
            shown["files"][0]["objects"][0]["key"]["sha256"].clone(),
            shown["files"][0]["objects"][0]["chain"][0]["serial"].clone(),
        )
    };
    let before = key("young");
    workshop.pki(&[&renew[..], &["--name", "young", "--keep-key"]].concat(), 0);
    let after = key("young");
    assert!(before.0 == after.0 && before.1 != after.1, "{before:?} {after:?}");
    workshop.pki(&[&renew[..], &["--name", "young"]].concat(), 0);
    assert!(key("young").0 != before.0);
    workshop.refused(&[&renew[..], &["--name", "nobody"]].concat(), &["nobody is not among"]);
    std::fs::write(workshop.path("out/young.keystore.p12"), "rubbish").unwrap();
    workshop.refused(&[&renew[..], &["--name", "young"]].concat(), &["young.keystore.p12 cannot be opened"]);
}

#[test]
fn formats_stay_what_they_are_when_renewed() {
    let workshop = Workshop::with_authority();
    for (name, more) in [
        ("jks", &["--format", "jks", "--key-password-from", "generate"][..]),
        ("old", &["--compat", "legacy"]),
        ("pem", &["--format", "pem"]),
    ] {
        workshop.pki(&[&issue(name, "5")[..], more].concat(), 0);
        let renewed = workshop.json(&["renew", "--dir", "ca", "--out", "out", "--name", name], 0);
        let keystore = renewed["renewed"][0]["keystore"].as_str().unwrap().to_owned();
        let password = format!("file:out/{name}.keystore.password");
        let key_password = format!("file:out/{name}.key.password");
        let passwords = match name {
            "jks" => vec!["--password-from", &password, "--key-password-from", &key_password],
            "pem" => vec![],
            _ => vec!["--password-from", &password],
        };
        let shown =
            workshop.json(&[&["inspect", &keystore][..], &passwords].concat(), i32::from(name == "old"));
        let kind = shown["files"][0]["kind"].as_str().unwrap();
        assert_eq!(kind, if name == "old" { "pkcs12" } else { name });
        if name == "old" {
            assert_eq!(shown["files"][0]["problems"][0]["code"], "legacy-encryption");
        }
    }
}

#[test]
fn revoking_signs_a_list_that_openssl_reads() {
    let openssl = require!(Need::Openssl);
    let workshop = Workshop::with_authority();
    workshop.pki(&issue("x", "90"), 0);
    workshop.refused(&["revoke", "--dir", "ca"], &["--serial"]);
    let planned = workshop.json(&["revoke", "--dir", "ca", "--name", "x", "--dry-run"], 0);
    assert_eq!(planned["list"], Value::Null);
    assert!(!workshop.path("ca/crl.pem").exists());
    let revoked = workshop.json(&["revoke", "--dir", "ca", "--name", "x", "--reason", "key-compromise"], 0);
    assert_eq!((&revoked["list"]["number"], &revoked["list"]["revoked"]), (&1.into(), &1.into()));
    assert_eq!(revoked["revoked"]["serial"], planned["revoked"]["serial"]);
    workshop.refused(&["revoke", "--dir", "ca", "--name", "x"], &["was revoked on"]);
    workshop.refused(&["revoke", "--dir", "ca", "--name", "nobody"], &["nobody is not among"]);
    workshop.refused(&["renew", "--dir", "ca", "--out", "out", "--name", "x"], &["was revoked"]);
    let list = workshop.json(&["revoke", "--dir", "ca", "--list-only", "--list-days", "5"], 0);
    assert_eq!(list["list"]["number"], 2);
    let read = workshop
        .run
        .command(&openssl)
        .args(["crl", "-in", "ca/crl.pem", "-noout", "-text", "-CAfile", "ca/ca.pem"])
        .run();
    let read = read.expect_code(0);
    assert!(read.stderr.contains("verify OK") && read.stdout.contains("Key Compromise"), "{read}");
    assert_eq!(workshop.json(&["inspect", "ca/crl.pem"], 0)["files"][0]["objects"][0]["crl"]["revoked"], 1);
    // It is not counted any more.
    workshop.pki(&["status", "--dir", "ca", "--warning", "100"], 0);
}

#[test]
fn a_rotation_goes_phase_by_phase() {
    let workshop = Workshop::with_authority();
    workshop.pki(&["init", "--dir", "new", "--name", "New CA", "--key-type", "p-256"], 0);
    workshop.write("hosts", "jm\ntm\n");
    workshop.pki(&["bulk", "--dir", "ca", "--hosts", "hosts", "--out", "out", "--key-type", "p-256"], 0);
    let plan = [
        "rotate",
        "plan",
        "--old",
        "ca",
        "--new",
        "new",
        "--stores",
        "out",
        "--node",
        "jm=job-manager",
        "--node",
        "tm=task-manager",
        "--plan",
        "plan.json",
    ];
    workshop.pki(&[&plan[..], &["--dry-run"]].concat(), 0);
    assert!(!workshop.path("plan.json").exists());
    let planned = workshop.json(&plan, 0);
    assert_eq!(planned["phases"].to_string(), r#"["trust-both","new-leaves","drop-old"]"#);
    workshop.pki(&plan, 2);
    assert!(workshop.pki(&["rotate", "--plan", "plan.json"], 0).stdout.contains("1. trust-both"));

    let next = ["rotate", "next", "--plan", "plan.json", "--new", "new"];
    let restarted = ["rotate", "restarted", "--plan", "plan.json"];
    for phase in ["trust-both", "new-leaves", "drop-old"] {
        workshop.pki(&["rotate", "--check", "--plan", "plan.json"], 1);
        assert_eq!(workshop.json(&[&next[..], &["tm"]].concat(), 0)["written"][0]["phase"], phase);
        // Between any two processes, old and new, at every step.
        for (server, client) in [("jm", "tm"), ("tm", "jm")] {
            let (keystore, truststore) =
                (format!("out/{server}.keystore.p12"), format!("out/{client}.truststore.p12"));
            workshop.pki(
                &["verify", "--keystore", &keystore, "--truststore", &truststore, "--role", "internal"],
                0,
            );
        }
        let early = ["--started", "2020-01-01T00:00:00Z", "tm"];
        workshop.pki(&[&restarted[..], &early].concat(), 2);
        workshop.pki(&[&restarted[..], &["tm"]].concat(), 0);
        if phase != "drop-old" {
            let waiting = workshop.json(&["rotate", "--check", "--plan", "plan.json", "tm"], 1);
            assert_eq!(waiting["nodes"][0]["next"]["waiting_for"][0], "jm");
            let output = workshop.pki(&[&next[..], &["tm"]].concat(), 2);
            assert!(output.stderr.contains("may not enter the phase"), "{output}");
        }
        workshop.pki(&next, 0);
        workshop.pki(&[&restarted[..], &["jm"]].concat(), 0);
    }
    workshop.pki(&["rotate", "--check", "--plan", "plan.json"], 0);
    workshop.pki(
        &[
            "verify",
            "--keystore",
            "out/jm.keystore.p12",
            "--truststore",
            "out/tm.truststore.p12",
            "--role",
            "internal",
        ],
        0,
    );
    let trusted = workshop.json(&["truststore", "list", "out/tm.truststore.p12"], 0);
    assert_eq!(trusted["entries"][0]["certificate"]["subject"], "CN=New CA");
    assert_eq!(trusted["entries"].as_array().unwrap().len(), 1);
}
