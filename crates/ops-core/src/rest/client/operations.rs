//! `/jobs/:jobid/savepoints`, `/jobs/:jobid/stop`: operations that are triggered and then polled.

use reqwest::Method;
use serde::de::DeserializeOwned;

use super::RestClient;
use crate::ids::{JobId, TriggerId};
use crate::rest::wire::operations::{
    AsyncResult, CheckpointResult, CheckpointTrigger, CheckpointType, Progress, SavepointFormat,
    SavepointResult, SavepointTrigger, StopTrigger, TriggerResponse,
};
use crate::rest::{Failure, RestError};

/// How an asynchronous operation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AsyncStatus<T> {
    /// It goes on.
    InProgress,
    /// It succeeded.
    Completed(T),
    /// It failed.
    Failed(Failure),
}

/// A savepoint to be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavepointRequest {
    /// Where to put it; the cluster's `state.savepoints.dir` (`execution.checkpointing.savepoint-dir`) when `None`.
    pub directory: Option<String>,
    /// Its format; canonical when `None`.
    pub format: Option<SavepointFormat>,
    /// Names the operation. The cluster starts it once, however often it is asked with the same id.
    pub trigger: TriggerId,
}

impl SavepointRequest {
    /// In `directory` or the cluster's own, in the canonical format, under a fresh trigger id.
    pub fn new(directory: Option<String>) -> Self {
        Self { directory, format: None, trigger: TriggerId::random() }
    }
}

/// What becomes of open windows and timers when a job is stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Drain {
    /// They stay in the savepoint: the job is to be resumed.
    #[default]
    Keep,
    /// They all fire, as if the input had ended: the job is not to be resumed.
    Drain,
}

impl RestClient {
    /// Begins a savepoint; the job goes on. Repeated by itself if the connection breaks: the trigger id makes
    /// that harmless. For an unknown job the failure may show only when polling.
    ///
    /// # Errors
    /// 400 when there is no directory anywhere; otherwise see [`RestError`].
    pub async fn trigger_savepoint(
        &self,
        job: JobId,
        request: &SavepointRequest,
    ) -> Result<TriggerId, RestError> {
        let body = SavepointTrigger {
            target_directory: request.directory.clone(),
            cancel_job: Some(false),
            format_type: request.format,
            trigger_id: Some(request.trigger),
        };
        self.trigger(&["jobs", &job.to_string(), "savepoints"], &body).await
    }

    /// Begins to stop a job with a savepoint. Repeated like [`RestClient::trigger_savepoint`], and polled like it.
    ///
    /// # Errors
    /// 400 when there is no directory anywhere; otherwise see [`RestError`].
    pub async fn trigger_stop(
        &self,
        job: JobId,
        request: &SavepointRequest,
        drain: Drain,
    ) -> Result<TriggerId, RestError> {
        let body = StopTrigger {
            target_directory: request.directory.clone(),
            drain: Some(drain == Drain::Drain),
            format_type: request.format,
            trigger_id: Some(request.trigger),
        };
        self.trigger(&["jobs", &job.to_string(), "stop"], &body).await
    }

    /// How a savepoint, or stopping with one, stands; its path when it is complete.
    ///
    /// # Errors
    /// [`RestError::is_not_found`] for an unknown operation; otherwise see [`RestError`].
    pub async fn savepoint_status(
        &self,
        job: JobId,
        trigger: TriggerId,
    ) -> Result<AsyncStatus<String>, RestError> {
        let segments = ["jobs", &job.to_string(), "savepoints", &trigger.to_string()];
        let status = self.poll::<SavepointResult>(&segments).await?;
        Ok(match status {
            AsyncStatus::InProgress => AsyncStatus::InProgress,
            AsyncStatus::Failed(failure) => AsyncStatus::Failed(failure),
            AsyncStatus::Completed(SavepointResult { location: Some(location), failure_cause: None }) => {
                AsyncStatus::Completed(location)
            }
            AsyncStatus::Completed(SavepointResult { failure_cause: Some(cause), .. }) => {
                AsyncStatus::Failed(cause.into())
            }
            AsyncStatus::Completed(SavepointResult { location: None, failure_cause: None }) => {
                AsyncStatus::Failed(Failure::from_stack(
                    "the operation completed, but the cluster told no path",
                ))
            }
        })
    }

    /// Begins a checkpoint. Repeated like [`RestClient::trigger_savepoint`].
    ///
    /// # Errors
    /// See [`RestError`]; for an unknown job the failure may show only when polling.
    pub async fn trigger_checkpoint(
        &self,
        job: JobId,
        kind: CheckpointType,
        trigger: TriggerId,
    ) -> Result<TriggerId, RestError> {
        let body = CheckpointTrigger { checkpoint_type: Some(kind), trigger_id: Some(trigger) };
        self.trigger(&["jobs", &job.to_string(), "checkpoints"], &body).await
    }

    /// How a checkpoint stands; its number when it is complete.
    ///
    /// # Errors
    /// [`RestError::is_not_found`] for an unknown operation; otherwise see [`RestError`].
    pub async fn checkpoint_status(
        &self,
        job: JobId,
        trigger: TriggerId,
    ) -> Result<AsyncStatus<i64>, RestError> {
        let segments = ["jobs", &job.to_string(), "checkpoints", &trigger.to_string()];
        Ok(match self.poll::<CheckpointResult>(&segments).await? {
            AsyncStatus::InProgress => AsyncStatus::InProgress,
            AsyncStatus::Failed(failure) => AsyncStatus::Failed(failure),
            AsyncStatus::Completed(CheckpointResult { failure_cause: Some(cause), .. }) => {
                AsyncStatus::Failed(cause.into())
            }
            AsyncStatus::Completed(CheckpointResult { checkpoint_id: Some(id), failure_cause: None }) => {
                AsyncStatus::Completed(id)
            }
            AsyncStatus::Completed(CheckpointResult { checkpoint_id: None, failure_cause: None }) => {
                AsyncStatus::Failed(Failure::from_stack(
                    "the operation completed, but the cluster told no checkpoint",
                ))
            }
        })
    }

    async fn trigger(&self, segments: &[&str], body: &impl serde::Serialize) -> Result<TriggerId, RestError> {
        let request = self.act(Method::POST, segments, &[]).json(body).harmless_to_repeat();
        let response: TriggerResponse = self.fetch(request).await?;
        Ok(response.request_id)
    }

    async fn poll<T: DeserializeOwned>(&self, segments: &[&str]) -> Result<AsyncStatus<T>, RestError> {
        let result: AsyncResult<T> = self.fetch(self.get(segments, &[])).await?;
        Ok(match (result.status.id, result.operation) {
            (Progress::InProgress, _) => AsyncStatus::InProgress,
            (Progress::Completed, Some(operation)) => AsyncStatus::Completed(operation),
            (Progress::Completed, None) => AsyncStatus::Failed(Failure::from_stack(
                "the operation completed, but the cluster told no result",
            )),
        })
    }
}
