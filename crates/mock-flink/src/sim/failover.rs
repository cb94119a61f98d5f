//! Failures: which tasks they hit, whether the job restarts, and what is remembered of them.

use ops_core::ids::{JobId, TaskManagerId};
use ops_core::rest::wire::state::{ExecutionState, JobStatus};
use serde::{Deserialize, Serialize};

use super::adaptive::{RescaleCause, RescaleEnd};
use super::cluster::{Cluster, Step};
use super::job::{Job, SchedulerKind};
use super::scheduling::{cancel_tasks, cancelled_tasks};
use super::task_manager::{Placement, TaskManager};
use super::throwable::Throwable;

/// A failure, as the exception history shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FailureRecord {
    pub(crate) at: i64,
    pub(crate) cause: Throwable,
    pub(crate) task: Option<FailedTask>,
    pub(crate) concurrent: Vec<FailureRecord>,
}

/// The task attempt that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FailedTask {
    /// `Source: orders -> parse (1/4)`.
    pub(crate) name: String,
    pub(crate) attempt: u32,
    pub(crate) placement: Option<Placement>,
}

impl Cluster {
    pub(super) fn task_manager_lost(&mut self, id: JobId, lost: &TaskManager) {
        let message = format!("TaskManager with id {} is no longer reachable.", lost.id);
        let cause = Throwable::new("org.apache.flink.runtime.jobmaster.JobMasterException", message);
        let Some(job) = self.jobs.get_mut(&id) else { return };
        if job.waiting_for_slots || job.vertices.iter().all(|v| v.started().is_none()) {
            // Nothing runs there yet: the slot is simply wanted again.
            for slot in job.slots.iter_mut() {
                if slot.as_ref().is_some_and(|placement| placement.task_manager == lost.id) {
                    *slot = None;
                }
            }
            if !job.waiting_for_slots {
                self.fail(id, cause, None);
            }
            return;
        }
        self.fail(id, cause, Some(&lost.id));
    }

    pub(super) fn slots_timed_out(&mut self, id: JobId) {
        if !self.jobs.get(&id).is_some_and(|job| job.waiting_for_slots) {
            return;
        }
        let cause = Throwable::new(
            "org.apache.flink.runtime.jobmanager.scheduler.NoResourceAvailableException",
            "Could not acquire the minimum required resources.",
        )
        .completion()
        .completion();
        self.fail(id, cause, None);
    }

    /// Fails a job at one of its tasks. `false` when it does not exist or is over.
    pub fn fail_job(&mut self, id: JobId, class: &str, message: &str) -> bool {
        if !self.jobs.get(&id).is_some_and(|job| job.has_graph()) {
            return false;
        }
        self.fail(id, Throwable::new(class, message), None)
    }

    /// The program throws, as it was told to.
    pub(super) fn fail_as_programmed(&mut self, id: JobId) {
        if let Some(failure) = self.jobs.get(&id).and_then(|job| job.failure.clone()) {
            self.fail(id, Throwable::new(failure.class, failure.message), None);
        }
    }

    /// A job that has no tasks yet fails.
    pub(super) fn fail_unscheduled(&mut self, id: JobId, cause: Throwable) {
        let now = self.now;
        let Some(job) = self.jobs.get_mut(&id) else { return };
        job.waiting_for_slots = false;
        job.epoch += 1;
        cancel_tasks(job, now);
        job.fatal = Some((now, cause.clone()));
        job.record_failure(now, cause, None, Vec::new());
        job.end_rescale(RescaleEnd::Failed, now);
        job.enter(JobStatus::Failing, now);
        let stopping = self.jitter(8, 30);
        self.job_after(id, stopping, Step::FailDone);
    }

