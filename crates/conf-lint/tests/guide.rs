//! The guide's configuration: what is wrong with it under each version, and what mending leaves.

use std::fmt::Write as _;

use conf_lint::{Context, Files, Finding, FixLevel, Report, Severity, lint, lint_files, mend, mend_files};
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

/// The blocks of the guide in the dialect of a version: the same lines, since they mean the same in both.
fn blocks(version: FlinkVersion) -> impl Iterator<Item = (&'static str, ConfDocument)> {
    let blocks = [
        ("main", GUIDE),
        ("kerberos", include_str!("guide_files/kerberos.flink-conf.yaml")),
        ("ssl", include_str!("guide_files/ssl.flink-conf.yaml")),
    ];
    blocks.into_iter().map(move |(name, text)| (name, ConfDocument::parse(text, version.dialect()).unwrap()))
}

#[test]
fn mending_leaves_nothing() {
    for version in FlinkVersion::KNOWN {
        let context = Context { version, file: version.dialect().file_name().to_owned() };
        for (name, mut document) in blocks(version) {
            let mended = mend(&mut document, &context, FixLevel::Unsafe);
            assert!(mended.remaining.findings.is_empty(), "{version} {name}: {}", shown(&mended.remaining));
            assert_eq!(mended.applied.is_empty(), name == "kerberos", "{version} {name}");
            assert!(!document.text().contains("password: password"), "{version} {name}");
        }
    }
}

#[test]
fn a_store_has_one_password_after_mending() {
    for (name, mut document) in blocks(FlinkVersion::new(1, 20, 5)) {
        mend(&mut document, &context("1.20.5", Dialect::Yaml), FixLevel::Unsafe);
        let passwords = document.effective().filter(|entry| entry.key.ends_with("-password"));
        let mut passwords: Vec<_> = passwords.map(|entry| entry.value.clone()).collect();
        passwords.dedup();
        assert_eq!(passwords.len(), usize::from(name != "kerberos"), "{name}");
        assert!(passwords.iter().all(|password| password.len() >= 20), "{name}");
    }
}

fn directory(version: FlinkVersion) -> Files {
    let (_, document) = blocks(version).next().unwrap();
    Files::of(document, version.dialect().file_name(), version)
        .with_file("masters", include_str!("guide_files/masters"))
        .with_file("workers", include_str!("guide_files/workers"))
}

#[test]
fn the_ports_of_masters_and_workers_are_found_and_mended() {
    for version in FlinkVersion::KNOWN {
        let mut files = directory(version);
        let report = lint_files(&files);
        let found = |file: &str| {
            let of_file = report.findings.iter().filter(|finding| finding.file == file);
            of_file.map(|finding| (finding.code, finding.line)).collect::<Vec<_>>()
        };
        assert_eq!(found("masters"), [("FC095", 2)], "{version}");
        assert_eq!(found("workers"), [("FC094", 2), ("FC094", 3), ("FC094", 4), ("FC094", 5)], "{version}");
        let mended = mend_files(&mut files, FixLevel::Unsafe);
        assert!(mended.remaining.findings.is_empty(), "{version}: {}", shown(&mended.remaining));
        let text = |name: &str| files.texts().find(|(file, _)| file.ends_with(name)).unwrap().1.to_owned();
        assert_eq!(
            text("workers"),
            "# workers - TaskManager 节点\ntaskmanager-1\ntaskmanager-2\ntaskmanager-3\ntaskmanager-4\n"
        );
        assert_eq!(text("masters"), "# masters - JobManager 配置\njobmanager-host\n");
    }
}

#[test]
fn findings_in_the_ssl_block() {
    let (_, document) = blocks(FlinkVersion::new(1, 18, 1)).nth(2).unwrap();
    insta::assert_snapshot!("guide_ssl_1_18_1", shown(&lint(&document, &context("1.18.1", Dialect::Legacy))));
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
    let password = document.get("security.ssl.internal.keystore-password").unwrap().to_owned();
    insta::assert_snapshot!("guide_1_18_1_mended", document.text().replace(&password, "GENERATED"));
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
