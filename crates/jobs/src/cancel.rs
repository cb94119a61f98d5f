//! Cancelling a job, without a savepoint.

use ops_core::ids::JobId;
use ops_core::rest::RestClient;
use ops_core::rest::wire::jobs::JobSummary;
use ops_core::rest::wire::state::JobStatus;

use crate::{Goal, JobsError, Patience, wait_until};

/// Cancels a job and waits until it is cancelled. One that is cancelled already is left as it is.
///
/// # Errors
/// [`JobsError::Ended`] when it finished or failed in between, [`JobsError::TimedOut`] while its tasks do not yield,
/// [`JobsError::Rest`] for an unknown job (404) or one that had ended before (409).
pub async fn cancel(client: &RestClient, job: JobId, patience: Patience) -> Result<JobSummary, JobsError> {
    client.cancel(job).await?;
    wait_until(client, job, Goal::State(JobStatus::Canceled), patience, |_| {}).await
}
