//! The cluster as a whole: its time, its queue of events, and what can be asked of it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use indexmap::IndexMap;
use ops_core::ids::{JobId, TaskManagerId, TriggerId};
use ops_core::rest::wire::state::JobStatus;
use ops_core::version::FlinkVersion;
use serde::{Deserialize, Serialize};

use super::adaptive::RescaleCause;
use super::applications::Application;
use super::data_sets::DataSet;
use super::incident::Incident;
use super::job::Job;
use super::operations::{Operation, OperationKey};
use super::profiling::{Profile, Sampling};
use super::random::Random;
use super::saved;
use super::settings::Settings;
use super::store::{MemoryStore, SavepointStore, Snapshot};
use super::task_manager::{MemoryLayout, TaskManager};

/// What a cluster is made of.
pub struct ClusterSpec {
    /// The configuration in effect; its version decides defaults.
    pub settings: Settings,
    /// How many TaskManagers register at the start.
    pub task_managers: usize,
    /// Slots of each.
    pub slots: usize,
    /// The time at the start, milliseconds since 1970.
    pub start: i64,
    /// Decides ids, ports, and small variations in time.
    pub seed: u64,
    /// Where savepoints go.
    pub store: Box<dyn SavepointStore>,
}

/// The simulated cluster.
#[derive(Serialize, Deserialize)]
pub struct Cluster {
    pub(super) settings: Settings,
    pub(super) memory: MemoryLayout,
    pub(super) slots_each: usize,
    pub(super) start: i64,
    pub(super) now: i64,
    pub(super) random: Random,
    pub(super) task_managers: Vec<TaskManager>,
    /// Boxed: a table of thousands grows by moving its entries.
    pub(super) jobs: IndexMap<JobId, Box<Job>>,
    pub(super) used_ids: BTreeSet<JobId>,
    #[serde(with = "saved::pairs")]
    pub(super) operations: BTreeMap<OperationKey, Operation>,
    #[serde(skip, default = "saved::no_store")]
    pub(super) store: Box<dyn SavepointStore>,
    /// Until then, no savepoint can be written.
    pub(super) savepoints_denied_until: i64,
    /// The latest retained checkpoint of each job, by its path.
    pub(super) retained: BTreeMap<String, Snapshot>,
    #[serde(with = "saved::applications")]
    pub(super) applications: IndexMap<u128, Application>,
    pub(super) profiles: Vec<Profile>,
    pub(super) samplings: Vec<Sampling>,
    pub(super) data_sets: Vec<DataSet>,
    /// What a scenario has planned; taken out once it has happened.
    pub(super) incidents: Vec<Option<Incident>>,
    queue: BinaryHeap<Reverse<Scheduled>>,
    sequence: u64,
}

/// Something that will happen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Scheduled {
    at: i64,
    sequence: u64,
    event: Event,
}

/// What will happen. An event of a job carries the epoch it was scheduled in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Event {
    Job { job: JobId, epoch: u32, step: Step },
    FinishOperation(OperationKey),
    ForgetOperation(OperationKey),
    ForgetJob(JobId),
    Incident(usize),
}

/// What will happen to a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Step {
    Create,
    Schedule,
    Deploy,
    Initialize,
    Run,
    SlotsTimedOut,
    ResourcesTimedOut,
    Rescale,
    Fail,
    ClientTimedOut,
    Finish,
    Restart,
    TasksCancelled,
    CancelDone,
    FailDone,
    TriggerCheckpoint,
    CompleteCheckpoint(i64),
    ExpireCheckpoint(i64),
    DeclineCheckpoint(i64),
}

impl Cluster {
    /// A cluster whose TaskManagers have registered.
    pub fn new(spec: ClusterSpec) -> Self {
        let memory = MemoryLayout::of(&spec.settings);
        let mut cluster = Self {
            settings: spec.settings,
            memory,
            slots_each: spec.slots,
            start: spec.start,
            now: spec.start,
            random: Random::seeded(spec.seed),
            task_managers: Vec::new(),
            jobs: IndexMap::new(),
            used_ids: BTreeSet::new(),
            operations: BTreeMap::new(),
            store: spec.store,
            savepoints_denied_until: 0,
            retained: BTreeMap::new(),
            applications: IndexMap::new(),
            profiles: Vec::new(),
            samplings: Vec::new(),
            data_sets: Vec::new(),
            incidents: Vec::new(),
            queue: BinaryHeap::new(),
            sequence: 0,
        };
        for _ in 0..spec.task_managers {
            cluster.add_task_manager();
        }
        cluster
    }

    /// The savepoints that are nowhere but in memory.
    pub(crate) fn in_memory(&mut self) -> &mut MemoryStore {
        self.store.in_memory()
    }

    /// The cluster's time.
    pub fn now(&self) -> i64 {
        self.now
    }

    /// The version it plays.
    pub fn version(&self) -> FlinkVersion {
        self.settings.version()
    }

    /// The configuration in effect.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// When the next thing happens by itself.
    pub fn next_event(&self) -> Option<i64> {
        self.queue.peek().map(|Reverse(scheduled)| scheduled.at)
    }

