//! Answers of real JobManagers, read into the wire types and written again: nothing is lost, nothing is added.
//!
//! `fixtures/V.json` holds what Flink V answered: lists are cut after two entries, stack traces to single frames.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::accumulators::JobAccumulators;
use super::checkpoint_config::CheckpointConfig;
use super::checkpoints::{Checkpoint, CheckpointStatistics};
use super::cluster::{ClusterOverview, DashboardConfig};
use super::exceptions::JobExceptions;
use super::execution_result::ExecutionResultBody;
use super::jars::JarList;
use super::job::JobDetails;
use super::job_config::JobConfig;
use super::jobs::{JobIds, JobsOverview};
use super::metrics::{AggregatedMetric, Metric};
use super::operations::{AsyncResult, CheckpointResult, SavepointResult};
use super::plan::PlanBody;
use super::task_managers::{TaskManagerDetails, TaskManagerList};
use super::vertices::{BackPressure, SubtaskTimes, SubtasksAccumulators, VertexDetails, VertexTaskManagers};

const FIXTURES: [(&str, &str); 3] = [
    ("1.18", include_str!("fixtures/1.18.json")),
    ("1.20", include_str!("fixtures/1.20.json")),
    ("2.3", include_str!("fixtures/2.3.json")),
];

fn check<T: Serialize + DeserializeOwned>(version: &str, name: &str, answer: &Value) {
    let read: T = T::deserialize(answer).unwrap_or_else(|error| panic!("{version} {name}: {error}"));
    let written = serde_json::to_value(&read).unwrap();
    assert_eq!(&written, answer, "{version} {name}");
}

#[test]
fn real_answers_survive_reading_and_writing() {
    for (version, text) in FIXTURES {
        let answers: serde_json::Map<String, Value> = serde_json::from_str(text).unwrap();
        assert!(answers.len() > 25, "{version}");
        for (name, answer) in &answers {
            let check = match name.as_str() {
                "dashboard_config" => check::<DashboardConfig>,
                "cluster_overview" => check::<ClusterOverview>,
                "job_ids" => check::<JobIds>,
                "jobs_overview" => check::<JobsOverview>,
                "job_details" | "job_details_failed" => check::<JobDetails>,
                "job_config" => check::<JobConfig>,
                "plan" => check::<PlanBody>,
                "exceptions" | "exceptions_none" => check::<JobExceptions>,
                "checkpoints" | "checkpoints_none" => check::<CheckpointStatistics>,
                "checkpoint_config" => check::<CheckpointConfig>,
                "checkpoint_details" => check::<Checkpoint>,
                "execution_result" => check::<ExecutionResultBody>,
                "savepoint_failed" => check::<AsyncResult<SavepointResult>>,
                "checkpoint_operation" => check::<AsyncResult<CheckpointResult>>,
                "jar_list" => check::<JarList>,
                "task_managers" => check::<TaskManagerList>,
                "task_manager" => check::<TaskManagerDetails>,
                "vertex" => check::<VertexDetails>,
                "vertex_task_managers" => check::<VertexTaskManagers>,
                "subtask_times" => check::<SubtaskTimes>,
                "subtasks_accumulators" => check::<SubtasksAccumulators>,
                "back_pressure" => check::<BackPressure>,
                "accumulators" => check::<JobAccumulators>,
                "job_metrics" => check::<Vec<Metric>>,
                "aggregated_metrics" => check::<Vec<AggregatedMetric>>,
                other => panic!("{version}: no type for {other}"),
            };
            check(version, name, answer);
        }
    }
}

#[test]
fn unknown_and_missing_fields_are_tolerated() {
    let json = r#"{"jid":"0123456789abcdef0123456789abcdef","state":"RUNNING","future":{"field":[1]}}"#;
    let details: JobDetails = serde_json::from_str(json).unwrap();
    assert_eq!((details.name.as_str(), details.vertices.len()), ("", 0));
    assert!(serde_json::from_str::<JobDetails>(r#"{"state":"RUNNING"}"#).is_err(), "an id is needed");
}
