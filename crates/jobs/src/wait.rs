//! Waiting until a job is somewhere: there, somewhere else for good, or out of time.
//!
//! The overview of all jobs is what is looked at, for it is never stale: answers about one job come from a cache
//! that Flink renews every three seconds (`web.refresh-interval`).

use std::fmt;

use ops_core::ids::JobId;
use ops_core::rest::wire::jobs::JobSummary;
use ops_core::rest::wire::state::{JobStatus, TaskCounts};
use ops_core::rest::{Failure, RestClient, RestError};

use crate::restart::RunMark;
use crate::{JobsError, Patience};

/// What to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// RUNNING, and every task of it running. A job that waits for slots is RUNNING without that.
    AllTasksRunning,
    /// This state.
    State(JobStatus),
    /// Any terminal state.
    Ended,
    /// [`Goal::AllTasksRunning`] again, after a restart since the mark was made.
    RestartedSince(RunMark),
}

impl Goal {
    async fn reached(self, client: &RestClient, job: &JobSummary) -> Result<bool, RestError> {
        Ok(match self {
            Self::AllTasksRunning => all_tasks_running(job),
            Self::State(state) => job.state == state,
            Self::Ended => job.state.is_terminal(),
            Self::RestartedSince(mark) => {
                all_tasks_running(job) && mark.is_before(&client.job(job.jid).await?)
            }
        })
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AllTasksRunning => f.write_str("RUNNING with all its tasks"),
            Self::State(state) => write!(f, "{state}"),
            Self::Ended => f.write_str("at its end"),
            Self::RestartedSince(_) => f.write_str("RUNNING with all its tasks after a restart"),
        }
    }
}

/// What a look at a job shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobProgress {
    /// Its state.
    pub state: JobStatus,
    /// Its tasks that are running, or finished already.
    pub running: u32,
    /// Its tasks that wait for a slot.
    pub waiting: u32,
    /// All its tasks; 0 before it has any.
    pub tasks: u32,
}

impl JobProgress {
    /// What the overview shows.
    pub fn of(job: &JobSummary) -> Self {
        let tasks = &job.tasks;
        Self {
            state: job.state,
            running: tasks.states.running + tasks.states.finished,
            waiting: tasks.states.scheduled,
            tasks: tasks.total,
        }
    }
}

impl fmt::Display for JobProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} of {} tasks running", self.state, self.running, self.tasks)?;
        if self.waiting > 0 {
            write!(f, ", {} waiting for slots", self.waiting)?;
        }
        Ok(())
    }
}

/// Waits until the job has reached the goal, and gives what it looked like then. `observe` is told of every look
/// that shows something new. Breaks in the connection are waited out, too.
///
/// # Errors
/// [`JobsError::Ended`] when the job reached another terminal state, with its root cause; [`JobsError::TimedOut`];
/// [`JobsError::Rest`] for an unknown job, or when the cluster cannot be reached until the time is up.
pub async fn wait_until(
    client: &RestClient,
    job: JobId,
    goal: Goal,
    mut patience: Patience,
    mut observe: impl FnMut(JobProgress),
) -> Result<JobSummary, JobsError> {
    let mut seen = None;
    loop {
        let failed = match look(client, job, goal).await {
            Ok((summary, reached)) => {
                let progress = JobProgress::of(&summary);
                if seen != Some(progress) {
                    observe(progress);
                }
                seen = Some(progress);
                if reached {
                    return Ok(summary);
                }
                if summary.state.is_terminal() {
                    let reason = root_failure(client, &summary).await;
                    return Err(JobsError::Ended {
                        job,
                        goal: goal.to_string(),
                        state: summary.state,
                        reason,
                    });
                }
                None
            }
            Err(error) if passes(&error, seen.is_some()) => Some(error),
            Err(error) => return Err(error.into()),
        };
        if !patience.pause().await {
            return Err(match failed {
                Some(error) => error.into(),
                None => {
                    let last_seen = seen.map_or_else(String::new, |progress| progress.to_string());
                    JobsError::TimedOut { job, goal: goal.to_string(), after: patience.timeout(), last_seen }
                }
            });
        }
    }
}

/// The job as it is now, and whether it has reached the goal.
async fn look(client: &RestClient, job: JobId, goal: Goal) -> Result<(JobSummary, bool), RestError> {
    let mut jobs = client.jobs_overview().await?.jobs;
    let Some(index) = jobs.iter().position(|summary| summary.jid == job) else {
        // The cluster's own words for it; or the job has just come.
        let details = client.job(job).await?;
        let summary = JobSummary {
            jid: details.jid,
            name: details.name,
            start_time: details.start_time,
            end_time: details.end_time,
            duration: details.duration,
            state: details.state,
            last_modification: details.now,
            tasks: TaskCounts::default(),
            pending_operators: None,
            job_type: None,
            scheduler_type: None,
        };
        return Ok((summary, false));
    };
    let summary = jobs.swap_remove(index);
    let reached = goal.reached(client, &summary).await?;
    Ok((summary, reached))
}

/// Whether a failed look may be followed by another. A new leader does not know the jobs until it has recovered them,
/// so a job that was seen before is not given up when it is not found.
pub(crate) fn passes(error: &RestError, seen: bool) -> bool {
    error.is_retryable() || error.is_timed_out() || (seen && error.is_not_found())
}

/// It runs with all its tasks; what waits for slots does not, and cannot take a savepoint either.
pub(crate) fn all_tasks_running(job: &JobSummary) -> bool {
    let progress = JobProgress::of(job);
    job.state == JobStatus::Running && progress.tasks > 0 && progress.running == progress.tasks
}

/// Why a job failed. That it cannot be told is no reason to fail otherwise.
async fn root_failure(client: &RestClient, job: &JobSummary) -> Option<Failure> {
    if job.state != JobStatus::Failed {
        return None;
    }
    let result = client.execution_result(job.jid).await.ok()??;
    result.failure_cause.map(Failure::from)
}