    /// Lets everything happen that is due by `now`. Time never goes back: an earlier time changes nothing.
    pub fn advance_to(&mut self, now: i64) {
        while let Some(Reverse(next)) = self.queue.peek() {
            if next.at > now {
                break;
            }
            let Some(Reverse(scheduled)) = self.queue.pop() else { break };
            self.now = self.now.max(scheduled.at);
            self.handle(scheduled.event);
        }
        self.now = self.now.max(now);
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Job { job, epoch, step } => {
                if self.jobs.get(&job).is_some_and(|found| found.epoch == epoch) {
                    self.step(job, step);
                }
            }
            Event::FinishOperation(key) => self.finish_operation(&key),
            Event::ForgetOperation(key) => {
                self.operations.remove(&key);
            }
            Event::ForgetJob(job) => {
                self.jobs.shift_remove(&job);
            }
            Event::Incident(number) => self.happen(number),
        }
    }

    fn step(&mut self, job: JobId, step: Step) {
        match step {
            Step::Create => self.create(job),
            Step::Schedule => self.schedule(job),
            Step::Deploy => self.deploy(job),
            Step::Initialize => self.initialize(job),
            Step::Run => self.run(job),
            Step::SlotsTimedOut => self.slots_timed_out(job),
            Step::ResourcesTimedOut => self.resources_timed_out(job),
            Step::Rescale => self.rescale(job, RescaleCause::UpdateRequirement),
            Step::Fail => self.fail_as_programmed(job),
            Step::ClientTimedOut => self.client_timed_out(job),
            Step::Finish => self.finish(job),
            Step::Restart => self.restart(job),
            Step::TasksCancelled => self.tasks_cancelled(job),
            Step::CancelDone => self.cancel_done(job),
            Step::FailDone => self.fail_done(job),
            Step::TriggerCheckpoint => self.trigger_periodic(job),
            Step::CompleteCheckpoint(id) => self.complete_checkpoint(job, id),
            Step::ExpireCheckpoint(id) => {
                self.fail_checkpoint(job, id, "Checkpoint expired before completing.");
            }
            Step::DeclineCheckpoint(id) => self.fail_checkpoint(job, id, "Checkpoint was declined."),
        }
    }

    pub(super) fn after(&mut self, delay: i64, event: Event) {
        let at = self.now.saturating_add(delay.max(0));
        self.sequence += 1;
        self.queue.push(Reverse(Scheduled { at, sequence: self.sequence, event }));
    }

    pub(super) fn job_after(&mut self, job: JobId, delay: i64, step: Step) {
        if let Some(found) = self.jobs.get(&job) {
            let epoch = found.epoch;
            self.after(delay, Event::Job { job, epoch, step });
        }
    }

    /// A delay that varies a little, as real ones do.
    pub(super) fn jitter(&mut self, low: i64, high: i64) -> i64 {
        self.random.between(low, high)
    }

    /// A random id: a job's, a trigger's.
    pub(crate) fn fresh_id(&mut self) -> u128 {
        self.random.wide()
    }

    /// A random trigger id.
    pub(crate) fn fresh_trigger(&mut self) -> TriggerId {
        TriggerId::new(self.random.wide())
    }

    /// Every job, in the order of submission.
    pub(crate) fn jobs(&self) -> impl Iterator<Item = &Job> {
        self.jobs.values().map(|job| &**job)
    }

    pub(crate) fn job(&self, id: JobId) -> Option<&Job> {
        self.jobs.get(&id).map(|job| &**job)
    }

    /// The state of a job.
    pub fn job_status(&self, id: JobId) -> Option<JobStatus> {
        self.jobs.get(&id).map(|job| job.status)
    }

    pub(crate) fn task_managers(&self) -> &[TaskManager] {
        &self.task_managers
    }

    pub(crate) fn memory(&self) -> &MemoryLayout {
        &self.memory
    }

    /// When the cluster started.
    pub(crate) fn started(&self) -> i64 {
        self.start
    }

    /// The ids of the registered TaskManagers, in the order in which they registered.
    pub fn task_manager_ids(&self) -> Vec<TaskManagerId> {
        self.task_managers.iter().map(|found| found.id.clone()).collect()
    }

    /// Registers another TaskManager, and gives its slots to jobs that wait.
    pub fn add_task_manager(&mut self) -> TaskManagerId {
        let rpc_port = self.jitter(32_768, 60_998) as u16;
        let suffix = self.random.next() & 0xff_ffff;
        let id = TaskManagerId(format!("localhost:{rpc_port}-{suffix:06x}"));
        let data_port = self.jitter(32_768, 60_998) as u16;
        self.task_managers.push(TaskManager {
            id: id.clone(),
            host: "localhost".to_owned(),
            rpc_port,
            data_port,
            registered: self.now,
            slots: vec![None; self.slots_each],
        });
        self.serve_waiting();
        self.grow();
        id
    }

    /// Kills a TaskManager: its tasks fail, and the jobs that had tasks on it restart or fail. Whether it was there.
    pub fn lose_task_manager(&mut self, id: &TaskManagerId) -> bool {
        let Some(position) = self.task_managers.iter().position(|found| found.id == *id) else {
            return false;
        };
        let lost = self.task_managers.remove(position);
        let mut hit: Vec<JobId> = lost.slots.iter().flatten().copied().collect();
        hit.sort_unstable();
        hit.dedup();
        for job in hit {
            self.task_manager_lost(job, &lost);
        }
        true
    }
}
