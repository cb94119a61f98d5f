//! The guide's configuration: what is wrong with it under each version, and what mending leaves.

use std::fmt::Write as _;

use conf_lint::{Context, Finding, FixLevel, Report, Severity, lint, mend};
use ops_core::catalogue::Catalogue;
use ops_core::conf::ConfDocument;
use ops_core::version::{Dialect, FlinkVersion};

const GUIDE: &str = include_str!("../../../examples/guide/flink-conf.yaml");

fn guide() -> ConfDocument {
    ConfDocument::parse(GUIDE, Dialect::Legacy).unwrap()
}

fn context(version: &str, dialect: Dialect) -> Context {
    Context { version: version.parse().unwrap(), file: dialect.file_name().to_owned() }
}

fn shown(report: &Report) -> String {
    let mut text = String::new();
    for Finding { code, severity, file, line, column, message, help, fix, .. } in &report.findings {
        writeln!(text, "{file}:{line}:{column} {severity} {code}: {message}\n  help: {help}").unwrap();
        for edit in fix.iter().flat_map(|fix| &fix.edits) {
            let safe = if fix.as_ref().is_some_and(|fix| fix.safe) { "safe" } else { "unsafe" };
            writeln!(text, "  {safe} fix: {edit}").unwrap();
        }
    }
    text
}

#[test]
fn findings_on_1_18_1() {
    insta::assert_snapshot!("guide_1_18_1", shown(&lint(&guide(), &context("1.18.1", Dialect::Legacy))));
}

#[test]
fn findings_on_1_20_5() {
    insta::assert_snapshot!("guide_1_20_5", shown(&lint(&guide(), &context("1.20.5", Dialect::Legacy))));
}

#[test]
fn findings_on_2_3_0() {
    insta::assert_snapshot!("guide_2_3_0", shown(&lint(&guide(), &context("2.3.0", Dialect::Legacy))));
}

/// Whatever the catalogue of the version does not know is reported, and nothing else as unknown.
#[test]
fn every_unknown_key_is_reported_on_every_version() {
    for version in FlinkVersion::KNOWN {
        let context = Context { version, file: String::new() };
        let document = guide();
        let unknown: Vec<_> = document
            .effective()
            .filter(|entry| Catalogue::of(version).lookup(&entry.key).is_none())
            .map(|entry| entry.key.as_str())
            .collect();
        let report = lint(&document, &context);
        let reported: Vec<_> =
            report.findings.iter().filter(|f| f.code == "FC001").filter_map(|f| f.key.as_deref()).collect();
        assert_eq!(reported, unknown, "{version}");
        for key in
            ["state.checkpoints.storage", "taskmanager.memory.managed", "taskmanager.memory.task.off-heap"]
        {
            assert!(reported.contains(&key), "{version} {key}");
        }
    }
}

/// What is left needs new stores, which is not the linter's to make.
#[test]
fn mending_leaves_the_passwords_only() {
    for version in FlinkVersion::KNOWN {
        let dialect = version.dialect();
        let context = Context { version, file: dialect.file_name().to_owned() };
        let mut document = guide();
        if dialect == Dialect::Yaml {
            document = document.convert(Dialect::Yaml).unwrap();
        }
        let mended = mend(&mut document, &context, FixLevel::Unsafe);
        let left: Vec<_> =
            mended.remaining.findings.iter().map(|f| (f.code, f.key.as_deref().unwrap())).collect();
        assert_eq!(
            left,
            [
                ("FC004", "security.ssl.internal.keystore-password"),
                ("FC004", "security.ssl.internal.key-password"),
                ("FC003", "security.ssl.internal.truststore-password"),
            ],
            "{version}"
        );
        assert!(mended.applied.len() >= 5);
    }
}

#[test]
fn safe_mending_changes_names_only() {
    let mut document = guide();
    let context = context("1.20.5", Dialect::Legacy);
    let values =
        |document: &ConfDocument| document.effective().map(|entry| entry.value.clone()).collect::<Vec<_>>();
    let before = values(&document);
    let mended = mend(&mut document, &context, FixLevel::Safe);
    assert_eq!(values(&document), before);
    assert!(mended.remaining.findings.iter().all(|finding| finding.severity > Severity::Info));
    insta::assert_snapshot!("guide_1_20_5_safely_mended", document.to_text());
}

#[test]
fn unsafe_mending_keeps_comments_and_order() {
    let mut document = guide();
    mend(&mut document, &context("1.18.1", Dialect::Legacy), FixLevel::Unsafe);
    insta::assert_snapshot!("guide_1_18_1_mended", document.to_text());
}

#[test]
fn no_finding_repeats_the_password() {
    let text = GUIDE.replace(": password", ": letmein");
    let document = ConfDocument::parse(&text, Dialect::Legacy).unwrap();
    for version in FlinkVersion::KNOWN {
        let report = lint(&document, &Context { version, file: "flink-conf.yaml".to_owned() });
        assert_eq!(report.findings.iter().filter(|finding| finding.code == "FC004").count(), 2);
        assert!(!serde_json::to_string(&report).unwrap().contains("letmein"));
    }
}
