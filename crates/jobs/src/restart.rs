//! Seeing that a job was restarted. The JobManager records when a job entered each state last, in every version and
//! with every scheduler; the metric that counts restarts is up to ten seconds old, so it informs and does not decide.

use ops_core::ids::JobId;
use ops_core::rest::wire::job::JobDetails;
use ops_core::rest::wire::jobs::JobSummary;
use ops_core::rest::wire::state::JobStatus;
use ops_core::rest::{RestClient, RestError};

use crate::{Goal, JobProgress, JobsError, Patience, wait_until};

/// A moment in the run of a job, by the JobManager's clock. Made while the job runs, and before the thing happens
/// that makes it restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunMark {
    at: i64,
}

impl RunMark {
    /// The moment these details were given. They may be cached, but the moment is not.
    pub fn of(details: &JobDetails) -> Self {
        Self { at: details.now }
    }

    /// Whether the job entered RUNNING since.
    pub(crate) fn is_before(self, details: &JobDetails) -> bool {
        details.timestamps.of(JobStatus::Running) > self.at
    }
}

/// Now, for [`wait_for_restart`].
///
/// # Errors
/// See [`RestError`].
pub async fn run_mark(client: &RestClient, job: JobId) -> Result<RunMark, JobsError> {
    Ok(RunMark::of(&client.job(job).await?))
}

/// Waits until the job has been restarted since the mark was made, and all its tasks run again.
///
/// # Errors
/// As [`wait_until`].
pub async fn wait_for_restart(
    client: &RestClient,
    job: JobId,
    since: RunMark,
    patience: Patience,
    observe: impl FnMut(JobProgress),
) -> Result<JobSummary, JobsError> {
    wait_until(client, job, Goal::RestartedSince(since), patience, observe).await
}

/// How often the job was restarted, as its metric says; `None` until the JobManager has collected it.
///
/// # Errors
/// See [`RestError`].
pub async fn restarts(client: &RestClient, job: JobId) -> Result<Option<u64>, RestError> {
    let metrics = client.job_metrics(job, &["numRestarts"]).await?;
    Ok(metrics.iter().find_map(|metric| metric.value.as_ref()?.parse().ok()))
}
