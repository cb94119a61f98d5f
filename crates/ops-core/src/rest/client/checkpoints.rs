//! `/jobs/:jobid/checkpoints`: statistics of a job's checkpoints and savepoints.

use super::RestClient;
use crate::ids::{JobId, VertexId};
use crate::rest::RestError;
use crate::rest::wire::checkpoint_config::CheckpointConfig;
use crate::rest::wire::checkpoint_subtasks::VertexCheckpoint;
use crate::rest::wire::checkpoints::{Checkpoint, CheckpointStatistics};

impl RestClient {
    /// Counts, the latest of each kind, and the history.
    ///
    /// # Errors
    /// [`RestError::is_not_found`] for an unknown job, and for one without checkpointing in some versions;
    /// otherwise see [`RestError`].
    pub async fn checkpoints(&self, job: JobId) -> Result<CheckpointStatistics, RestError> {
        self.fetch(self.get(&["jobs", &job.to_string(), "checkpoints"], &[])).await
    }

    /// How the job takes checkpoints; one that takes none has an interval of `i64::MAX`.
    ///
    /// # Errors
    /// As [`RestClient::checkpoints`].
    pub async fn checkpoint_config(&self, job: JobId) -> Result<CheckpointConfig, RestError> {
        self.fetch(self.get(&["jobs", &job.to_string(), "checkpoints", "config"], &[])).await
    }

    /// One checkpoint, with the part of each vertex.
    ///
    /// # Errors
    /// [`RestError::is_not_found`] for one that is no longer in the history; otherwise see [`RestError`].
    pub async fn checkpoint_details(&self, job: JobId, checkpoint: i64) -> Result<Checkpoint, RestError> {
        let segments = ["jobs", &job.to_string(), "checkpoints", "details", &checkpoint.to_string()];
        self.fetch(self.get(&segments, &[])).await
    }

    /// The part of each subtask of a vertex in a checkpoint.
    ///
    /// # Errors
    /// As [`RestClient::checkpoint_details`].
    pub async fn checkpoint_subtasks(
        &self,
        job: JobId,
        checkpoint: i64,
        vertex: VertexId,
    ) -> Result<VertexCheckpoint, RestError> {
        let (job, checkpoint, vertex) = (job.to_string(), checkpoint.to_string(), vertex.to_string());
        let segments = ["jobs", &job, "checkpoints", "details", &checkpoint, "subtasks", &vertex];
        self.fetch(self.get(&segments, &[])).await
    }
}