    /// The tasks on `on`, or else the first task, fail; all others are cancelled; the job restarts or fails.
    fn fail(&mut self, id: JobId, cause: Throwable, on: Option<&TaskManagerId>) -> bool {
        let now = self.now;
        let Some(job) = self.jobs.get_mut(&id) else { return false };
        if !matches!(job.status, JobStatus::Running | JobStatus::Created) {
            return false;
        }
        let mut failed = Vec::new();
        for vertex in &mut job.vertices {
            let (name, parallelism) = (vertex.spec.name(), vertex.parallelism);
            for (index, subtask) in vertex.subtasks.iter_mut().enumerate() {
                let attempt = &mut subtask.current;
                let hit = match on {
                    Some(lost) => attempt.placement.as_ref().is_some_and(|at| at.task_manager == *lost),
                    None => failed.is_empty(),
                };
                if hit && !attempt.state.is_terminal() {
                    attempt.enter(ExecutionState::Failed, now);
                    failed.push(FailedTask {
                        name: format!("{name} ({}/{parallelism})", index + 1),
                        attempt: attempt.number,
                        placement: attempt.placement.clone(),
                    });
                }
            }
        }
        job.running_since = None;
        job.base_records = job.coordinator.records_to_restore();
        job.epoch += 1;
        job.waiting_for_slots = false;
        cancel_tasks(job, now);
        // The adaptive scheduler does not say which task it was.
        let adaptive = job.scheduler == SchedulerKind::Adaptive;
        let mut failed = failed.into_iter().filter(|_| !adaptive);
        let first = failed.next();
        let concurrent = failed.map(|task| FailureRecord {
            at: now,
            cause: cause.clone(),
            task: Some(task),
            concurrent: Vec::new(),
        });
        let concurrent: Vec<_> = concurrent.collect();
        match job.restart.after_failure(now, &mut self.random) {
            Some(delay) => {
                job.record_failure(now, cause, first, concurrent);
                job.restarts += 1;
                job.enter(JobStatus::Restarting, now);
                let stopping = self.jitter(15, 45);
                self.job_after(id, stopping, Step::TasksCancelled);
                self.job_after(id, delay.max(stopping + 1), Step::Restart);
            }
            None => {
                let message = format!("Recovery is suppressed by {}", job.restart.strategy.printed());
                let whole = cause.clone().wrapped("org.apache.flink.runtime.JobException", message);
                job.fatal = Some((now, whole.clone()));
                if adaptive {
                    job.record_failure(now, cause, None, Vec::new());
                } else {
                    let task = FailureRecord { at: now, cause, task: first, concurrent: Vec::new() };
                    job.record_failure(now, whole, None, std::iter::once(task).chain(concurrent).collect());
                }
                job.enter(JobStatus::Failing, now);
                let stopping = self.jitter(8, 30);
                self.job_after(id, stopping, Step::FailDone);
            }
        }
        self.abort_checkpoints(id);
        true
    }

    pub(super) fn tasks_cancelled(&mut self, id: JobId) {
        let now = self.now;
        if let Some(job) = self.jobs.get_mut(&id) {
            cancelled_tasks(job, now);
            self.release_slots(id);
        }
    }

    pub(super) fn restart(&mut self, id: JobId) {
        let now = self.now;
        let uuids = self.rescale_uuids(id);
        let Some(job) = self.jobs.get_mut(&id) else { return };
        if let Some(uuids) = uuids.filter(|_| !job.rescaling) {
            job.begin_rescale(RescaleCause::RecoverableFailover, uuids, "Restarting", now);
        }
        for vertex in &mut job.vertices {
            vertex.subtasks.iter_mut().for_each(|subtask| subtask.renew(now));
        }
        self.schedule(id);
    }

    pub(super) fn fail_done(&mut self, id: JobId) {
        let now = self.now;
        let Some(job) = self.jobs.get_mut(&id) else { return };
        cancelled_tasks(job, now);
        job.enter(JobStatus::Failed, now);
        job.epoch += 1;
        self.wind_up(id);
    }
}

impl Job {
    pub(super) fn record_failure(
        &mut self,
        at: i64,
        cause: Throwable,
        task: Option<FailedTask>,
        concurrent: Vec<FailureRecord>,
    ) {
        self.failures.push_front(FailureRecord { at, cause, task, concurrent });
        let kept = self.settings.exception_history();
        if self.failures.len() > kept {
            self.failures.truncate(kept);
            self.history_truncated = true;
        }
    }
}
