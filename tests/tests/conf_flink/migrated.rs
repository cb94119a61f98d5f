//! Migrated files are read by the Flink they are for, to the values they had.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use conf_lint::{Context, Defaults, Severity, lint, migrate};
use end_to_end::need::Need;
use end_to_end::require;
use ops_core::conf::ConfDocument;
use ops_core::version::{Dialect, FlinkVersion};

use crate::flink;

fn guide() -> ConfDocument {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/guide/flink-conf.yaml");
    ConfDocument::parse(&fs::read_to_string(path).unwrap(), Dialect::Legacy).unwrap()
}

/// The configuration that came with a distribution.
fn stock(home: &Path) -> ConfDocument {
    let files = [Dialect::Legacy, Dialect::Yaml].map(|dialect| home.join("conf").join(dialect.file_name()));
    ConfDocument::read(files.iter().find(|file| file.is_file()).unwrap()).unwrap()
}

/// The codes of the errors: keys may have other names.
fn errors(document: &ConfDocument, version: FlinkVersion) -> Vec<&'static str> {
    let report = lint(document, &Context { version, file: String::new() });
    let errors = report.findings.into_iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| finding.code).collect()
}

#[test]
fn flink_2_3_reads_the_guides_configuration_to_the_values_it_had() {
    let [java, javac, home] = require!(Need::Java, Need::Javac, Need::Flink("2.3.0"));
    let (old, new) = (FlinkVersion::new(1, 18, 1), FlinkVersion::new(2, 3, 0));
    let migration = migrate(&guide(), old, new, Defaults::List).unwrap();
    let text = migration.document.to_text();
    let said = flink::read_all(&home, &javac, &java, "config.yaml", &[text]).remove(0).unwrap();
    let mut expected: BTreeMap<String, String> =
        guide().effective().map(|entry| (entry.key.clone(), entry.value.clone())).collect();
    for (from, to) in [
        ("state.backend", Some("state.backend.type")),
        ("state.backend.incremental", Some("execution.checkpointing.incremental")),
        ("restart-strategy", Some("restart-strategy.type")),
        ("state.checkpoints.storage", None),
        ("taskmanager.memory.managed", None),
        ("taskmanager.memory.task.off-heap", None),
    ] {
        let value = expected.remove(from).unwrap_or_else(|| panic!("the guide sets {from}"));
        expected.extend(to.map(|to| (to.to_owned(), value)));
    }
    assert_eq!(said, expected);
}

/// Every version to every later one: nothing is an error that was none.
#[test]
fn the_result_has_no_error_that_the_source_had_not() {
    let homes = require!(Need::Flink("1.18.1"), Need::Flink("1.20.5"), Need::Flink("2.3.0"));
    let mut pairs = 0;
    for (index, from) in FlinkVersion::KNOWN.into_iter().enumerate() {
        let home = homes.iter().find(|home| home.ends_with(from.to_string()));
        let mut documents: Vec<ConfDocument> = home.iter().map(|home| stock(home)).collect();
        if from.reads(Dialect::Legacy) {
            documents.push(guide());
        }
        for to in FlinkVersion::KNOWN.into_iter().skip(index) {
            for document in &documents {
                let before = errors(document, from);
                let migration = migrate(document, from, to, Defaults::Pin).unwrap();
                let after = errors(&migration.document, to);
                let new: Vec<_> = after.iter().filter(|error| !before.contains(error)).collect();
                assert!(new.is_empty(), "{from} to {to}: {new:?}\n{}", migration.document.to_text());
                assert!(to.reads(migration.document.dialect()));
                pairs += 1;
            }
        }
    }
    assert!(pairs >= 28, "{pairs}");
}
