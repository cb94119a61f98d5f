//! The adaptive scheduler: a job takes as many slots as there are within its bounds, and changes with them.

use std::borrow::Cow;

use ops_core::ids::{JobId, VertexId};
use ops_core::rest::wire::state::{ExecutionState, JobStatus};
use serde::{Deserialize, Serialize};

use super::cluster::{Cluster, Step};
use super::job::{Job, SchedulerKind, Vertex};
use super::saved;
use super::scheduling::cancel_tasks;
use super::throwable::Throwable;

/// How many subtasks a vertex has at least and at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bounds {
    pub(crate) lower: u32,
    pub(crate) upper: u32,
}

/// Why a job is scheduled with another parallelism.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RescaleCause {
    InitialSchedule,
    UpdateRequirement,
    NewResourceAvailable,
    RecoverableFailover,
}

impl RescaleCause {
    /// The name on the wire.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::InitialSchedule => "INITIAL_SCHEDULE",
            Self::UpdateRequirement => "UPDATE_REQUIREMENT",
            Self::NewResourceAvailable => "NEW_RESOURCE_AVAILABLE",
            Self::RecoverableFailover => "RECOVERABLE_FAILOVER",
        }
    }
}

/// How a rescale ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RescaleEnd {
    Completed,
    Ignored,
    Failed,
}

/// A rescale.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Rescale {
    #[serde(with = "saved::hex")]
    pub(crate) uuid: u128,
    #[serde(with = "saved::hex")]
    pub(crate) requirements: u128,
    pub(crate) attempt: u64,
    pub(crate) cause: RescaleCause,
    pub(crate) started: i64,
    pub(crate) ended: Option<(i64, RescaleEnd)>,
    /// Of each vertex: the parallelism before, the one asked for, the one got.
    pub(crate) vertices: Vec<(VertexId, Option<u32>, Bounds, Option<u32>)>,
    /// The states that the scheduler passed through since.
    pub(crate) states: Vec<(Cow<'static, str>, i64)>,
}

impl Job {
    /// Begins a rescale; one that goes on ends without effect.
    pub(super) fn begin_rescale(
        &mut self,
        cause: RescaleCause,
        uuids: (u128, u128),
        state: &'static str,
        now: i64,
    ) {
        self.end_rescale(RescaleEnd::Ignored, now);
        self.rescaling = true;
        let current = cause != RescaleCause::InitialSchedule;
        let vertices = self
            .vertices
            .iter()
            .map(|vertex| (vertex.id(), current.then_some(vertex.parallelism), vertex.bounds, None));
        self.rescale_attempts += 1;
        let rescale = Rescale {
            uuid: uuids.0,
            requirements: uuids.1,
            attempt: self.rescale_attempts,
            cause,
            started: now,
            ended: None,
            vertices: vertices.collect(),
            states: vec![(Cow::Borrowed(state), now)],
        };
        self.rescales.push_front(rescale);
        self.rescales.truncate(self.settings.rescale_history());
    }

    pub(super) fn rescale_passes(&mut self, state: &'static str, now: i64) {
        if let Some(rescale) = self.rescales.front_mut().filter(|rescale| rescale.ended.is_none()) {
            rescale.states.push((Cow::Borrowed(state), now));
        }
    }

    pub(super) fn end_rescale(&mut self, end: RescaleEnd, now: i64) {
        if !std::mem::take(&mut self.rescaling) {
            return;
        }
        match end {
            RescaleEnd::Completed => self.rescale_counts.0 += 1,
            RescaleEnd::Ignored => self.rescale_counts.1 += 1,
            RescaleEnd::Failed => self.rescale_counts.2 += 1,
        }
        let got: Vec<u32> = self.vertices.iter().map(|vertex| vertex.parallelism).collect();
        if let Some(rescale) = self.rescales.front_mut().filter(|rescale| rescale.ended.is_none()) {
            rescale.ended = Some((now, end));
            if end == RescaleEnd::Completed {
                rescale.vertices.iter_mut().zip(got).for_each(|(vertex, got)| vertex.3 = Some(got));
            }
        }
    }

    fn desired(&self) -> usize {
        self.vertices.iter().map(|vertex| vertex.bounds.upper).max().unwrap_or(0) as usize
    }

    fn sufficient(&self) -> usize {
        self.vertices.iter().map(|vertex| vertex.bounds.lower).max().unwrap_or(0) as usize
    }
}

impl Cluster {
    /// The ids of a rescale and of the requirements behind it, for a job whose scheduler knows rescales.
    pub(super) fn rescale_uuids(&mut self, id: JobId) -> Option<(u128, u128)> {
        let adaptive = self.jobs.get(&id).is_some_and(|job| job.scheduler == SchedulerKind::Adaptive);
        adaptive.then(|| (self.fresh_id(), self.fresh_id()))
    }

    fn free_slots(&self) -> usize {
        self.task_managers.iter().map(|found| found.free_slots() as usize).sum()
    }

