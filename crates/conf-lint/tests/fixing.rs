//! Fixes: nothing is changed that was not reported, and fixes do not get in each other's way.

use std::collections::BTreeSet;

use conf_lint::{Context, Edit, FixLevel, apply, lint, mend};
use ops_core::catalogue::Catalogue;
use ops_core::conf::ConfDocument;
use ops_core::version::Dialect;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;

fn context(version: &str) -> Context {
    Context { version: version.parse().unwrap(), file: "conf".to_owned() }
}

fn check(version: &str, dialect: Dialect, level: FixLevel, text: &str, expected: &str) {
    let mut document = ConfDocument::parse(text, dialect).unwrap();
    mend(&mut document, &context(version), level);
    assert_eq!(document.to_text(), expected);
}

#[test]
fn what_is_around_an_entry_stays() {
    check(
        "1.20",
        Dialect::Legacy,
        FixLevel::Unsafe,
        "# head\n\nrest.prot:   8081   # the port\r\nunknown.to.all: x\n",
        "# head\n\nrest.port:   8081   # the port\r\nunknown.to.all: x\n",
    );
}

#[test]
fn nested_yaml_is_mended_in_place() {
    check(
        "2.3",
        Dialect::Yaml,
        FixLevel::Unsafe,
        "rest:\n  prot: 8081 # the port\n  address: localhost\n",
        "rest:\n  port: 8081 # the port\n  address: localhost\n",
    );
}

#[test]
fn safe_fixes_leave_the_unsafe_ones() {
    let text = "rest.prot: 8081\nstate.backend: rocksdb\n";
    check("1.20", Dialect::Legacy, FixLevel::Safe, text, "rest.prot: 8081\nstate.backend.type: rocksdb\n");
}

#[test]
fn two_spellings_of_one_key_do_not_collide() {
    let mut document = ConfDocument::parse("rest.prot: 8081\nrest.poort: 8082\n", Dialect::Legacy).unwrap();
    let context = context("1.20");
    let report = lint(&document, &context);
    assert_eq!(apply(&mut document, &report.findings, FixLevel::Unsafe).len(), 1);
    assert_eq!(document.to_text(), "rest.port: 8081\nrest.poort: 8082\n");
    // The second one is for a human: both values cannot have been meant.
    let mended = mend(&mut document, &context, FixLevel::Unsafe);
    assert!(mended.applied.is_empty());
    assert_eq!(mended.remaining.findings.len(), 1);
}

#[test]
fn a_former_name_beside_the_new_one_goes() {
    check(
        "1.20",
        Dialect::Legacy,
        FixLevel::Safe,
        "state.backend: hashmap\nstate.backend.type: rocksdb\n",
        "# state.backend.type is set\n# state.backend: hashmap\nstate.backend.type: rocksdb\n",
    );
}

#[test]
fn a_former_name_with_a_wrong_value_is_mended_in_two_rounds() {
    check(
        "1.20",
        Dialect::Legacy,
        FixLevel::Unsafe,
        "state.backend.incremental: yes\n",
        "execution.checkpointing.incremental: true\n",
    );
}

#[test]
fn a_reporter_gets_its_factory() {
    check(
        "1.18",
        Dialect::Legacy,
        FixLevel::Unsafe,
        "metrics.reporter.prom.class: org.apache.flink.metrics.prometheus.PrometheusReporter\n",
        "metrics.reporter.prom.factory.class: org.apache.flink.metrics.prometheus.PrometheusReporterFactory\n",
    );
}

#[test]
fn mending_twice_changes_nothing_more() {
    let text = include_str!("../../../examples/guide/flink-conf.yaml");
    let mut document = ConfDocument::parse(text, Dialect::Legacy).unwrap();
    mend(&mut document, &context("1.20"), FixLevel::Unsafe);
    let once = document.to_text();
    assert!(mend(&mut document, &context("1.20"), FixLevel::Unsafe).applied.is_empty());
    assert_eq!(document.to_text(), once);
}

/// Over random mixtures of right, former, misspelt and foreign keys: an entry that no applied fix names keeps its
/// place and value, and safe fixes keep every value.
#[test]
fn only_what_was_reported_changes() {
    let catalogue = Catalogue::of("1.20".parse().unwrap());
    let mut names: Vec<String> = catalogue.keys().step_by(9).map(str::to_owned).collect();
    let misspelt: Vec<_> = names.iter().step_by(3).map(|key| format!("{key}s")).collect();
    names.extend(misspelt);
    names.extend(
        ["state.backend", "restart-strategy", "env.java.opts", "high-availability"].map(str::to_owned),
    );
    names.retain(|key| !key.contains(['#', '<', '$']));
    let mut rng = StdRng::seed_from_u64(7);
    for level in [FixLevel::Safe, FixLevel::Unsafe] {
        for _ in 0..8 {
            let chosen: BTreeSet<&String> = (0..30).map(|_| names.choose(&mut rng).unwrap()).collect();
            let text: String = chosen
                .iter()
                .map(|key| format!("{key}: {}\n", ["1", "true", "x y"].choose(&mut rng).unwrap()))
                .collect();
            let before = ConfDocument::parse(&text, Dialect::Legacy).unwrap();
            let mut after = before.clone();
            let mended = mend(&mut after, &context("1.20"), level);
            let named: BTreeSet<&str> =
                mended.applied.iter().flat_map(|done| &done.edits).flat_map(Edit::keys).collect();
            let untouched = |document: &ConfDocument| {
                let entries = document.effective().filter(|entry| !named.contains(entry.key.as_str()));
                entries.map(|entry| (entry.key.clone(), entry.value.clone())).collect::<Vec<_>>()
            };
            assert_eq!(untouched(&after), untouched(&before), "{text}");
            if level == FixLevel::Safe {
                assert!(
                    mended.applied.iter().all(|done| done.finding.fix.as_ref().is_some_and(|fix| fix.safe))
                );
            }
        }
    }
}
