//! One look at the cluster. However many vertices and TaskManagers there are, it takes five requests, and one for each
//! TaskManager whose memory is on the screen.

use std::collections::BTreeMap;

use ops_core::ids::{JobId, TaskManagerId};
use ops_core::rest::wire::checkpoints::CheckpointStatistics;
use ops_core::rest::wire::cluster::ClusterOverview;
use ops_core::rest::wire::job::JobDetails;
use ops_core::rest::wire::jobs::JobSummary;
use ops_core::rest::wire::task_managers::{TaskManager, TaskManagerMetrics};
use ops_core::rest::{RestClient, RestError};

/// What a look has seen.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// When, in milliseconds since 1970, by the asker's clock.
    pub at: i64,
    /// The cluster.
    pub overview: ClusterOverview,
    /// Its jobs, those that go on first.
    pub jobs: Vec<JobSummary>,
    /// The job that is looked at.
    pub job: Option<JobSample>,
    /// The TaskManagers, by their ids.
    pub task_managers: Vec<TaskManager>,
    /// Memory of those that were asked.
    pub memory: BTreeMap<TaskManagerId, TaskManagerMetrics>,
}

/// One job.
#[derive(Clone, Debug)]
pub struct JobSample {
    /// With its vertices and its plan.
    pub details: JobDetails,
    /// Its checkpoints.
    pub checkpoints: CheckpointStatistics,
}

/// Which TaskManagers' memory is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Workers {
    /// The first one, by their order.
    pub first: usize,
    /// How many.
    pub count: usize,
}

/// Looks at the cluster, and at one job: the one that is wanted, while it is there, else the first.
///
/// # Errors
/// The cluster does not answer. A job or TaskManager that goes meanwhile is left out.
pub async fn sample(
    client: &RestClient,
    wanted: Option<JobId>,
    workers: Workers,
    at: i64,
) -> Result<Sample, RestError> {
    let overview = client.overview().await?;
    let mut jobs = client.jobs_overview().await?.jobs;
    jobs.sort_by_key(|job| (job.state.is_terminal(), std::cmp::Reverse(job.start_time), job.jid));
    let chosen =
        jobs.iter().map(|job| job.jid).find(|id| Some(*id) == wanted).or(jobs.first().map(|job| job.jid));
    let mut sample = Sample { at, overview, jobs, ..Sample::default() };
    if let Some(id) = chosen {
        sample.job = present(
            async {
                let details = client.job(id).await?;
                let checkpoints = present(client.checkpoints(id).await)?.unwrap_or_default();
                Ok(JobSample { details, checkpoints })
            }
            .await,
        )?;
    }
    sample.task_managers = client.task_managers().await?;
    sample.task_managers.sort_by(|a, b| a.id.0.cmp(&b.id.0));
    let shown: Vec<TaskManagerId> = sample
        .task_managers
        .iter()
        .skip(workers.first)
        .take(workers.count)
        .map(|one| one.id.clone())
        .collect();
    for id in shown {
        if let Some(details) = present(client.task_manager(&id).await)? {
            sample.memory.insert(id, details.metrics);
        }
    }
    Ok(sample)
}

/// What is gone is not there; everything else is an error.
fn present<T>(answer: Result<T, RestError>) -> Result<Option<T>, RestError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
