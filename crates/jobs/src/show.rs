//! Everything about one job in one answer.

use ops_core::ids::JobId;
use ops_core::rest::wire::checkpoints::CheckpointStatistics;
use ops_core::rest::wire::exceptions::JobExceptions;
use ops_core::rest::wire::job::JobDetails;
use ops_core::rest::{RestClient, RestError};

use crate::JobsError;
use crate::restart::restarts;

/// What the cluster knows about a job.
#[derive(Clone, Debug, PartialEq)]
pub struct JobReport {
    /// Vertices, tasks, plan.
    pub details: JobDetails,
    /// Its checkpoints and savepoints; `None` when the job has no checkpointing.
    pub checkpoints: Option<CheckpointStatistics>,
    /// Why it failed or restarted.
    pub exceptions: JobExceptions,
    /// How often it was restarted; `None` until that is measured.
    pub restarts: Option<u64>,
}

/// Asks for all of it at once.
///
/// # Errors
/// See [`RestError`]; `is_not_found()` for an unknown job.
pub async fn show(client: &RestClient, job: JobId) -> Result<JobReport, JobsError> {
    let (details, checkpoints, exceptions, restarts) = tokio::try_join!(
        client.job(job),
        async { if_any(client.checkpoints(job).await) },
        client.exceptions(job),
        restarts(client, job),
    )?;
    Ok(JobReport { details, checkpoints, exceptions, restarts })
}

/// A job without checkpointing has no statistics; that is no failure. An unknown job is found out by the others.
fn if_any<T>(result: Result<T, RestError>) -> Result<Option<T>, RestError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
