//! From submission to the end: slots, deployment, cancelling, finishing.

use std::collections::VecDeque;

use ops_core::ids::JobId;
use ops_core::rest::wire::job::StatusTimestamps;
use ops_core::rest::wire::state::{ExecutionState, JobStatus};
use serde::{Deserialize, Serialize};

use super::adaptive::{RescaleCause, RescaleEnd};
use super::checkpointing::Coordinator;
use super::cluster::{Cluster, Event, Step};
use super::graph::JobGraph;
use super::job::{Job, SchedulerKind, Vertex};
use super::restart::{RestartState, RestartStrategy};
use super::saved;
use super::settings::Settings;
use super::store::Snapshot;
use super::task_manager::Placement;
use super::throwable::Throwable;

/// What to run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Submission {
    /// What the program built.
    pub graph: JobGraph,
    /// The id the job shall have; a random one when `None`.
    pub id: Option<JobId>,
    /// Its parallelism; `parallelism.default` when `None`.
    pub parallelism: Option<u32>,
    /// The savepoint or checkpoint to start from.
    pub savepoint: Option<String>,
    /// Configuration of this job alone.
    pub configuration: Vec<(String, String)>,
    /// The application that it belongs to, in versions that have applications.
    #[serde(with = "saved::hex")]
    pub application: Option<u128>,
    /// How long after the start its client counts as gone, unless it says that it is there.
    pub client_timeout: Option<i64>,
}

impl Submission {
    /// This job, with defaults for everything else.
    pub fn new(graph: JobGraph) -> Self {
        Self {
            graph,
            id: None,
            parallelism: None,
            savepoint: None,
            configuration: Vec::new(),
            application: None,
            client_timeout: None,
        }
    }
}

/// Why a job was not accepted, or failed before it had a graph.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SubmitError {
    /// A job with this id was submitted before, even if it is over.
    #[error("job {0} has already been submitted")]
    Duplicate(JobId),
    /// The JobMaster could not start; the job exists and is FAILED.
    #[error("the JobMaster of job {job} could not start")]
    NotInitialized {
        /// The job.
        job: JobId,
        /// Why.
        cause: Throwable,
    },
}

impl Cluster {
    /// Accepts a job.
    ///
    /// # Errors
    /// When its id was used before, or the savepoint to start from cannot be read.
    pub fn submit(&mut self, submission: Submission) -> Result<JobId, SubmitError> {
        let id = match submission.id {
            Some(id) => id,
            None => JobId::new(self.fresh_id()),
        };
        if !self.used_ids.insert(id) {
            return Err(SubmitError::Duplicate(id));
        }
        let settings = self.settings.overlaid(submission.configuration);
        let parallelism = submission.parallelism.unwrap_or_else(|| settings.default_parallelism());
        let restored = submission.savepoint.as_deref().map(|path| (path, self.open_savepoint(path)));
        let sharing_group = self.fresh_id();
        let application = match submission.application {
            None if self.version().at_least(2, 3) => self.start_application(
                Some(id.value()),
                &format!("SingleJobApplication({})", submission.graph.name),
            ),
            given => given,
        };
        let mut job = new_job(id, &submission.graph, parallelism, settings, self.now);
        if let Some((_, latest)) = self.jobs.last() {
            job.share_specs(latest);
        }
        job.sharing_group = sharing_group;
        job.application = application;
        job.client_until = submission.client_timeout.map(|timeout| self.now + timeout);
        match restored {
            None => self.admit(job),
            Some((path, Ok(snapshot))) => {
                job.base_records = snapshot.records;
                job.coordinator.restore_first(path.to_owned(), &snapshot);
                self.admit(job);
            }
            Some((_, Err(cause))) => return Err(self.refuse(job, cause)),
        }
        Ok(id)
    }

    fn admit(&mut self, job: Job) {
        let id = job.id;
        self.jobs.insert(id, Box::new(job));
        let delay = self.jitter(6, 20);
        self.job_after(id, delay, Step::Create);
        self.await_client(id);
    }

