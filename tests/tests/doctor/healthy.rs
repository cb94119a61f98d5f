//! Jobs that are well: the doctor has nothing above a note to say.

use std::path::Path;
use std::time::Duration;

use end_to_end::need::Need;
use end_to_end::{exclusive, require};

use crate::stage::Stage;

/// Nothing above a note, asked several times.
fn is_well(stage: &Stage, when: &str) {
    for _ in 0..4 {
        let told = stage.doctor(&[]);
        let worse: Vec<&serde_json::Value> = told["findings"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|finding| finding["severity"] != "info")
            .collect();
        assert!(worse.is_empty(), "{when}: {worse:#?}");
        std::thread::sleep(Duration::from_secs(2));
    }
}

fn healthy(home: &Path, version: &'static str) {
    let mut stage = Stage::set(home, version, "");
    stage.wait_for_slots(16);
    let backend = ["state.backend=rocksdb", "state.backend.type=rocksdb"];
    let rocks = [&["steady"][..], &backend].concat();
    let unaligned = [
        "windows",
        "execution.checkpointing.unaligned=true",
        "execution.checkpointing.unaligned.enabled=true",
    ];
    stage.submit("finite", "1", &["finite"]);
    let jobs = [
        stage.submit("steady", "2", &["steady"]),
        stage.submit("windows", "2", &unaligned),
        stage.submit("bursts", "2", &["bursts"]),
        stage.submit("rocks", "2", &rocks),
    ];
    // While they start, too.
    is_well(&stage, "at the start");
    for job in &jobs {
        stage.wait_for_checkpoints(job, 5);
    }
    is_well(&stage, "while they run");
    // A TaskManager is restarted: the jobs come back, and it is over.
    stage.kill_task_manager();
    stage.start_task_manager();
    for job in &jobs {
        let restored = |answer: &serde_json::Value| answer["counts"]["restored"].as_u64() >= Some(1);
        stage.wait(&format!("/jobs/{job}/checkpoints"), restored);
        let tasks = |answer: &serde_json::Value| {
            let vertices = answer["vertices"].as_array();
            vertices.is_some_and(|all| all.iter().all(|one| one["status"] == "RUNNING"))
        };
        stage.wait(&format!("/jobs/{job}"), tasks);
    }
    is_well(&stage, "after a restart");
}

#[test]
fn jobs_that_are_well_1_20() {
    let [home, _, _] = require!(Need::Flink("1.20.5"), Need::Java, Need::Javac);
    let _alone = exclusive::real_flink();
    healthy(&home, "1.20.5");
}

#[test]
fn jobs_that_are_well_2_3() {
    let [home, _, _] = require!(Need::Flink("2.3.0"), Need::Java, Need::Javac);
    let _alone = exclusive::real_flink();
    healthy(&home, "2.3.0");
}
