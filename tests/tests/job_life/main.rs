//! The life of a job through `flinkops job …`: one session, on mock-flink and on a real Flink of the same version.

mod desk;

use std::path::Path;

use desk::Desk;
use end_to_end::need::Need;
use end_to_end::{exclusive, require};
use serde_json::json;

const UNKNOWN: &str = "0123456789abcdef0123456789abcdef";

/// Submitted, listed, shown, saved, stopped, restored, cancelled; and everything that is refused.
fn life(desk: &Desk) {
    assert_eq!(desk.json(&["list"], 0), json!({ "jobs": [] }));
    let first = desk.submit(&["-p", "2"], "forever");
    let listed = desk.json(&["list"], 0);
    assert_eq!((&listed["jobs"][0]["id"], &listed["jobs"][0]["state"]), (&json!(first), &json!("RUNNING")));
    assert_eq!(listed["jobs"][0]["tasks"]["running"], 4, "{listed}");
    let shown = desk.job(&["show", &first], 0);
    assert!(shown.stdout.contains("RUNNING") && shown.stdout.contains(&first), "{shown}");

    let directory = desk.path("savepoints").display().to_string();
    let saved = desk.json(&["savepoint", &first, "--dir", &directory], 0);
    desk.assert_savepoint(&saved["savepoint"]);
    // A directory that cannot be made: `/proc` takes none.
    let refused = desk.job(&["savepoint", &first, "--dir", "/proc/savepoints"], 4);
    assert!(refused.stderr.starts_with("error: ") && refused.stderr.contains(&first), "{refused}");
    let stopped = desk.json(&["stop", &first, "--dir", &directory], 0);
    desk.assert_savepoint(&stopped["savepoint"]);
    assert_eq!(desk.state(&first), "FINISHED");

    let restored = stopped["savepoint"].as_str().unwrap();
    let second = desk.submit(&["-p", "1", "--from-savepoint", restored], "forever");
    assert_ne!(first, second);
    desk.job(&["cancel", &second], 0);
    assert_eq!(desk.state(&second), "CANCELED");
    assert_eq!(desk.json(&["list"], 0), json!({ "jobs": [] }));

    for (verb, options) in [
        ("show", &[][..]),
        ("savepoint", &["--dir", &directory]),
        ("stop", &["--dir", &directory]),
        ("cancel", &[]),
    ] {
        let refused = desk.job(&[&[verb, UNKNOWN], options].concat(), 4);
        assert!(refused.stderr.contains(UNKNOWN), "{refused}");
    }
    let gone = desk.path("savepoints/none").display().to_string();
    let refused = desk.try_submit(&["--from-savepoint", &gone], "forever", 4);
    assert!(refused.stderr.contains("none"), "{refused}");
    let thrown = desk.try_submit(&[], "throw", 4);
    assert!(thrown.stderr.contains("java.lang.IllegalStateException: thrown in main"), "{thrown}");
}

fn on_both(home: &Path, version: &str) {
    life(&Desk::mock(home, version));
    let _alone = exclusive::real_flink();
    let desk = Desk::real(home, version);
    life(&desk);
}

#[test]
fn flink_1_18() {
    let [home, _java, _javac] = require!(Need::Flink("1.18.1"), Need::Java, Need::Javac);
    on_both(&home, "1.18.1");
}

#[test]
fn flink_1_20() {
    let [home, _java, _javac] = require!(Need::Flink("1.20.5"), Need::Java, Need::Javac);
    on_both(&home, "1.20.5");
}

#[test]
fn flink_2_3() {
    let [home, _java, _javac] = require!(Need::Flink("2.3.0"), Need::Java, Need::Javac);
    on_both(&home, "2.3.0");
}