    /// Looks again when the client's time is over.
    fn await_client(&mut self, id: JobId) {
        if let Some(until) = self.jobs.get(&id).and_then(|job| job.client_until) {
            self.job_after(id, until - self.now, Step::ClientTimedOut);
        }
    }

    /// The client says that it is there.
    pub(crate) fn client_is_there(&mut self, id: JobId, until: i64) {
        if let Some(job) = self.jobs.get_mut(&id).filter(|job| !job.is_over()) {
            job.client_until = Some(until);
            self.await_client(id);
        }
    }

    pub(super) fn client_timed_out(&mut self, id: JobId) {
        let now = self.now;
        if self.jobs.get(&id).is_some_and(|job| job.client_until.is_some_and(|until| until <= now)) {
            self.cancel(id);
        }
    }

    fn refuse(&mut self, mut job: Job, cause: Throwable) -> SubmitError {
        let id = job.id;
        let cause = cause.wrapped(
            "org.apache.flink.runtime.client.JobInitializationException",
            "Could not start the JobMaster.",
        );
        job.vertices.clear();
        job.record_failure(self.now, cause.clone(), None, Vec::new());
        job.fatal = Some((self.now, cause.clone()));
        job.enter(JobStatus::Failed, self.now);
        self.jobs.insert(id, Box::new(job));
        self.forget_later(id);
        SubmitError::NotInitialized { job: id, cause }
    }

    fn open_savepoint(&self, path: &str) -> Result<Snapshot, Throwable> {
        let bare = path.trim_end_matches('/').trim_end_matches("/_metadata");
        if let Some(snapshot) = self.retained.get(bare) {
            return Ok(snapshot.clone());
        }
        self.store.open(bare).map_err(|error| {
            error.throwable().wrapped("java.lang.RuntimeException", error.to_string()).completion()
        })
    }

    pub(super) fn create(&mut self, id: JobId) {
        let now = self.now;
        let uuids = self.rescale_uuids(id);
        let Some(job) = self.jobs.get_mut(&id) else { return };
        job.enter(JobStatus::Created, now);
        if let Some(uuids) = uuids {
            job.begin_rescale(RescaleCause::InitialSchedule, uuids, "Created", now);
            job.vertices.iter_mut().for_each(Vertex::forget_tasks);
        }
        job.attempts().for_each(|attempt| attempt.enter(ExecutionState::Created, now));
        let delay = self.jitter(20, 60);
        self.job_after(id, delay, Step::Schedule);
    }

    pub(super) fn schedule(&mut self, id: JobId) {
        let now = self.now;
        let Some(job) = self.jobs.get_mut(&id) else { return };
        if job.scheduler == SchedulerKind::Adaptive {
            job.vertices.iter_mut().for_each(Vertex::forget_tasks);
            self.seek_resources(id);
            return;
        }
        job.enter(JobStatus::Running, now);
        job.attempts().for_each(|attempt| attempt.enter(ExecutionState::Scheduled, now));
        let needed = job.vertices.iter().map(|vertex| vertex.parallelism).max().unwrap_or(0);
        job.slots = vec![None; needed as usize];
        job.waiting_for_slots = true;
        if self.acquire_slots(id) {
            return;
        }
        // A standalone cluster gives TaskManagers time to come up; after that it answers at once.
        let hopeless_at = self.start + self.settings.start_up_period();
        let check = self.jitter(60, 90);
        let delay = (hopeless_at - now).clamp(check, self.settings.slot_request_timeout().max(check));
        self.job_after(id, delay, Step::SlotsTimedOut);
    }

