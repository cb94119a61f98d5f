//! Savepoints: taking one while the job goes on, and stopping the job with one.

use std::fmt;

use ops_core::ids::JobId;
use ops_core::rest::{Drain, RestClient, SavepointRequest};

use crate::operation::completed;
use crate::{Goal, JobsError, Patience, wait_until};

/// Where a savepoint is: a URI that Flink understands, `file:/savepoints/savepoint-1a2b3c-4d5e6f7a8b9c`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavepointPath(pub String);

impl SavepointPath {
    /// The path as Flink wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SavepointPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Takes a savepoint and waits for it. The job goes on.
///
/// # Errors
/// [`JobsError::OperationFailed`] with the root cause, [`JobsError::OperationTimedOut`], [`JobsError::OperationLost`],
/// or [`JobsError::Rest`].
pub async fn savepoint(
    client: &RestClient,
    job: JobId,
    request: &SavepointRequest,
    patience: Patience,
) -> Result<SavepointPath, JobsError> {
    let trigger = client.trigger_savepoint(job, request).await?;
    let ask = || client.savepoint_status(job, trigger);
    completed(job, "the savepoint", patience, ask).await.map(SavepointPath)
}

/// Stops a job with a savepoint, and waits until the job has ended. If that fails, the job goes on.
///
/// # Errors
/// As [`savepoint`]; also [`JobsError::NotStopped`], with the path, when the savepoint is complete and the job is not seen to end.
pub async fn stop_with_savepoint(
    client: &RestClient,
    job: JobId,
    request: &SavepointRequest,
    drain: Drain,
    patience: Patience,
) -> Result<SavepointPath, JobsError> {
    let trigger = client.trigger_stop(job, request, drain).await?;
    let ask = || client.savepoint_status(job, trigger);
    let path = SavepointPath(completed(job, "stopping with a savepoint", patience, ask).await?);
    match wait_until(client, job, Goal::Ended, patience.anew(), |_| {}).await {
        Ok(_) => Ok(path),
        Err(why) => Err(JobsError::NotStopped { job, savepoint: path, why: Box::new(why) }),
    }
}
