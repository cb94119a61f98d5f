//! A job that runs, throws, cannot write its checkpoints, and loses a TaskManager: the right alerts fire, and no other.

use std::collections::BTreeSet;
use std::fs;

use end_to_end::exclusive;
use end_to_end::need::Need;
use end_to_end::require;
use monitor::catalogue::find_series;
use serde_json::Value;

use crate::stage::Stage;

/// What rules and dashboards use that this job does not export, and why.
const NOT_EXPORTED: [(&str, &str); 3] = [
    ("rocksdb", "its state is on the heap, and RocksDB's metrics are off by default"),
    ("flinkops_", "written by flinkops for the textfile collector, and there is none here"),
    ("ALERTS", "Prometheus writes it while an alert is pending or fires"),
];

/// Flink 2.0 and later.
const COMPLETED: &str = "flink_jobmanager_job_lastCheckpointCompletedTimestamp";

/// Only there while a job has no task.
const NOT_RECORDED: &str = "flink:job_without_tasks:millis";

#[test]
fn the_right_alerts_fire_on_1_20() {
    let [home, prometheus, _] = require!(Need::Flink("1.20.5"), Need::Prometheus, Need::Java);
    let _alone = exclusive::real_flink();
    play(Stage::set(&home, "1.20.5", &prometheus), "1.20.5");
}

#[test]
fn the_right_alerts_fire_on_2_3() {
    let [home, prometheus, _] = require!(Need::Flink("2.3.0"), Need::Prometheus, Need::Java);
    let _alone = exclusive::real_flink();
    play(Stage::set(&home, "2.3.0", &prometheus), "2.3.0");
}

fn play(mut stage: Stage, version: &str) {
    everything_is_in_the_catalogue(&stage);
    everything_that_is_used_is_there(&stage, version);
    stage.await_alerts(&[]);

    // It throws, again and again; in between, checkpoints complete.
    fs::write(stage.flag(), "").unwrap();
    stage.await_alerts(&["FlinkJobRestarted", "FlinkJobRestartLoop"]);
    fs::remove_file(stage.flag()).unwrap();
    stage.await_silence();

    // Where the checkpoints go, nothing can be written any more: not even by root.
    let checkpoints = stage.checkpoints();
    let aside = stage.run.path().join("aside");
    fs::rename(&checkpoints, &aside).unwrap();
    fs::write(&checkpoints, "in the way").unwrap();
    stage.await_alerts(&["FlinkCheckpointsFailing"]);
    fs::remove_file(&checkpoints).unwrap();
    fs::rename(&aside, &checkpoints).unwrap();
    stage.await_checkpoints(2);
    stage.await_silence();

    // A TaskManager dies, and its slot is needed.
    stage.kill_task_manager();
    stage.await_alerts(&[
        "FlinkJobNotRunning",
        "FlinkJobRestarted",
        "FlinkProcessUnreachable",
        "FlinkSlotsExhausted",
        "FlinkTaskManagersLost",
    ]);
    stage.start_task_manager();
    stage.await_checkpoints(2);
}

/// Every series of Flink that Prometheus has, with its labels.
fn everything_is_in_the_catalogue(stage: &Stage) {
    let flink = stage.await_names(150);
    for name in &flink {
        let found = find_series(name);
        let found = found.first().unwrap_or_else(|| panic!("{name} is not in the catalogue"));
        let series = stage.server.data(&format!("series?match[]={name}"));
        let mut labels: BTreeSet<String> = BTreeSet::new();
        for one in series.as_array().unwrap() {
            labels.extend(one.as_object().unwrap().keys().cloned());
        }
        for target in ["__name__", "cluster", "instance", "job", "quantile"] {
            labels.remove(target);
        }
        let known: BTreeSet<String> = found.metric.all_labels().map(str::to_owned).collect();
        assert_eq!(labels, known, "{name}");
    }
}

/// Every selection of rules and dashboards has series, but for what such a job does not export.
fn everything_that_is_used_is_there(stage: &Stage, version: &str) {
    let url = stage.server.url();
    let check = ["monitor", "check", "--prometheus", &url, "--flink-version", version, "-o", "json"];
    let output = stage.flinkops(&check);
    let report: Value = serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{output}"));
    for finding in report["findings"].as_array().unwrap() {
        let metric = finding["metric"].as_str().unwrap_or_default();
        match finding["kind"].as_str().unwrap() {
            "absent" => {
                let expected = NOT_EXPORTED.iter().any(|(part, _)| metric.contains(part));
                let of_old = version.starts_with("1.") && metric == COMPLETED;
                assert!(expected || of_old, "{finding}");
            }
            "never-fires" => {}
            "other-version" => assert!(version.starts_with("1.") && metric == COMPLETED, "{finding}"),
            _ => panic!("{finding}"),
        }
    }
    let present = report["present"].as_u64().unwrap();
    assert!(present >= 70, "{present}");
    for recording in monitor::alerts::RECORDINGS.iter().filter(|recording| recording.name != NOT_RECORDED) {
        stage.await_series(recording.name);
    }
}
