//! The life of a job through `flinkops job …`: one session, on mock-flink and on a real Flink of the same version.

mod counting;
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
    let first = desk.submit(&["-p", "2", "--conf", "execution.checkpointing.interval=1 min"], "forever");
    let listed = desk.json(&["list"], 0);
    assert_eq!((&listed["jobs"][0]["id"], &listed["jobs"][0]["state"]), (&json!(first), &json!("RUNNING")));
    assert_eq!(listed["jobs"][0]["tasks"]["running"], 4, "{listed}");
    let shown = desk.job(&["show", &first], 0);
    assert!(shown.stdout.contains("RUNNING") && shown.stdout.contains(&first), "{shown}");

    // By its name, by the beginning of its id, and by what is nearly its name.
    let name = listed["jobs"][0]["name"].as_str().unwrap();
    for called in [name, &first[..8], &name.to_uppercase()] {
        assert_eq!(desk.json(&["show", called], 0)["id"], json!(first), "{called}");
    }
    let unknown = desk.job(&["show", "order"], 2);
    assert!(
        unknown.stderr.contains("no job is called `order`; there are") && unknown.stderr.contains(&first)
    );
    assert_eq!(desk.json(&["exceptions", name], 0)["failures"], json!([]));
    let checkpoint = desk.json(&["checkpoint", name], 0);
    assert!(checkpoint["checkpoint"].as_i64().unwrap() >= 1, "{checkpoint}");
    let refused = desk.job(&["scale", name, "-p", "1"], 4);
    assert!(refused.stderr.contains("stop it with a savepoint"), "{refused}");
    assert_eq!(desk.json(&["scale", name, "-p", "1", "--dry-run"], 0)["how"], "restart");

    let directory = desk.path("savepoints").display().to_string();
    let saved = desk.json(&["savepoint", &first, "--dir", &directory], 0);
    desk.assert_savepoint(&saved["savepoint"]);
    // A directory that cannot be made: `/proc` takes none.
    let refused = desk.job(&["savepoint", &first, "--dir", "/proc/savepoints"], 4);
    assert!(refused.stderr.starts_with("error: ") && refused.stderr.contains(&first), "{refused}");
    // Under this scheduler, another parallelism is another job, from a savepoint.
    let jar = desk.jar();
    let scale = [
        "scale",
        name,
        "-p",
        "1",
        "--jar",
        &jar,
        "--class",
        "ConformanceJobs",
        "--dir",
        &directory,
        "-o",
        "json",
    ];
    let scaled = desk.job(&[&scale[..], &["--", "forever"]].concat(), 0);
    let scaled: serde_json::Value = serde_json::from_str(&scaled.stdout).unwrap();
    desk.assert_savepoint(&scaled["savepoint"]);
    assert_eq!(desk.state(&first), "FINISHED");
    let first = scaled["job_id"].as_str().unwrap().to_owned();
    let shown = desk.json(&["show", &first], 0);
    assert!(shown["vertices"].as_array().unwrap().iter().all(|vertex| vertex["parallelism"] == 1), "{shown}");
    assert_eq!(shown["checkpoints"]["restored"], 1, "{shown}");

    let stopped = desk.json(&["stop", &first, "--dir", &directory], 0);
    desk.assert_savepoint(&stopped["savepoint"]);
    assert_eq!(desk.state(&first), "FINISHED");

    let restored = stopped["savepoint"].as_str().unwrap();
    // The jar is there by its content, whatever it is called.
    let jars = |desk: &Desk| desk.flinkops("jar", &["list", "-o", "json"], 0).stdout;
    let before = jars(desk);
    assert!(desk.flinkops("jar", &["upload", &desk.jar()], 0).stdout.starts_with("there already: "));
    let options = ["restore", restored, &desk.jar(), "-p", "1", "--claim-mode", "no-claim", "-o", "json"];
    let second = desk.job(&[&options[..], &["--class", "ConformanceJobs", "--", "forever"]].concat(), 0);
    let second: serde_json::Value = serde_json::from_str(&second.stdout).unwrap();
    let second = second["job_id"].as_str().unwrap().to_owned();
    assert_eq!(jars(desk), before);
    assert_ne!(first, second);
    let logs = desk.job(&["logs", &second, "-n", "0"], 0);
    assert!(logs.stdout.contains(&second), "{logs}");
    desk.job(&["cancel", &second], 0);
    assert_eq!(desk.state(&second), "CANCELED");
    // What has ended can neither be saved nor stopped, and says what it is.
    for verb in ["savepoint", "stop", "checkpoint"] {
        let refused = desk.job(&[verb, &second], 4);
        assert!(refused.stderr.contains(&second), "{refused}");
    }
    let inspected = desk.flinkops("jar", &["inspect", &desk.jar(), "-o", "json"], 0);
    assert!(inspected.stdout.contains("\"entry_class\": \"ConformanceJobs\""), "{inspected}");
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
    let failures = desk.json(&["exceptions", &desk.submit_failing("fail")], 0);
    let cause = &failures["failures"][0]["root_cause"];
    assert_eq!(cause, "java.lang.IllegalArgumentException: failed on purpose", "{failures}");
    let thrown = desk.try_submit(&[], "throw", 4);
    assert!(thrown.stderr.contains("java.lang.IllegalStateException: thrown in main"), "{thrown}");
    desk.flinkops("jar", &["delete", "--all"], 0);
    assert_eq!(desk.flinkops("jar", &["list"], 0).stdout, "no jars\n");
}

/// Under the adaptive scheduler, a job that counts is rescaled while it runs.
fn in_place(home: &Path, version: &str) {
    let _alone = exclusive::real_flink();
    let cooldown =
        if version.starts_with("2.") { "executing.cooldown-after-rescaling" } else { "scaling-interval.min" };
    let adaptive = format!("jobmanager.scheduler: adaptive\njobmanager.adaptive-scheduler.{cooldown}: 0 s\n");
    counting::scaled_in_place(&Desk::real(home, version, &adaptive), home, version);
}

#[test]
fn an_adaptive_job_is_scaled_while_it_runs() {
    let [home, other, _java, _javac] =
        require!(Need::Flink("2.3.0"), Need::Flink("1.20.5"), Need::Java, Need::Javac);
    in_place(&home, "2.3.0");
    in_place(&other, "1.20.5");
}

fn on_both(home: &Path, version: &str, kills: u32) {
    life(&Desk::mock(home, version));
    let _alone = exclusive::real_flink();
    let desk = Desk::real(home, version, "");
    life(&desk);
    counting::exactly(&desk, home, version, kills);
}

#[test]
fn flink_1_18() {
    let [home, _java, _javac] = require!(Need::Flink("1.18.1"), Need::Java, Need::Javac);
    on_both(&home, "1.18.1", 2);
}

#[test]
fn flink_1_20() {
    let [home, _java, _javac] = require!(Need::Flink("1.20.5"), Need::Java, Need::Javac);
    on_both(&home, "1.20.5", 2);
}

#[test]
fn flink_2_3() {
    let [home, _java, _javac] = require!(Need::Flink("2.3.0"), Need::Java, Need::Javac);
    on_both(&home, "2.3.0", 5);
}
