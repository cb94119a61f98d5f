//! `GET /jobs/:jobid/checkpoints` and `…/checkpoints/details/:checkpointid`, also per vertex.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::number::Real;
use crate::ids::VertexId;

/// `GET /jobs/:jobid/checkpoints`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckpointStatistics {
    /// How many there were.
    pub counts: CheckpointCounts,
    /// Distributions over the completed ones.
    pub summary: CheckpointSummary,
    /// The latest of each kind.
    pub latest: LatestCheckpoints,
    /// The latest of all kinds, newest first.
    pub history: Vec<Checkpoint>,
}

/// How many checkpoints and savepoints there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckpointCounts {
    /// Restores, at the start and at every restart.
    pub restored: u64,
    /// All that were triggered.
    pub total: u64,
    /// Those that are going on.
    pub in_progress: u64,
    /// Those that completed.
    pub completed: u64,
    /// Those that failed.
    pub failed: u64,
}

/// Distributions over the completed checkpoints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckpointSummary {
    /// Bytes written by each.
    pub checkpointed_size: Distribution,
    /// Bytes of the whole state of each.
    pub state_size: Distribution,
    /// Milliseconds from trigger to last acknowledgement.
    pub end_to_end_duration: Distribution,
    /// Always 0 in every known version.
    pub alignment_buffered: Distribution,
    /// Bytes processed during alignment.
    pub processed_data: Distribution,
    /// Bytes persisted during alignment (unaligned checkpoints).
    pub persisted_data: Distribution,
}

/// Minimum, maximum, mean and percentiles. The percentiles of nothing are `NaN`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Distribution {
    pub min: i64,
    pub max: i64,
    pub avg: i64,
    pub p50: Real,
    pub p90: Real,
    pub p95: Real,
    pub p99: Real,
    pub p999: Real,
}

/// The latest checkpoint of each kind, `null` where there was none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LatestCheckpoints {
    /// The latest completed checkpoint that is no savepoint.
    pub completed: Option<Checkpoint>,
    /// The latest completed savepoint.
    pub savepoint: Option<Checkpoint>,
    /// The latest that failed.
    pub failed: Option<Checkpoint>,
    /// What the job was restored from last.
    pub restored: Option<RestoredCheckpoint>,
}

/// What a job was restored from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RestoredCheckpoint {
    /// The checkpoint.
    pub id: i64,
    /// When the job was restored.
    pub restore_timestamp: i64,
    /// Whether it is a savepoint.
    pub is_savepoint: bool,
    /// Where it is.
    pub external_path: Option<String>,
}

/// How far a checkpoint got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CheckpointStatus {
    /// Not all tasks have acknowledged it.
    #[default]
    InProgress,
    /// It can be restored from.
    Completed,
    /// It failed or was aborted.
    Failed,
}

/// A checkpoint or savepoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Checkpoint {
    /// `in_progress`, `completed` or `failed`: which of the optional fields are there.
    #[serde(rename = "className")]
    pub class_name: String,
    /// Its number within the job.
    pub id: i64,
    /// How far it got.
    pub status: CheckpointStatus,
    /// Whether it is a savepoint.
    pub is_savepoint: bool,
    /// `CANONICAL` or `NATIVE`, `null` when it is no savepoint.
    #[serde(rename = "savepointFormat")]
    pub savepoint_format: Option<String>,
    /// When it was triggered.
    pub trigger_timestamp: i64,
    /// When a task acknowledged it last; `-1` before any did.
    pub latest_ack_timestamp: i64,
    /// Bytes written.
    pub checkpointed_size: i64,
    /// Bytes of the whole state.
    pub state_size: i64,
    /// Milliseconds from trigger to last acknowledgement.
    pub end_to_end_duration: i64,
    /// Always 0 in every known version.
    pub alignment_buffered: i64,
    /// Bytes processed during alignment.
    pub processed_data: i64,
    /// Bytes persisted during alignment.
    pub persisted_data: i64,
    /// Tasks that have to acknowledge it.
    pub num_subtasks: u32,
    /// Tasks that did.
    pub num_acknowledged_subtasks: u32,
    /// `CHECKPOINT`, `UNALIGNED_CHECKPOINT`, `SAVEPOINT` or `SYNC_SAVEPOINT`.
    pub checkpoint_type: String,
    /// Per vertex; empty in the statistics, filled in the details.
    pub tasks: BTreeMap<VertexId, TaskCheckpoint>,
    /// Where it is (completed).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_path: Option<String>,
    /// Whether it was deleted since (completed).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discarded: Option<bool>,
    /// When it failed (failed).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_timestamp: Option<i64>,
    /// Why it failed (failed).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_message: Option<String>,
}

/// The part of one vertex in a checkpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskCheckpoint {
    /// The checkpoint's number.
    pub id: i64,
    /// How far this vertex got.
    pub status: CheckpointStatus,
    /// When a subtask acknowledged it last.
    pub latest_ack_timestamp: i64,
    /// Bytes written.
    pub checkpointed_size: i64,
    /// Bytes of its whole state.
    pub state_size: i64,
    /// Milliseconds from trigger to last acknowledgement.
    pub end_to_end_duration: i64,
    /// Always 0 in every known version.
    pub alignment_buffered: i64,
    /// Bytes processed during alignment.
    pub processed_data: i64,
    /// Bytes persisted during alignment.
    pub persisted_data: i64,
    /// Its subtasks.
    pub num_subtasks: u32,
    /// Subtasks that acknowledged.
    pub num_acknowledged_subtasks: u32,
}
