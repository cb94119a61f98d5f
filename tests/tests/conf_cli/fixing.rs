//! `lint`, `fix` and `rule`.

use std::fs;

use crate::desk::{CANARY, Desk};

const UNTIDY: &str = "# ours\nrest.prot:  8082   # keep me\n\nstate.backend: rocksdb\n";

#[test]
fn fix_shows_the_change_first_and_touches_nothing_else() {
    let desk = Desk::with("flink-conf.yaml", UNTIDY);
    let fix = ["fix", "flink-conf.yaml", "--flink-version", "1.18", "--fail-on", "error"];
    let dry = desk.conf(&[&fix[..], &["--unsafe-fixes", "--dry-run"]].concat(), 0);
    assert!(dry.stdout.contains("-rest.prot:  8082   # keep me\n+rest.port:  8082   # keep me\n"), "{dry}");
    assert!(dry.stdout.contains("this was a dry run"), "{dry}");
    assert_eq!(desk.read("flink-conf.yaml"), UNTIDY);
    // The safe fix renames a former name; the misspelt key needs the word of its writer.
    let safe = desk.json(&fix, 1);
    assert!(codes(&safe["files"][0]["applied"]).contains(&"FC006"), "{safe}");
    assert!(codes(&safe["findings"]).contains(&"FC001"), "{safe}");
    let text = desk.read("flink-conf.yaml");
    assert!(text.starts_with(&UNTIDY.replace("state.backend:", "state.backend.type:")), "{text}");
    let all = desk.json(&[&fix[..], &["--unsafe-fixes"]].concat(), 0);
    assert_eq!(all["files"][0]["written"], true);
    let text = desk.read("flink-conf.yaml");
    let mended = UNTIDY.replace("state.backend:", "state.backend.type:").replace("prot", "port");
    assert!(text.starts_with(&mended), "{text}");
    assert!(!codes(&all["findings"]).contains(&"FC001"), "{all}");
}

#[test]
fn a_secret_is_in_no_diff_and_no_excerpt() {
    let text =
        format!("security.ssl.internal.keystor-password: {CANARY}\n# old.password: {CANARY}\nrest.prot: 1\n");
    let desk = Desk::with("flink-conf.yaml", &text);
    for format in ["sarif", "github", "junit"] {
        desk.conf(&["lint", "flink-conf.yaml", "--flink-version", "1.20", "--format", format], 1);
    }
    desk.conf(&["lint", "flink-conf.yaml", "--flink-version", "1.20"], 1);
    let fixed = desk.command(&["fix", "flink-conf.yaml", "--flink-version", "1.20", "--unsafe-fixes"]).run();
    assert!(!fixed.to_string().contains(CANARY), "{fixed}");
    assert!(fixed.stdout.contains("+security.ssl.internal.keystore-password: …"), "{fixed}");
    assert_eq!(desk.mode("flink-conf.yaml") & 0o007, 0, "what holds secrets is not for everybody");
}

#[test]
fn lint_fixes_when_asked_and_reports_what_is_left() {
    let desk = Desk::with("flink-conf.yaml", UNTIDY);
    let lint = ["lint", "flink-conf.yaml", "--flink-version", "1.18", "--fix"];
    assert!(codes(&desk.json(&lint, 1)["findings"]).contains(&"FC001"));
    assert!(desk.read("flink-conf.yaml").contains("state.backend.type: rocksdb"));
    desk.conf(&[&lint[..], &["--unsafe-fixes", "--fail-on", "error"]].concat(), 0);
    assert!(desk.read("flink-conf.yaml").contains("rest.port"));
    let alone = ["lint", "flink-conf.yaml", "--flink-version", "1.18", "--unsafe-fixes"];
    assert!(desk.conf(&alone, 2).stderr.contains("--fix"));
}

#[test]
fn a_link_to_the_file_stays_a_link() {
    let desk = Desk::with("shared/flink-conf.yaml", "state.backend: rocksdb\n");
    fs::create_dir(desk.path("conf")).unwrap();
    std::os::unix::fs::symlink("../shared/flink-conf.yaml", desk.path("conf/flink-conf.yaml")).unwrap();
    // Much is missing in this file, and stays to be reported.
    desk.conf(&["fix", "conf", "--flink-version", "1.18", "--fail-on", "error"], 1);
    assert!(fs::symlink_metadata(desk.path("conf/flink-conf.yaml")).unwrap().is_symlink());
    assert!(desk.read("shared/flink-conf.yaml").starts_with("state.backend.type: rocksdb\n"));
}

#[test]
fn rules_explain_themselves() {
    let desk = Desk::new();
    let all = desk.json(&["rule"], 0);
    let codes = all.as_array().unwrap();
    assert!(
        codes.len() >= 9
            && codes.iter().all(|rule| rule["documentation"].as_str().is_some_and(|d| d.len() > 100))
    );
    assert!(desk.conf(&["rule", "fc004"], 0).stdout.contains("FC004 well-known-password"));
    desk.refused(&["rule", "FC999"], &["no rule FC999", "conf rule"]);
}

#[test]
fn the_files_beside_the_configuration_are_mended_too() {
    let desk = Desk::with("conf/flink-conf.yaml", "jobmanager.rpc.address: jm\n");
    desk.write("conf/workers", "tm-1:8081\ntm-2\n");
    let fix = ["fix", "conf", "--flink-version", "1.18", "--unsafe-fixes", "--fail-on", "error"];
    let fixed = desk.conf(&fix, 0);
    assert!(fixed.stdout.contains("-tm-1:8081\n+tm-1\n"), "{fixed}");
    assert_eq!(desk.read("conf/workers"), "tm-1\ntm-2\n");
}

fn codes(findings: &serde_json::Value) -> Vec<&str> {
    findings.as_array().unwrap().iter().filter_map(|finding| finding["code"].as_str()).collect()
}

#[test]
fn the_key_in_a_keystore_is_held_against_the_suites() {
    let desk = Desk::new();
    let pki = "init --dir ca --key-type p-256
               issue --dir ca --key-type p-256 --name rest --role rest-server --san dns:jm --out tls";
    for line in pki.lines() {
        desk.flinkops(&[&["pki"][..], &line.split_whitespace().collect::<Vec<_>>()].concat())
            .run()
            .expect_code(0);
    }
    let (store, password) = (desk.path("tls/rest.keystore.p12"), desk.read("tls/rest.keystore.password"));
    let text = format!(
        "security.ssl.rest.enabled: true\nsecurity.ssl.rest.keystore: {}\nsecurity.ssl.rest.keystore-password: {}\n",
        store.display(),
        password.trim()
    );
    desk.write("config.yaml", &text);
    let lint = ["lint", "config.yaml", "--flink-version", "2.3"];
    let report = desk.json(&lint, 1);
    assert!(codes(&report["findings"]).contains(&"FC105"), "{report}");
    desk.conf(&["fix", "config.yaml", "--flink-version", "2.3", "--unsafe-fixes", "--fail-on", "error"], 0);
    let report = desk.json(&lint, 1);
    assert!(!codes(&report["findings"]).contains(&"FC105"), "{report}");
    assert!(desk.read("config.yaml").contains("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"));
}
