//! One vertex of a job and its subtasks: `/jobs/:jobid/vertices/:vertexid/…`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::accumulators::Accumulator;
use super::job::IoMetrics;
use super::number::Real;
use super::state::{ExecutionState, StateCounts};
use crate::ids::{TaskManagerId, VertexId};

/// `GET /jobs/:jobid/vertices/:vertexid`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VertexDetails {
    /// The vertex.
    pub id: VertexId,
    /// The chained operators.
    #[serde(default)]
    pub name: String,
    /// How many subtasks it has.
    #[serde(default)]
    pub parallelism: i32,
    /// The largest parallelism it may be scaled to.
    #[serde(default, rename = "maxParallelism")]
    pub max_parallelism: i32,
    /// The JobManager's clock.
    #[serde(default)]
    pub now: i64,
    /// The latest attempt of each subtask.
    #[serde(default)]
    pub subtasks: Vec<SubtaskAttempt>,
    /// Distributions over the subtasks.
    #[serde(default)]
    pub aggregated: Aggregated,
}

/// One attempt of a subtask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SubtaskAttempt {
    /// Its index, from 0.
    pub subtask: i32,
    /// The attempt's state.
    pub status: ExecutionState,
    /// The number of the attempt, from 0.
    #[serde(default)]
    pub attempt: u32,
    /// The host of its TaskManager (1.x), or `(unassigned)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// `<host>:<data port>` of its TaskManager (1.19 and later), or `(unassigned)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// When it was deployed; `-1` before.
    #[serde(default, rename = "start-time")]
    pub start_time: i64,
    /// When it ended; `-1` before.
    #[serde(default, rename = "end-time")]
    pub end_time: i64,
    /// From its start to its end, or to now.
    #[serde(default)]
    pub duration: i64,
    /// What it read and wrote.
    #[serde(default)]
    pub metrics: IoMetrics,
    /// Its TaskManager, or `(unassigned)`.
    #[serde(default, rename = "taskmanager-id", skip_serializing_if = "Option::is_none")]
    pub taskmanager_id: Option<TaskManagerId>,
    /// Milliseconds spent in each state; `-1` for those it was never in.
    #[serde(default, rename = "status-duration")]
    pub status_duration: BTreeMap<ExecutionState, i64>,
    /// The start once more, under its old name.
    #[serde(default, rename = "start_time", skip_serializing_if = "Option::is_none")]
    pub start_time_legacy: Option<i64>,
}

/// Distributions of metrics, and of the time spent in each state, over the subtasks of a vertex.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Aggregated {
    /// By the names of [`IoMetrics`].
    pub metrics: BTreeMap<String, Quantiles>,
    /// By state.
    pub status_duration: BTreeMap<ExecutionState, Quantiles>,
}

/// Minimum, quantiles, maximum, mean and sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Quantiles {
    pub min: i64,
    pub p25: i64,
    pub median: i64,
    pub p75: i64,
    pub p95: i64,
    pub max: i64,
    pub avg: i64,
    pub sum: i64,
}

/// `GET …/vertices/:vertexid/subtasktimes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubtaskTimes {
    /// The vertex.
    pub id: VertexId,
    /// The chained operators.
    #[serde(default)]
    pub name: String,
    /// The JobManager's clock.
    #[serde(default)]
    pub now: i64,
    /// One entry a subtask.
    #[serde(default)]
    pub subtasks: Vec<SubtaskTime>,
}

/// When a subtask entered its states.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SubtaskTime {
    /// Its index, from 0.
    pub subtask: i32,
    /// The host of its TaskManager (1.x).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// `<host>:<data port>` of its TaskManager (1.19 and later).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// From its scheduling to its end, or to now.
    pub duration: i64,
    /// When it entered each state; 0 for those it was never in.
    pub timestamps: BTreeMap<ExecutionState, i64>,
}

/// `GET …/vertices/:vertexid/taskmanagers`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VertexTaskManagers {
    /// The vertex.
    pub id: VertexId,
    /// The chained operators.
    #[serde(default)]
    pub name: String,
    /// The JobManager's clock.
    #[serde(default)]
    pub now: i64,
    /// One entry a TaskManager that has subtasks of it.
    #[serde(default)]
    pub taskmanagers: Vec<VertexTaskManager>,
}

/// The subtasks of a vertex on one TaskManager.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct VertexTaskManager {
    /// `<host>:<data port>` (1.x).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The same (1.19 and later).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// What the subtasks' states add up to.
    pub status: ExecutionState,
    /// When the first was deployed.
    #[serde(default)]
    pub start_time: i64,
    /// When the last ended; `-1` before.
    #[serde(default)]
    pub end_time: i64,
    /// From start to end, or to now.
    #[serde(default)]
    pub duration: i64,
    /// What they read and wrote, summed.
    #[serde(default)]
    pub metrics: IoMetrics,
    /// They by state.
    #[serde(default)]
    pub status_counts: StateCounts,
    /// The TaskManager.
    pub taskmanager_id: TaskManagerId,
    /// Distributions over them.
    #[serde(default)]
    pub aggregated: Aggregated,
}

/// `GET …/vertices/:vertexid/subtasks/accumulators`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubtasksAccumulators {
    /// The vertex.
    pub id: VertexId,
    /// How many subtasks it has.
    #[serde(default)]
    pub parallelism: i32,
    /// One entry a subtask.
    #[serde(default)]
    pub subtasks: Vec<SubtaskAccumulators>,
}

/// The accumulators of one subtask.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SubtaskAccumulators {
    /// Its index, from 0.
    pub subtask: i32,
    /// The number of the attempt.
    pub attempt: u32,
    /// The host of its TaskManager (1.x).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// `<host>:<data port>` of its TaskManager (1.19 and later).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// They.
    #[serde(rename = "user-accumulators")]
    pub user_accumulators: Vec<Accumulator>,
}

/// `GET …/vertices/:vertexid/backpressure`. Every level is there twice, under its old and its new name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BackPressure {
    /// `ok`, or `deprecated` when there are no samples yet; the other fields are left out then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// `ok`, `low` or `high`.
    #[serde(rename = "backpressureLevel", skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// When it was sampled.
    #[serde(rename = "end-timestamp", skip_serializing_if = "Option::is_none")]
    pub end_timestamp: Option<i64>,
    /// One entry a subtask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtasks: Option<Vec<SubtaskBackPressure>>,
    /// The level under its old name.
    #[serde(rename = "backpressure-level", skip_serializing_if = "Option::is_none")]
    pub level_legacy: Option<String>,
}

/// The back-pressure of one subtask; the ratios lie between 0 and 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SubtaskBackPressure {
    /// Its index, from 0.
    pub subtask: i32,
    /// `ok`, `low` or `high`.
    #[serde(rename = "backpressureLevel")]
    pub level: String,
    /// The share of time it waited for downstream tasks.
    pub ratio: Real,
    /// The share of time it waited for input.
    #[serde(rename = "idleRatio")]
    pub idle_ratio: Real,
    /// The share of time it worked; NaN for sources of the old kind.
    #[serde(rename = "busyRatio")]
    pub busy_ratio: Real,
    /// The level under its old name.
    #[serde(rename = "backpressure-level")]
    pub level_legacy: String,
}
