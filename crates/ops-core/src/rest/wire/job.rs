//! One job: `GET /jobs/:jobid` and `GET /jobs/:jobid/status`.

use serde::{Deserialize, Serialize};

use super::number::Real;
use super::optional::nullable;
use super::plan::Plan;
use super::state::{ExecutionState, JobStatus, StateCounts};
use crate::ids::{JobId, VertexId};

/// `GET /jobs/:jobid/status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobStatusBody {
    /// The job's state.
    pub status: JobStatus,
}

/// `GET /jobs/:jobid`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobDetails {
    /// The job.
    pub jid: JobId,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Always `false` in every known version.
    #[serde(default, rename = "isStoppable")]
    pub is_stoppable: bool,
    /// Its state.
    pub state: JobStatus,
    /// `STREAMING` or `BATCH` (1.20 and later).
    #[serde(default, rename = "job-type", skip_serializing_if = "Option::is_none")]
    pub job_type: Option<String>,
    /// The application it belongs to (late 2.x); the inner `None` is `null`: the job failed before it was told.
    #[serde(
        default,
        rename = "application-id",
        skip_serializing_if = "Option::is_none",
        deserialize_with = "nullable"
    )]
    pub application_id: Option<Option<String>>,
    /// When it was submitted.
    #[serde(default, rename = "start-time")]
    pub start_time: i64,
    /// When it reached a terminal state; `-1` before.
    #[serde(default, rename = "end-time")]
    pub end_time: i64,
    /// From its start to its end, or to now.
    #[serde(default)]
    pub duration: i64,
    /// The largest parallelism the whole job may be scaled to; `-1` when none was configured.
    #[serde(default, rename = "maxParallelism")]
    pub max_parallelism: i64,
    /// The JobManager's clock.
    #[serde(default)]
    pub now: i64,
    /// When the job entered each state last; 0 for those it never was in.
    #[serde(default)]
    pub timestamps: StatusTimestamps,
    /// Its vertices, sources first.
    #[serde(default)]
    pub vertices: Vec<JobVertex>,
    /// Vertices (not tasks) by state.
    #[serde(default, rename = "status-counts")]
    pub status_counts: StateCounts,
    /// Its plan; `{}` when it failed before it had one.
    #[serde(default)]
    pub plan: Plan,
    /// The plan as the program wrote it, where the graph is built while the job runs (2.x).
    #[serde(default, rename = "stream-graph", skip_serializing_if = "Option::is_none")]
    pub stream_graph: Option<serde_json::Value>,
    /// Operators that are not yet part of the graph (2.x).
    #[serde(default, rename = "pending-operators", skip_serializing_if = "Option::is_none")]
    pub pending_operators: Option<u32>,
    /// `Default`, `Adaptive` or `AdaptiveBatch` (late 2.x); the inner `None` is `null`: it never got a scheduler.
    #[serde(
        default,
        rename = "schedulerType",
        skip_serializing_if = "Option::is_none",
        deserialize_with = "nullable"
    )]
    pub scheduler_type: Option<Option<String>>,
}

/// When a job entered each state last; 0 for those it never was in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "one time for each JobStatus, under its name")]
pub struct StatusTimestamps {
    pub initializing: i64,
    pub created: i64,
    pub running: i64,
    pub failing: i64,
    pub failed: i64,
    pub cancelling: i64,
    pub canceled: i64,
    pub finished: i64,
    pub restarting: i64,
    pub suspended: i64,
    pub reconciling: i64,
}

impl StatusTimestamps {
    /// When the job entered this state last.
    pub fn of(&self, status: JobStatus) -> i64 {
        match status {
            JobStatus::Initializing => self.initializing,
            JobStatus::Created => self.created,
            JobStatus::Running => self.running,
            JobStatus::Failing => self.failing,
            JobStatus::Failed => self.failed,
            JobStatus::Cancelling => self.cancelling,
            JobStatus::Canceled => self.canceled,
            JobStatus::Finished => self.finished,
            JobStatus::Restarting => self.restarting,
            JobStatus::Suspended => self.suspended,
            JobStatus::Reconciling => self.reconciling,
        }
    }

    /// Records that the job entered this state.
    pub fn set(&mut self, status: JobStatus, at: i64) {
        *match status {
            JobStatus::Initializing => &mut self.initializing,
            JobStatus::Created => &mut self.created,
            JobStatus::Running => &mut self.running,
            JobStatus::Failing => &mut self.failing,
            JobStatus::Failed => &mut self.failed,
            JobStatus::Cancelling => &mut self.cancelling,
            JobStatus::Canceled => &mut self.canceled,
            JobStatus::Finished => &mut self.finished,
            JobStatus::Restarting => &mut self.restarting,
            JobStatus::Suspended => &mut self.suspended,
            JobStatus::Reconciling => &mut self.reconciling,
        } = at;
    }
}

/// A vertex of the job's graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobVertex {
    /// The vertex.
    pub id: VertexId,
    /// The slot sharing group (1.20 and later).
    #[serde(default, rename = "slotSharingGroupId", skip_serializing_if = "Option::is_none")]
    pub slot_sharing_group_id: Option<String>,
    /// The chained operators, `Source: orders -> parse`.
    #[serde(default)]
    pub name: String,
    /// The largest parallelism it may be scaled to.
    #[serde(default, rename = "maxParallelism")]
    pub max_parallelism: i32,
    /// How many subtasks it has.
    #[serde(default)]
    pub parallelism: i32,
    /// What its subtasks' states add up to; `CREATED` while they wait for slots.
    pub status: ExecutionState,
    /// When the first subtask was deployed; `-1` before.
    #[serde(default, rename = "start-time")]
    pub start_time: i64,
    /// When the last subtask ended; `-1` before.
    #[serde(default, rename = "end-time")]
    pub end_time: i64,
    /// From its start to its end, or to now; `-1` before its start.
    #[serde(default)]
    pub duration: i64,
    /// Its subtasks by state.
    #[serde(default)]
    pub tasks: StateCounts,
    /// What its subtasks read and wrote, summed.
    #[serde(default)]
    pub metrics: IoMetrics,
}

/// What a task, or all subtasks of a vertex together, read and wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct IoMetrics {
    /// Bytes received.
    pub read_bytes: u64,
    /// Whether every subtask has reported them.
    pub read_bytes_complete: bool,
    /// Bytes sent.
    pub write_bytes: u64,
    /// Whether every subtask has reported them.
    pub write_bytes_complete: bool,
    /// Records received.
    pub read_records: u64,
    /// Whether every subtask has reported them.
    pub read_records_complete: bool,
    /// Records sent.
    pub write_records: u64,
    /// Whether every subtask has reported them.
    pub write_records_complete: bool,
    /// Milliseconds spent waiting for downstream tasks.
    pub accumulated_backpressured_time: i64,
    /// Milliseconds spent waiting for input.
    pub accumulated_idle_time: i64,
    /// Milliseconds spent working; `NaN` for tasks that cannot tell.
    pub accumulated_busy_time: Real,
}
