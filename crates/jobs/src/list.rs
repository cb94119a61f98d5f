//! All jobs of a cluster.

use ops_core::rest::RestClient;
use ops_core::rest::wire::jobs::JobSummary;

use crate::JobsError;

/// Every job that the cluster remembers: those that have not ended first, then by start time, latest first.
///
/// # Errors
/// See [`ops_core::rest::RestError`].
pub async fn list(client: &RestClient) -> Result<Vec<JobSummary>, JobsError> {
    let mut jobs = client.jobs_overview().await?.jobs;
    jobs.sort_by_key(|job| (job.state.is_terminal(), std::cmp::Reverse(job.start_time), job.jid));
    Ok(jobs)
}