    /// Gives the job the slots that are free; whether it has all it needs, in which case it is deployed.
    pub(super) fn acquire_slots(&mut self, id: JobId) -> bool {
        let Some(job) = self.jobs.get_mut(&id) else { return false };
        let mut free = self.task_managers.iter_mut().flat_map(|found| {
            let (task_manager, host, endpoint) = (found.id.clone(), found.host.clone(), found.endpoint());
            found.slots.iter_mut().enumerate().filter(|(_, slot)| slot.is_none()).map(move |(slot, owner)| {
                let (task_manager, host) = (task_manager.clone(), host.clone());
                (owner, Placement { task_manager, slot, host, endpoint: endpoint.clone() })
            })
        });
        for wanted in job.slots.iter_mut().filter(|slot| slot.is_none()) {
            let Some((owner, placement)) = free.next() else { return false };
            *owner = Some(id);
            *wanted = Some(placement);
        }
        job.waiting_for_slots = false;
        let delay = self.jitter(40, 120);
        self.job_after(id, delay, Step::Deploy);
        true
    }

    /// Gives slots that have become free to the jobs that wait, in the order of submission.
    pub(super) fn serve_waiting(&mut self) {
        let waiting: Vec<JobId> =
            self.jobs.values().filter(|job| job.waiting_for_slots).map(|job| job.id).collect();
        for id in waiting {
            match self.jobs.get(&id) {
                Some(job) if job.status == JobStatus::Created => self.reconsider(id),
                _ => {
                    self.acquire_slots(id);
                }
            }
        }
    }

    pub(super) fn release_slots(&mut self, id: JobId) {
        for slot in self.task_managers.iter_mut().flat_map(|found| found.slots.iter_mut()) {
            if *slot == Some(id) {
                *slot = None;
            }
        }
        if let Some(job) = self.jobs.get_mut(&id) {
            job.slots.clear();
            job.waiting_for_slots = false;
        }
        self.serve_waiting();
    }

    pub(super) fn deploy(&mut self, id: JobId) {
        let now = self.now;
        let Some(job) = self.jobs.get_mut(&id) else { return };
        let slots = job.slots.clone();
        for vertex in &mut job.vertices {
            for (subtask, slot) in vertex.subtasks.iter_mut().zip(&slots) {
                subtask.current.placement.clone_from(slot);
                subtask.current.enter(ExecutionState::Deploying, now);
            }
        }
        job.last_modified = now;
        let delay = self.jitter(30, 80);
        self.job_after(id, delay, Step::Initialize);
    }

    pub(super) fn initialize(&mut self, id: JobId) {
        let now = self.now;
        let Some(job) = self.jobs.get_mut(&id) else { return };
        job.attempts().for_each(|attempt| attempt.enter(ExecutionState::Initializing, now));
        job.last_modified = now;
        job.coordinator.restore(now);
        // Reading the state back takes its time: 500 MB a second.
        let reading = job.state_bytes(job.base_records) / 500_000;
        let delay = self.jitter(20, 100) + reading;
        self.job_after(id, delay, Step::Run);
    }

    pub(super) fn run(&mut self, id: JobId) {
        let now = self.now;
        let Some(job) = self.jobs.get_mut(&id) else { return };
        job.attempts().for_each(|attempt| attempt.enter(ExecutionState::Running, now));
        job.last_modified = now;
        job.running_since = Some(now);
        job.rescale_passes("Executing", now);
        job.end_rescale(RescaleEnd::Completed, now);
        let fails_after =
            job.failure.as_ref().and_then(|failure| i64::try_from(failure.after.as_millis()).ok());
        let (interval, pause) = (job.coordinator.plan.interval, job.coordinator.plan.min_pause);
        let finishes_after = job.finishes_after;
        if let Some(interval) = interval {
            let first = self.jitter(pause.min(interval), interval);
            self.job_after(id, first, Step::TriggerCheckpoint);
        }
        if let Some(delay) = fails_after {
            self.job_after(id, delay, Step::Fail);
        }
        if let Some(delay) = finishes_after {
            self.job_after(id, delay, Step::Finish);
        }
    }

    /// The input has ended, or the final savepoint is complete.
    pub(super) fn finish(&mut self, id: JobId) {
        let now = self.now;
        let Some(job) = self.jobs.get_mut(&id) else { return };
        job.freeze(now);
        job.attempts().for_each(|attempt| attempt.enter(ExecutionState::Finished, now));
        job.epoch += 1;
        job.enter(JobStatus::Finished, now);
        let data_sets = job.data_sets.clone();
        self.keep_data_sets(&data_sets);
        self.wind_up(id);
    }

