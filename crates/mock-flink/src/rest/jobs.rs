//! `/jobs` and `/jobs/overview`.

use ops_core::rest::wire::jobs::{JobIdWithStatus, JobIds, JobSummary, JobsOverview};
use ops_core::rest::wire::state::TaskCounts;

use super::error::{Reply, RestError};
use super::request::Context;
use super::versions::Feature;
use crate::sim::{Cluster, Job};

/// Jobs that still go on, latest first, then the others, latest first.
pub(super) fn listed(cluster: &Cluster) -> impl Iterator<Item = &Job> {
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
    let jobs = listed(context.cluster).map(|job| summary(context, job)).collect();
    Ok(Reply::ok(&JobsOverview { jobs }))
}

/// A job as lists show it.
pub(super) fn summary(context: &Context<'_>, job: &Job) -> JobSummary {
    let applications = context.supports(Feature::Applications);
    JobSummary {
        jid: job.id,
        name: job.name.clone(),
        start_time: job.started(),
        end_time: job.ended.unwrap_or(-1),
        duration: job.duration(context.cluster.now()),
        state: job.status,
        last_modification: job.last_modified,
        tasks: tasks(job),
        pending_operators: context.supports(Feature::PendingOperators).then_some(0),
        job_type: applications.then(|| job.kind.as_str().to_owned()),
        scheduler_type: applications.then(|| scheduler(job)),
    }
}

/// The scheduler; none for a job that failed before it had one.
pub(super) fn scheduler(job: &Job) -> Option<String> {
    job.has_graph().then(|| job.scheduler.as_str().to_owned())
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