    /// Starts with all it wants if that is there, or waits for it.
    pub(super) fn seek_resources(&mut self, id: JobId) {
        let now = self.now;
        let free = self.free_slots();
        let Some(job) = self.jobs.get_mut(&id) else { return };
        let desired = job.desired();
        if job.status != JobStatus::Created {
            job.enter(JobStatus::Created, now);
        }
        job.rescale_passes("WaitingForResources", now);
        if free >= desired {
            self.start_with(id, desired);
            return;
        }
        job.waiting_for_slots = true;
        if let Some(patience) = self.settings.resource_wait() {
            self.job_after(id, patience, Step::ResourcesTimedOut);
        }
    }

    /// Slots have become free.
    pub(super) fn reconsider(&mut self, id: JobId) {
        let free = self.free_slots();
        if self.jobs.get(&id).is_some_and(|job| job.waiting_for_slots && free >= job.desired()) {
            let desired = self.jobs.get(&id).map_or(0, |job| job.desired());
            self.start_with(id, desired);
        }
    }

    pub(super) fn resources_timed_out(&mut self, id: JobId) {
        let free = self.free_slots();
        let Some(job) = self.jobs.get(&id).filter(|job| job.waiting_for_slots) else { return };
        if free >= job.sufficient().max(1) {
            self.start_with(id, free.min(job.desired()));
        } else {
            let class = "org.apache.flink.runtime.jobmanager.scheduler.NoResourceAvailableException";
            self.fail_unscheduled(
                id,
                Throwable::new(class, "Not enough resources available for scheduling."),
            );
        }
    }

    fn start_with(&mut self, id: JobId, slots: usize) {
        let now = self.now;
        let Some(job) = self.jobs.get_mut(&id) else { return };
        for vertex in &mut job.vertices {
            vertex.resize(vertex.bounds.upper.min(slots as u32).max(1), now);
        }
        job.derive_rates();
        job.rescale_passes("CreatingExecutionGraph", now);
        job.enter(JobStatus::Running, now);
        job.attempts().for_each(|attempt| attempt.enter(ExecutionState::Scheduled, now));
        job.slots = vec![None; slots];
        job.waiting_for_slots = true;
        self.acquire_slots(id);
    }

    /// Declares other bounds. A job that runs with another parallelism than they lead to restarts.
    pub(crate) fn require(&mut self, id: JobId, bounds: &[(VertexId, Bounds)]) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        for (vertex, bounds) in bounds {
            if let Some(vertex) = job.vertices.iter_mut().find(|found| found.id() == *vertex) {
                vertex.bounds = *bounds;
            }
        }
        self.rescale(id, RescaleCause::UpdateRequirement);
    }

    /// There are more slots: jobs that want more than they have take them.
    pub(super) fn grow(&mut self) {
        let growing = self.jobs.values().filter(|job| {
            let adaptive = job.scheduler == SchedulerKind::Adaptive;
            adaptive && job.all_running() && job.slots.len() < job.desired()
        });
        for id in growing.map(|job| job.id).collect::<Vec<_>>() {
            self.rescale(id, RescaleCause::NewResourceAvailable);
        }
    }

    pub(super) fn rescale(&mut self, id: JobId, cause: RescaleCause) {
        let now = self.now;
        let uuids = (self.fresh_id(), self.fresh_id());
        let free = self.free_slots();
        let Some(job) = self.jobs.get_mut(&id) else { return };
        let reach = (free + job.slots.len()) as u32;
        let changes = job.vertices.iter().any(|vertex| vertex.bounds.upper.min(reach) != vertex.parallelism);
        // A job that was scheduled a moment ago is left alone for a while.
        let ready_at = job.timestamps.of(JobStatus::Running) + job.settings.rescale_cooldown();
        match job.status {
            JobStatus::Running if changes && ready_at > now => {
                self.job_after(id, ready_at - now, Step::Rescale)
            }
            JobStatus::Running if changes => {
                job.begin_rescale(cause, uuids, "Executing", now);
                job.rescale_passes("Restarting", now);
                job.freeze(now);
                job.base_records = job.coordinator.records_to_restore();
                job.epoch += 1;
                job.enter(JobStatus::Restarting, now);
                cancel_tasks(job, now);
                let stopping = self.jitter(15, 45);
                self.abort_checkpoints(id);
                self.job_after(id, stopping, Step::TasksCancelled);
                self.job_after(id, stopping + 1, Step::Restart);
            }
            JobStatus::Created => self.reconsider(id),
            _ => {}
        }
    }
}

impl Vertex {
    /// The tasks of a former schedule are gone; their attempts count on.
    pub(super) fn forget_tasks(&mut self) {
        let last = self.subtasks.iter().map(|subtask| subtask.current.number).max();
        self.next_attempt = last.unwrap_or(self.next_attempt);
        self.subtasks.clear();
    }

    /// Gives the vertex so many new subtasks.
    fn resize(&mut self, parallelism: u32, now: i64) {
        self.parallelism = parallelism;
        self.subtasks = (0..parallelism).map(|_| super::job::Subtask::new(self.next_attempt, now)).collect();
    }
}
