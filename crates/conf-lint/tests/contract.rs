//! The JSON that other programs read. A change here breaks them.

use conf_lint::{Context, Report, Severity, lint};
use ops_core::conf::ConfDocument;
use ops_core::version::Dialect;

fn report(text: &str) -> Report {
    let document = ConfDocument::parse(text, Dialect::Legacy).unwrap();
    lint(&document, &Context { version: "1.20".parse().unwrap(), file: "conf/flink-conf.yaml".to_owned() })
}

#[test]
fn the_shape_of_a_report() {
    let text = "rest.prot: 8081\nrest.port:8081\nstate.backend: rocksdb\ntaskmanager.memory.managed: true\n\
                metrics.reporter.prom.class: org.apache.flink.metrics.prometheus.PrometheusReporter\n";
    insta::assert_json_snapshot!("report", report(text));
}

#[test]
fn nothing_found() {
    let json = serde_json::to_string(&report("rest.port: 8081\n")).unwrap();
    assert_eq!(json, r#"{"findings":[],"summary":{"errors":0,"warnings":0,"infos":0}}"#);
}

#[test]
fn reports_of_several_files_become_one() {
    let all: Report = [report("rest.prot: 1\n"), report("state.backend: hashmap\n")].into_iter().collect();
    assert_eq!((all.summary().errors, all.summary().infos), (1, 1));
    assert_eq!(all.worst(), Some(Severity::Error));
    assert_eq!(report("").worst(), None);
}
