//! Answers of a JobManager: the same bytes as each of the types that the client reads.

use ops_core::rest::wire::accumulators::JobAccumulators;
use ops_core::rest::wire::checkpoint_config::CheckpointConfig;
use ops_core::rest::wire::checkpoint_subtasks::VertexCheckpoint;
use ops_core::rest::wire::checkpoints::{Checkpoint, CheckpointStatistics};
use ops_core::rest::wire::cluster::{ClusterOverview, DashboardConfig};
use ops_core::rest::wire::configuration::ConfigEntry;
use ops_core::rest::wire::environment::Environment;
use ops_core::rest::wire::error::ErrorBody;
use ops_core::rest::wire::exceptions::JobExceptions;
use ops_core::rest::wire::execution_result::ExecutionResultBody;
use ops_core::rest::wire::jars::{JarList, JarUpload};
use ops_core::rest::wire::job::{JobDetails, JobStatusBody};
use ops_core::rest::wire::job_config::JobConfig;
use ops_core::rest::wire::jobs::{JobIds, JobsOverview};
use ops_core::rest::wire::logs::LogList;
use ops_core::rest::wire::metrics::{AggregatedMetric, Metric};
use ops_core::rest::wire::operations::{AsyncResult, CheckpointResult, SavepointResult, TriggerResponse};
use ops_core::rest::wire::plan::PlanBody;
use ops_core::rest::wire::task_managers::{TaskManagerDetails, TaskManagerList, ThreadDump};
use ops_core::rest::wire::vertices::{
    BackPressure, SubtaskTimes, SubtasksAccumulators, VertexDetails, VertexTaskManagers,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Target;

pub(super) const TARGET: Target = Target { name: "rest_answers", about: "answers of a JobManager", run };

/// The types, one after the other.
const READERS: [fn(&[u8]); 27] = [
    read::<AsyncResult<CheckpointResult>>,
    read::<AsyncResult<SavepointResult>>,
    read::<BackPressure>,
    read::<Checkpoint>,
    read::<CheckpointConfig>,
    read::<CheckpointStatistics>,
    read::<ClusterOverview>,
    read::<DashboardConfig>,
    read::<ExecutionResultBody>,
    read::<JarList>,
    read::<JobAccumulators>,
    read::<JobConfig>,
    read::<JobDetails>,
    read::<JobExceptions>,
    read::<JobIds>,
    read::<JobsOverview>,
    read::<PlanBody>,
    read::<SubtaskTimes>,
    read::<SubtasksAccumulators>,
    read::<TaskManagerDetails>,
    read::<TaskManagerList>,
    read::<Vec<AggregatedMetric>>,
    read::<Vec<Metric>>,
    read::<VertexCheckpoint>,
    read::<VertexDetails>,
    read::<VertexTaskManagers>,
    read_only,
];

fn run(data: &[u8]) {
    READERS.iter().for_each(|read| read(data));
}

/// Reads an answer; what was read can be written, and is read again.
fn read<T: Serialize + DeserializeOwned>(data: &[u8]) {
    let Ok(answer) = serde_json::from_slice::<T>(data) else { return };
    let written = serde_json::to_vec(&answer).expect("an answer can be written");
    if let Err(error) = serde_json::from_slice::<T>(&written) {
        panic!("{error}: {}", String::from_utf8_lossy(&written));
    }
}

/// What is read, and never written.
fn read_only(data: &[u8]) {
    let _ = serde_json::from_slice::<Vec<ConfigEntry>>(data);
    let _ = serde_json::from_slice::<Environment>(data);
    let _ = serde_json::from_slice::<ErrorBody>(data);
    let _ = serde_json::from_slice::<JarUpload>(data);
    let _ = serde_json::from_slice::<JobStatusBody>(data);
    let _ = serde_json::from_slice::<LogList>(data);
    let _ = serde_json::from_slice::<ThreadDump>(data);
    let _ = serde_json::from_slice::<TriggerResponse>(data);
}
