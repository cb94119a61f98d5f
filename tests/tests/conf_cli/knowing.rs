//! `explain` and `schema`.

use crate::desk::Desk;

#[test]
fn a_key_is_explained_by_versions_names_and_prose() {
    let desk = Desk::new();
    let backend = desk.json(&["explain", "state.backend"], 0);
    assert_eq!(backend["kind"], "former-name");
    assert_eq!(backend["option"], "state.backend.type");
    assert!(backend["text"].as_str().unwrap().contains("hashmap"));
    let gone = desk.json(&["explain", "security.ssl.enabled", "--flink-version", "2.3"], 0);
    assert_eq!(gone["known_in"].as_array().unwrap().len(), 3);
    let gone = desk.conf(&["explain", "security.ssl.enabled", "--flink-version", "2.3"], 0);
    assert!(gone.stdout.contains("Flink 2.3 does not read it"), "{gone}");
    assert!(gone.stdout.contains("security.ssl.internal.enabled and security.ssl.rest.enabled"), "{gone}");
    let renamed =
        desk.json(&["explain", "high-availability.zookeeper.path.jobgraphs", "--flink-version", "1.18"], 0);
    assert_eq!(renamed["kind"], "option");
    let family = desk.json(&["explain", "metrics.reporter.prom.port"], 0);
    assert_eq!((&family["kind"], &family["option"]), (&"family".into(), &"metrics.reporter.<name>.*".into()));
    let process = desk.conf(&["explain", "restart-strategy.fixed-delay.attempts"], 0);
    for expected in ["whole number", "needs:", "restart-strategy.type", "1.18 to 2.3"] {
        assert!(process.stdout.contains(expected), "{process}");
    }
}

#[test]
fn an_unknown_key_leads_to_what_was_meant() {
    let desk = Desk::new();
    desk.refused(
        &["explain", "taskmanager.memory.proces.size"],
        &["no Flink from 1.18", "`taskmanager.memory.process.size`"],
    );
    desk.refused(
        &["explain", "no.such.thing.at.all", "--flink-version", "1.20"],
        &["Flink 1.20.5 has no option"],
    );
}

#[test]
fn a_schema_is_printed_for_every_version() {
    let desk = Desk::new();
    let plain = desk.conf(&["schema", "--flink-version", "1.20"], 0);
    let schema: serde_json::Value = serde_json::from_str(&plain.stdout).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(desk.conf(&["schema"], 2).stderr.contains("--flink-version"));
}
