//! `diff`.

use crate::desk::{CANARY, Desk, keys};

#[test]
fn spelling_order_format_and_written_defaults_are_no_difference() {
    let desk = Desk::with(
        "flink-conf.yaml",
        "execution.checkpointing.interval: 60s\ntaskmanager.memory.process.size: 4096m\nstate.backend: rocksdb\n\
         metrics.reporters: a,b\nclassloader.parent-first-patterns.additional: x;y\n",
    );
    desk.write(
        "config.yaml",
        "taskmanager.memory.process.size: 4g\nstate:\n  backend:\n    type: rocksdb\nrest.port: 8081\n\
         execution.checkpointing.interval: 1 min\nmetrics.reporters: a,b\n\
         classloader.parent-first-patterns.additional: [x, y]\n",
    );
    let diff = ["diff", "flink-conf.yaml", "config.yaml", "--flink-version", "1.20"];
    assert!(desk.conf(&diff, 0).stdout.contains("the same to Flink"));
    let versions =
        ["diff", "flink-conf.yaml", "config.yaml", "--from-version", "1.18", "--to-version", "2.3"];
    assert_eq!(desk.json(&versions, 0)["same"], true);
}

#[test]
fn what_differs_is_listed_without_secrets() {
    let desk = Desk::with("flink-conf.yaml", &format!("a.password: {CANARY}\nrest.port: 1\nunknown: x\n"));
    desk.write("config.yaml", &format!("a.password: {CANARY}2\nparallelism.default: 4\nunknown: x\n"));
    let diff = ["diff", "flink-conf.yaml", "config.yaml", "--flink-version", "1.20"];
    let compared = desk.json(&diff, 1);
    assert_eq!(keys(&compared["differences"]), ["a.password", "parallelism.default", "rest.port"]);
    let port = &compared["differences"][2];
    assert_eq!((&port["left"]["value"], &port["left"]["line"]), (&"1".into(), &2.into()));
    assert_eq!((&port["right"]["value"], &port["right"]["default"]), (&"8081".into(), &true.into()));
    assert_eq!(compared["differences"][0]["left"]["value"], "…");
    assert!(desk.conf(&diff, 1).stdout.contains("8081 (default)"));
    desk.refused(&["diff", "flink-conf.yaml", "none", "--flink-version", "1.20"], &["cannot read none"]);
}
