//! `/jobs` and `/jobs/overview`.

use ops_core::rest::wire::jobs::{JobIdWithStatus, JobIds, JobSummary};
use ops_core::rest::wire::state::TaskCounts;

use super::bulk::object_of_list;
use super::error::{Reply, RestError};
use super::request::Context;
use super::versions::Feature;
use crate::sim::{Cluster, Job};

/// What a job takes in the overview, with a name that is not too long.
const SUMMARY_BYTES: usize = 400;

/// Jobs that still go on, latest first, then the others, latest first.
pub(super) fn listed(cluster: &Cluster) -> impl Iterator<Item = &Job> {
    let mut jobs: Vec<&Job> = cluster.jobs().collect();
    jobs.sort_by_cached_key(|job| (job.is_over(), std::cmp::Reverse(job.started())));
    jobs.into_iter()
}

pub(super) fn ids(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let jobs =
        listed(context.cluster).map(|job| JobIdWithStatus { id: job.id, status: job.status }).collect();
    Ok(Reply::ok(&JobIds { jobs }))
}

pub(super) fn overview(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let jobs: Vec<&Job> = listed(context.cluster).collect();
    let shape = Shape::of(context);
    let body = object_of_list("jobs", &jobs, SUMMARY_BYTES, |job| shape.summary(job));
    Ok(Reply::written(body))
}

/// What lists of jobs depend on besides the jobs.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    now: i64,
    applications: bool,
    pending_operators: bool,
}

impl Shape {
    pub(super) fn of(context: &Context<'_>) -> Self {
        Self {
            now: context.cluster.now(),
            applications: context.supports(Feature::Applications),
            pending_operators: context.supports(Feature::PendingOperators),
        }
    }

    /// A job as lists show it.
    pub(super) fn summary(self, job: &Job) -> JobSummary {
        JobSummary {
            jid: job.id,
            name: job.name.clone(),
            start_time: job.started(),
            end_time: job.ended.unwrap_or(-1),
            duration: job.duration(self.now),
            state: job.status,
            last_modification: job.last_modified,
            tasks: tasks(job),
            pending_operators: self.pending_operators.then_some(0),
            job_type: self.applications.then(|| job.kind.as_str().into()),
            scheduler_type: self.applications.then(|| scheduler(job).map(Into::into)),
        }
    }
}

/// The scheduler; none for a job that failed before it had one.
pub(super) fn scheduler(job: &Job) -> Option<&'static str> {
    job.has_graph().then(|| job.scheduler.as_str())
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