    /// Cancels a job that is not over.
    pub(crate) fn cancel(&mut self, id: JobId) {
        let now = self.now;
        let Some(job) = self.jobs.get_mut(&id) else { return };
        if job.is_over() || job.status == JobStatus::Cancelling {
            return;
        }
        job.freeze(now);
        job.epoch += 1;
        job.enter(JobStatus::Cancelling, now);
        cancel_tasks(job, now);
        let delay = self.jitter(15, 45);
        self.abort_checkpoints(id);
        self.job_after(id, delay, Step::CancelDone);
    }

    pub(super) fn cancel_done(&mut self, id: JobId) {
        let now = self.now;
        let Some(job) = self.jobs.get_mut(&id) else { return };
        cancelled_tasks(job, now);
        job.enter(JobStatus::Canceled, now);
        job.epoch += 1;
        self.wind_up(id);
    }

    /// What follows once a job has reached a terminal state.
    pub(super) fn wind_up(&mut self, id: JobId) {
        self.abort_checkpoints(id);
        if let Some(job) = self.jobs.get_mut(&id)
            && job.coordinator.discard(job.status)
        {
            let own = format!("/{id}/");
            self.retained.retain(|path, _| !path.contains(&own));
        }
        self.release_slots(id);
        self.application_after(id);
        self.forget_later(id);
    }

    fn forget_later(&mut self, id: JobId) {
        let retention = self.settings.job_retention();
        self.after(retention, Event::ForgetJob(id));
    }
}

impl Job {
    /// Counts what was processed until now, and stops counting.
    pub(super) fn freeze(&mut self, now: i64) {
        self.base_records = self.records(now);
        self.running_since = None;
    }
}

/// Tells every task that is not over to stop; those that were never deployed are cancelled at once.
pub(super) fn cancel_tasks(job: &mut Job, now: i64) {
    for attempt in job.attempts().filter(|attempt| !attempt.state.is_terminal()) {
        let deployed = attempt.placement.is_some();
        attempt.enter(if deployed { ExecutionState::Canceling } else { ExecutionState::Canceled }, now);
    }
    job.last_modified = now;
}

/// The tasks have stopped.
pub(super) fn cancelled_tasks(job: &mut Job, now: i64) {
    for attempt in job.attempts().filter(|attempt| attempt.state == ExecutionState::Canceling) {
        attempt.enter(ExecutionState::Canceled, now);
    }
    job.last_modified = now;
}

fn new_job(id: JobId, graph: &JobGraph, parallelism: u32, settings: Settings, now: i64) -> Job {
    let vertices =
        graph.vertices.iter().map(|spec| Vertex::new(spec.clone(), parallelism, now)).collect::<Vec<_>>();
    let scheduler = SchedulerKind::of(&settings, graph.kind);
    let mut job = Job {
        id,
        name: graph.name.clone(),
        kind: graph.kind,
        parallelism,
        status: JobStatus::Initializing,
        timestamps: StatusTimestamps { initializing: now, ..StatusTimestamps::default() },
        ended: None,
        last_modified: now,
        vertices,
        restart: RestartState::new(RestartStrategy::of(&settings)),
        restarts: 0,
        epoch: 0,
        slots: Vec::new(),
        waiting_for_slots: false,
        coordinator: Coordinator::new(settings.checkpoints()),
        settings,
        failures: VecDeque::new(),
        fatal: None,
        history_truncated: false,
        base_records: 0.0,
        running_since: None,
        finishes_after: graph.finishes_after.and_then(|after| i64::try_from(after.as_millis()).ok()),
        sharing_group: 0,
        scheduler,
        application: None,
        failure: graph.failure.clone(),
        data_sets: graph.data_sets.clone(),
        client_until: None,
        rescales: VecDeque::new(),
        rescale_attempts: 0,
        rescaling: false,
        rescale_counts: (0, 0, 0),
    };
    job.derive_rates();
    job
}
