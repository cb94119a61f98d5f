//! `GET /jobs/:jobid/checkpoints/details/:checkpointid/subtasks/:vertexid`.

use serde::{Deserialize, Serialize};

use super::checkpoints::CheckpointStatus;

/// One checkpoint of one vertex, subtask by subtask.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VertexCheckpoint {
    /// The checkpoint's number.
    pub id: i64,
    /// How far this vertex got.
    pub status: CheckpointStatus,
    /// Milliseconds from trigger to last acknowledgement; `-1` before any.
    pub end_to_end_duration: i64,
    /// Bytes of its whole state.
    pub state_size: i64,
    /// Its subtasks.
    pub num_subtasks: u32,
    /// Subtasks that acknowledged.
    pub num_acknowledged_subtasks: u32,
    /// One entry a subtask.
    pub subtasks: Vec<SubtaskCheckpoint>,
}

/// One subtask in a checkpoint. Of one that has not acknowledged, index and status are all there is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SubtaskCheckpoint {
    /// Its index, from 0.
    pub index: i32,
    /// `completed` or `pending_or_failed`.
    pub status: String,
    /// Milliseconds from trigger to acknowledgement.
    pub end_to_end_duration: i64,
    /// Bytes of its state.
    pub state_size: i64,
    /// Bytes written.
    pub checkpointed_size: i64,
    /// What its own part took.
    pub checkpoint: SubtaskDuration,
    /// Waiting for the barriers of all inputs.
    pub alignment: Alignment,
    /// Milliseconds from trigger to the first barrier.
    pub start_delay: i64,
    /// Whether records in flight are part of it.
    pub unaligned_checkpoint: bool,
}

impl SubtaskCheckpoint {
    /// Whether it acknowledged.
    pub fn is_complete(&self) -> bool {
        self.status == "completed"
    }
}

/// Milliseconds of a subtask's own part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SubtaskDuration {
    /// While which no records are processed.
    pub sync: i64,
    /// Beside which they are.
    #[serde(rename = "async")]
    pub asynchronous: i64,
}

/// Waiting for the barriers of all inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Alignment {
    /// Bytes processed meanwhile.
    pub processed: i64,
    /// Bytes of records in flight that were persisted.
    pub persisted: i64,
    /// Milliseconds.
    pub duration: i64,
}
