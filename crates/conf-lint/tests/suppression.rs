//! Findings that somebody has decided to live with.

use conf_lint::{Files, Report, lint_files};
use ops_core::conf::ConfDocument;
use ops_core::version::Dialect;

fn files(text: &str, dialect: Dialect) -> Files {
    let document = ConfDocument::parse(text, dialect).unwrap();
    Files::of(document, dialect.file_name(), "1.20".parse().unwrap())
}

fn found(report: &Report) -> Vec<(&str, usize)> {
    report.findings.iter().map(|finding| (finding.code, finding.line)).collect()
}

fn lint(text: &str, dialect: Dialect) -> Vec<(&'static str, usize)> {
    lint_files(&files(text, dialect)).findings.iter().map(|finding| (finding.code, finding.line)).collect()
}

#[test]
fn a_comment_speaks_for_its_line_or_the_one_below() {
    for dialect in [Dialect::Legacy, Dialect::Yaml] {
        let text = "rest.prot: 8081 # flinkops: allow(FC001) a test\n\
                    # flinkops: allow(FC001) another\n\
                    rest.poort: 8081\n\
                    rest.porrt: 8081\n";
        assert_eq!(lint(text, dialect), [("FC001", 4)]);
    }
}

#[test]
fn at_the_head_it_speaks_for_the_file() {
    let text = "# Ours.\n# flinkops: allow(FC001, FC006) a test\n\nrest.prot: 1\nstate.backend: hashmap\n";
    assert_eq!(lint(text, Dialect::Legacy), []);
}

#[test]
fn an_entry_is_meant_even_where_its_value_stands_below() {
    let text = "taskmanager:\n  # flinkops: allow(FC002) a test\n  numberOfTaskSlots:\n    many\n";
    assert_eq!(lint(text, Dialect::Yaml), []);
}

#[test]
fn what_allows_nothing_or_cannot_be_read_is_found() {
    let text = "rest.port: 8081 # flinkops: allow(FC001) needless\n\
                rest.bind-address: localhost # flinkops: allow(FC001)\n\
                web.submit.enable: true # flinkops: allow(FC9) no rule\n";
    assert_eq!(lint(text, Dialect::Legacy), [("FC010", 1), ("FC011", 2), ("FC011", 3)]);
}

#[test]
fn the_other_files_have_comments_too() {
    let conf = "jobmanager.rpc.address: jm\nrest.bind-address: localhost\n";
    let sizes = "jobmanager.memory.process.size: 2g\ntaskmanager.memory.process.size: 4g\n";
    let files = files(&format!("{conf}{sizes}"), Dialect::Legacy)
        .with_file("workers", "tm-1\ntm-1 # flinkops: allow(FC097) two on purpose\n");
    assert_eq!(found(&lint_files(&files)), []);
}

#[test]
fn a_policy_speaks_for_codes_keys_and_files() {
    let policy = "apiVersion: flinkops/v1\n\
                  lint:\n  allow:\n    \
                  - {codes: [FC001], keys: [ours.*], reason: read by our jobs}\n    \
                  - {codes: [FC001], paths: [config.yaml], reason: another file}\n    \
                  - {codes: [FC097], paths: [workers], reason: two on purpose}\n";
    let text = "ours.one: 1\nours.two: 2\ntheirs.one: 1\n\
                jobmanager.memory.process.size: 2g\ntaskmanager.memory.process.size: 4g\n";
    let files = files(text, Dialect::Legacy).with_file("workers", "a\na\n").with_policy(policy).unwrap();
    let report = lint_files(&files);
    assert_eq!(found(&report), [("FC001", 3), ("FC010", 5)]);
    assert_eq!(report.findings[1].file, "flinkops.yaml");
}

#[test]
fn a_wrong_policy_is_refused_with_the_place() {
    let files = files("", Dialect::Legacy);
    let error = files.with_policy("apiVersion: flinkops/v1\nlint:\n  alow: []\n").unwrap_err().to_string();
    assert!(error.starts_with("flinkops.yaml:3:") && error.contains("did you mean `allow`"), "{error}");
}
