//! `/jobs` and `/jobs/overview`.

use ops_core::rest::wire::jobs::{JobIdWithStatus, JobIds, JobSummary, JobsOverview};
use ops_core::rest::wire::state::TaskCounts;

use super::error::{Reply, RestError};
use super::request::Context;
use super::versions::Feature;
use crate::sim::{Cluster, Job};

/// Jobs that still go on, latest first, then the others, latest first.
fn listed(cluster: &Cluster) -> impl Iterator<Item = &Job> {
    let mut jobs: Vec<&Job> = cluster.jobs().collect();
    jobs.sort_by_key(|job| (job.is_over(), std::cmp::Reverse(job.started())));
    jobs.into_iter()
}

pub(super) fn ids(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let jobs =
        listed(context.cluster).map(|job| JobIdWithStatus { id: job.id, status: job.status }).collect();
    Ok(Reply::ok(&JobIds { jobs }))
}

pub(super) fn overview(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let now = context.cluster.now();
    let pending = context.supports(Feature::PendingOperators).then_some(0);
    let applications = context.supports(Feature::Applications);
    let jobs = listed(context.cluster)
        .map(|job| JobSummary {
            jid: job.id,
            name: job.name.clone(),
            start_time: job.started(),
            end_time: job.ended.unwrap_or(-1),
            duration: job.duration(now),
            state: job.status,
            last_modification: job.last_modified,
            tasks: tasks(job),
            pending_operators: pending,
            job_type: applications.then(|| job.kind.as_str().to_owned()),
            scheduler_type: applications.then(|| scheduler(job)),
        })
        .collect();
    Ok(Reply::ok(&JobsOverview { jobs }))
}

/// The scheduler; none for a job that failed before it had one.
pub(super) fn scheduler(job: &Job) -> Option<String> {
    job.has_graph().then(|| "Default".to_owned())
}

fn tasks(job: &Job) -> TaskCounts {
    let mut counts = TaskCounts::default();
    if job.has_graph() {
        for subtask in job.vertices.iter().flat_map(|vertex| &vertex.subtasks) {
            counts.states.add(subtask.current.state);
        }
    }
    counts.total = counts.states.sum();
    counts
}
