//! `/jobs/:jobid/checkpoints`: statistics of a job's checkpoints and savepoints.

use super::RestClient;
use crate::ids::JobId;
use crate::rest::RestError;
use crate::rest::wire::checkpoint_config::CheckpointConfig;
use crate::rest::wire::checkpoints::CheckpointStatistics;

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
}
