//! `migrate`.

use crate::desk::{CANARY, Desk};

const OLD: &str = "\
# ours
jobmanager.rpc.address: jm # the name
state.backend: filesystem
security.ssl.enabled: true
taskmanager.heap.size: 1g
restart-strategy: fixed-delay
akka.watch.threshold: 12
no.such.key: 1
web.timeout: 600000
cluster.evenly-spread-out-slots: true
security.ssl.rest.key-password: CanaryOf7Yellow9Feathers
";

#[test]
fn every_entry_goes_where_it_belongs_and_says_why() {
    let desk = Desk::with("conf/flink-conf.yaml", OLD);
    let migrate = ["migrate", "conf", "--from", "1.18", "--to", "2.3"];
    // TLS without stores is an error before and after.
    let planned = desk.conf(&migrate, 1);
    assert!(planned.stdout.contains("not written: add --out"), "{planned}");
    assert!(!desk.path("conf/config.yaml").exists());
    let done = desk.json(&[&migrate[..], &["--out", "conf"]].concat(), 1);
    let kind = |key: &str| {
        let steps = done["steps"].as_array().unwrap();
        steps.iter().find(|step| step["key"] == key).map(|step| step["kind"].as_str().unwrap().to_owned())
    };
    for (key, expected) in [
        ("state.backend", Some("renamed")),
        ("state.backend.type", Some("rewritten")),
        ("security.ssl.enabled", Some("replaced")),
        ("taskmanager.heap.size", Some("replaced")),
        ("restart-strategy", Some("renamed")),
        ("akka.watch.threshold", Some("removed")),
        ("no.such.key", Some("ignored")),
        ("cluster.evenly-spread-out-slots", Some("replaced")),
        ("web.timeout", None),
        ("jobmanager.rpc.address", None),
    ] {
        assert_eq!(kind(key).as_deref(), expected, "{key}");
    }
    let new = desk.read("conf/config.yaml");
    for line in [
        "# ours\n",
        "jobmanager.rpc.address: jm # the name\n",
        "state.backend.type: hashmap\n",
        "execution.checkpointing.storage: filesystem\n",
        "# security.ssl.enabled: true\n",
        "security.ssl.internal.enabled: true\n",
        "taskmanager.memory.flink.size: 1g\n",
        "restart-strategy.type: fixed-delay\n",
        "taskmanager.load-balance.mode: SLOTS\n",
        "web.timeout: 600000\n",
    ] {
        assert!(new.contains(line), "`{line}` is missing:\n{new}");
    }
    assert!(new.contains(CANARY));
    // It holds a password now.
    assert_eq!(desk.mode("conf/config.yaml"), 0o600);
    let defaults: Vec<_> =
        done["changed_defaults"].as_array().unwrap().iter().filter_map(|d| d["key"].as_str()).collect();
    assert!(defaults.contains(&"restart-strategy.exponential-delay.max-backoff"), "{defaults:?}");
    assert!(!defaults.contains(&"heartbeat.interval"), "{defaults:?}");
    desk.refused(&[&migrate[..], &["--out", "conf"]].concat(), &["is there already", "--force"]);
}

#[test]
fn old_defaults_can_be_kept() {
    let desk = Desk::with("flink-conf.yaml", "parallelism.default: 2\n");
    let migrate = [
        "migrate",
        "flink-conf.yaml",
        "--from",
        "1.18",
        "--to",
        "2.3",
        "--out",
        "new.yaml",
        "--pin-defaults",
    ];
    desk.conf(&migrate, 0);
    let new = desk.read("new.yaml");
    assert!(new.contains("restart-strategy.exponential-delay.max-backoff: 5 min\n"), "{new}");
    let diff = ["diff", "flink-conf.yaml", "new.yaml", "--from-version", "1.18", "--to-version", "2.3"];
    desk.conf(&diff, 0);
}

#[test]
fn between_versions_that_say_the_same_nothing_changes() {
    let text = "rest:\n  port: 8081\n";
    let desk = Desk::with("config.yaml", text);
    let done = desk.json(&["migrate", "config.yaml", "--from", "2.2", "--to", "2.3", "--out", "new.yaml"], 0);
    assert_eq!(done["steps"], serde_json::json!([]));
    assert_eq!(desk.read("new.yaml"), text);
}

/// A directory's name may have a dot in it.
#[test]
fn a_conf_directory_becomes_one() {
    let desk = Desk::with("conf-1.18/flink-conf.yaml", "web.timeout: 10000\n");
    let migrate = ["migrate", "conf-1.18", "--from", "1.18", "--to", "2.3", "--out"];
    desk.conf(&[&migrate[..], &["conf-2.3"]].concat(), 0);
    assert!(desk.path("conf-2.3/config.yaml").is_file());
    desk.conf(&[&migrate[..], &["new.yaml"]].concat(), 0);
    assert!(desk.path("new.yaml").is_file());
    // Numbers that are durations now mean milliseconds, as before.
    let versions = ["--from-version", "1.18", "--to-version", "2.3"];
    desk.conf(&[&["diff", "conf-1.18", "conf-2.3"][..], &versions].concat(), 0);
}
