//! Fixes: nothing is changed that was not reported, and fixes do not get in each other's way.

use conf_lint::{Context, FixLevel, apply, lint, mend};
use ops_core::conf::ConfDocument;
use ops_core::version::Dialect;

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
        "rest:\n  prot: 8081 # the port\n  bind-address: localhost\n",
        "rest:\n  port: 8081 # the port\n  bind-address: localhost\n",
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
