//! What each form looks like, on the guide's configuration.

use conf_lint::{Context, Report, lint};
use ops_core::conf::ConfDocument;
use ops_core::version::Dialect;

use super::{Form, human, render};

/// As `conf lint examples/guide/flink-conf.yaml` finds it, from the workspace's root.
fn report() -> Report {
    let text = include_str!("../../../../../../examples/guide/flink-conf.yaml");
    let document = ConfDocument::parse(text, Dialect::Legacy).unwrap();
    let file = "../../examples/guide/flink-conf.yaml".to_owned();
    lint(&document, &Context { version: "1.18".parse().unwrap(), file })
}

/// Rules come and go; what a form does with a finding is shown by these.
fn some() -> Report {
    let mut report = report();
    report.findings.retain(|finding| ["FC001", "FC006"].contains(&finding.code));
    report
}

#[test]
fn human_shows_the_line_and_a_caret_and_no_password() {
    let text = anstream::adapter::strip_str(&human(&report(), &[])).to_string();
    assert!(text.contains("keystore-password: …") && !text.contains(": password"), "{text}");
    let text = anstream::adapter::strip_str(&human(&some(), &[])).to_string();
    insta::assert_snapshot!("human", text);
}

#[test]
fn github_annotations() {
    insta::assert_snapshot!("github", render(Form::Github, &some()).unwrap());
}

#[test]
fn junit_cases() {
    insta::assert_snapshot!("junit", render(Form::Junit, &some()).unwrap());
    insta::assert_snapshot!("junit_of_nothing", render(Form::Junit, &Report::default()).unwrap());
}

#[test]
fn sarif_results() {
    let mut log: serde_json::Value = serde_json::from_str(&render(Form::Sarif, &some()).unwrap()).unwrap();
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap();
    assert_eq!(rules.len(), conf_lint::RULES.len());
    rules.truncate(1);
    log["runs"][0]["tool"]["driver"]["version"] = "VERSION".into();
    rules_text_is_shown_elsewhere(&mut log);
    insta::assert_json_snapshot!("sarif", log);
}

fn rules_text_is_shown_elsewhere(log: &mut serde_json::Value) {
    for rule in log["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap() {
        rule["help"] = serde_json::json!({"text": "…", "markdown": "…"});
    }
}
