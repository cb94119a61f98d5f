//! A job: its vertices, their subtasks, and the attempts at each. State and arithmetic only; what happens when is in
//! the modules beside this one.

use std::collections::VecDeque;
use std::sync::Arc;

use ops_core::ids::{JobId, VertexId};
use ops_core::rest::wire::job::StatusTimestamps;
use ops_core::rest::wire::state::{ExecutionState, JobStatus, StateCounts};
use serde::{Deserialize, Serialize};

use super::adaptive::{Bounds, Rescale};
use super::checkpointing::Coordinator;
use super::failover::FailureRecord;
use super::graph::{Failure, JobKind, VertexSpec};
use super::load::Load;
use super::restart::RestartState;
use super::saved;
use super::settings::Settings;
use super::task_manager::Placement;
use super::throwable::Throwable;

/// Earlier attempts that are remembered per subtask (`jobmanager.execution.attempts-history-size`).
const ATTEMPTS_KEPT: usize = 16;

/// Who schedules a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SchedulerKind {
    Default,
    Adaptive,
    AdaptiveBatch,
}

impl SchedulerKind {
    /// What the configuration says for a job of this kind.
    pub(crate) fn of(settings: &Settings, kind: JobKind) -> Self {
        let named = settings.text(&["jobmanager.scheduler"]).unwrap_or_default().to_ascii_lowercase();
        let reactive =
            settings.text(&["scheduler-mode"]).is_some_and(|mode| mode.eq_ignore_ascii_case("reactive"));
        match (kind, named.as_str()) {
            (JobKind::Batch, "default" | "ng") if !settings.version().at_least(1, 20) => Self::Default,
            (JobKind::Batch, _) => Self::AdaptiveBatch,
            (JobKind::Streaming, "adaptive") => Self::Adaptive,
            (JobKind::Streaming, _) if reactive => Self::Adaptive,
            (JobKind::Streaming, _) => Self::Default,
        }
    }

    /// The name on the wire.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Default => "Default",
            Self::Adaptive => "Adaptive",
            Self::AdaptiveBatch => "AdaptiveBatch",
        }
    }
}

/// A job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) id: JobId,
    pub(crate) name: String,
    pub(crate) kind: JobKind,
    pub(crate) parallelism: u32,
    pub(crate) status: JobStatus,
    pub(crate) timestamps: StatusTimestamps,
    pub(crate) ended: Option<i64>,
    pub(crate) last_modified: i64,
    pub(crate) vertices: Vec<Vertex>,
    pub(crate) settings: Settings,
    pub(crate) restart: RestartState,
    pub(crate) restarts: u64,
    /// Grows with every failover and every end: events of an earlier epoch no longer apply.
    pub(crate) epoch: u32,
    pub(crate) slots: Vec<Option<Placement>>,
    pub(crate) waiting_for_slots: bool,
    pub(crate) coordinator: Coordinator,
    pub(crate) failures: VecDeque<FailureRecord>,
    /// Why it failed for good.
    pub(crate) fatal: Option<(i64, Throwable)>,
    pub(crate) history_truncated: bool,
    /// Records that the sources had emitted when the tasks started to run last.
    pub(crate) base_records: f64,
    pub(crate) running_since: Option<i64>,
    pub(crate) finishes_after: Option<i64>,
    #[serde(with = "saved::hex")]
    pub(crate) sharing_group: u128,
    pub(crate) scheduler: SchedulerKind,
    #[serde(with = "saved::hex")]
    pub(crate) application: Option<u128>,
    pub(crate) failure: Option<Failure>,
    #[serde(with = "saved::hex")]
    pub(crate) data_sets: Vec<u128>,
    /// When its client counts as gone, unless it says that it is there.
    pub(crate) client_until: Option<i64>,
    pub(crate) rescales: VecDeque<Rescale>,
    pub(crate) rescale_attempts: u64,
    pub(crate) rescaling: bool,
    /// Completed, ignored, failed.
    pub(crate) rescale_counts: (u64, u64, u64),
}

/// A vertex.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Vertex {
    /// Shared by the jobs of one program that were submitted one after the other.
    pub(crate) spec: Arc<VertexSpec>,
    pub(crate) parallelism: u32,
    pub(crate) max_parallelism: u32,
    pub(crate) bounds: Bounds,
    /// The number of the next attempts, once the tasks have been forgotten.
    pub(super) next_attempt: u32,
    pub(crate) subtasks: Vec<Subtask>,
    /// Records in and out a second, all subtasks together, once everything runs.
    pub(crate) rate_in: f64,
    pub(crate) rate_out: f64,
    pub(crate) bytes_in: f64,
    pub(crate) load: Load,
}

/// A subtask: its current attempt and the earlier ones.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Subtask {
    pub(crate) current: Attempt,
    pub(crate) earlier: VecDeque<Attempt>,
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Attempt {
    pub(crate) number: u32,
    pub(crate) state: ExecutionState,
    /// When it entered each state, by the state's position in [`ExecutionState::ALL`]; 0 for never.
    pub(crate) entered: [i64; ExecutionState::ALL.len()],
    pub(crate) placement: Option<Placement>,
}

impl Attempt {
    pub(crate) fn new(number: u32, now: i64) -> Self {
        let mut attempt = Self {
            number,
            state: ExecutionState::Created,
            entered: [0; ExecutionState::ALL.len()],
            placement: None,
        };
        attempt.enter(ExecutionState::Created, now);
        attempt
    }

    pub(crate) fn enter(&mut self, state: ExecutionState, now: i64) {
        self.state = state;
        self.entered[state as usize] = now;
    }

    pub(crate) fn entered(&self, state: ExecutionState) -> Option<i64> {
        Some(self.entered[state as usize]).filter(|at| *at != 0)
    }

    /// When it was sent to a TaskManager.
    pub(crate) fn started(&self) -> Option<i64> {
        self.entered(ExecutionState::Deploying)
    }

    /// When it reached a terminal state.
    pub(crate) fn ended(&self) -> Option<i64> {
        self.state.is_terminal().then(|| self.entered[self.state as usize])
    }

    /// Milliseconds it has been running.
    pub(crate) fn ran(&self, now: i64) -> i64 {
        let Some(since) = self.entered(ExecutionState::Running) else { return 0 };
        let until = self.entered(ExecutionState::Canceling).or(self.ended()).unwrap_or(now);
        (until - since).max(0)
    }
}

impl Subtask {
    pub(crate) fn new(attempt: u32, now: i64) -> Self {
        Self { current: Attempt::new(attempt, now), earlier: VecDeque::new() }
    }

    pub(crate) fn attempt(&self, number: u32) -> Option<&Attempt> {
        std::iter::once(&self.current).chain(&self.earlier).find(|attempt| attempt.number == number)
    }

    /// Starts the next attempt.
    pub(crate) fn renew(&mut self, now: i64) {
        let next = Attempt::new(self.current.number + 1, now);
        self.earlier.push_front(std::mem::replace(&mut self.current, next));
        self.earlier.truncate(ATTEMPTS_KEPT);
    }
}

impl Vertex {
    pub(crate) fn new(spec: VertexSpec, parallelism: u32, now: i64) -> Self {
        let parallelism = spec.parallelism.unwrap_or(parallelism);
        let subtasks = (0..parallelism).map(|_| Subtask::new(0, now)).collect();
        Self {
            max_parallelism: spec.max_parallelism.unwrap_or_else(|| default_max_parallelism(parallelism)),
            bounds: Bounds { lower: 1, upper: parallelism },
            next_attempt: 0,
            spec: Arc::new(spec),
            parallelism,
            subtasks,
            rate_in: 0.0,
            rate_out: 0.0,
            bytes_in: 0.0,
            load: Load::default(),
        }
    }

    pub(crate) fn id(&self) -> VertexId {
        self.spec.id
    }

    pub(crate) fn counts(&self) -> StateCounts {
        let mut counts = StateCounts::default();
        self.subtasks.iter().for_each(|subtask| counts.add(subtask.current.state));
        counts
    }

    /// What the subtasks' states add up to, by Flink's rule: a failed one decides, then one that is being cancelled, and
    /// so on; `CREATED` until the first initializes.
    pub(crate) fn aggregate(&self) -> ExecutionState {
        let counts = self.counts();
        let deciding = [
            ExecutionState::Failed,
            ExecutionState::Canceling,
            ExecutionState::Canceled,
            ExecutionState::Initializing,
            ExecutionState::Running,
        ];
        match deciding.into_iter().find(|state| counts.of(*state) > 0) {
            Some(state) => state,
            None if counts.finished == 0 => ExecutionState::Created,
            None if counts.finished == self.parallelism => ExecutionState::Finished,
            None => ExecutionState::Running,
        }
    }

    pub(crate) fn started(&self) -> Option<i64> {
        self.subtasks.iter().filter_map(|subtask| subtask.current.started()).min()
    }

    pub(crate) fn ended(&self) -> Option<i64> {
        let mut last = 0;
        for subtask in &self.subtasks {
            last = last.max(subtask.current.ended()?);
        }
        Some(last)
    }

    /// Bytes of its state after so many records of the job's sources.
    pub(crate) fn state_bytes(&self, source_records: f64, source_rate: f64) -> f64 {
        let share = if source_rate > 0.0 { self.rate_in / source_rate } else { 0.0 };
        // What a task stores besides keyed state: offsets, counters, headers.
        f64::from(self.parallelism) * 265.0 + self.spec.state.bytes_after(source_records * share)
    }
}

impl Job {
    /// Shares what both jobs' program says about vertices, where it says the same.
    pub(super) fn share_specs(&mut self, other: &Self) {
        for (own, theirs) in self.vertices.iter_mut().zip(&other.vertices) {
            if own.spec == theirs.spec {
                own.spec = Arc::clone(&theirs.spec);
            }
        }
    }

    pub(crate) fn started(&self) -> i64 {
        self.timestamps.initializing
    }

    pub(crate) fn duration(&self, now: i64) -> i64 {
        self.ended.unwrap_or(now) - self.started()
    }

    /// Whether it has no tasks yet, because the adaptive scheduler has not decided how many.
    pub(crate) fn awaits_resources(&self) -> bool {
        self.scheduler == SchedulerKind::Adaptive
            && self.vertices.iter().all(|vertex| vertex.subtasks.is_empty())
    }

    /// What the job failed with: while it restarts, its latest failure, unless an adaptive scheduler restarts it.
    pub(crate) fn root_cause(&self) -> Option<(&i64, &Throwable)> {
        if let Some((at, cause)) = &self.fatal {
            return Some((at, cause));
        }
        let latest = self.failures.front().filter(|_| self.scheduler != SchedulerKind::Adaptive);
        latest.map(|failure| (&failure.at, &failure.cause))
    }

    pub(crate) fn is_over(&self) -> bool {
        self.status.is_terminal()
    }

    /// Whether it has a graph: not while it is being initialized, and never if that failed.
    pub(crate) fn has_graph(&self) -> bool {
        self.timestamps.created != 0
    }

    pub(crate) fn enter(&mut self, status: JobStatus, now: i64) {
        debug_assert!(!self.status.is_terminal(), "{} left {}", self.id, self.status);
        self.status = status;
        self.timestamps.set(status, now);
        self.last_modified = now;
        if status.is_terminal() {
            self.ended = Some(now);
        }
    }

    pub(crate) fn attempts(&mut self) -> impl Iterator<Item = &mut Attempt> {
        self.vertices.iter_mut().flat_map(|vertex| vertex.subtasks.iter_mut()).map(|task| &mut task.current)
    }

    pub(crate) fn all_running(&self) -> bool {
        self.status == JobStatus::Running && self.running_since.is_some()
    }

    pub(crate) fn vertex(&self, id: VertexId) -> Option<&Vertex> {
        self.vertices.iter().find(|vertex| vertex.id() == id)
    }

    /// Records a second that all sources emit together.
    pub(crate) fn source_rate(&self) -> f64 {
        self.vertices.iter().filter(|v| v.spec.inputs.is_empty()).map(|v| v.rate_out).sum()
    }

    /// Records that the sources have emitted since the job's first start, restores included.
    pub(crate) fn records(&self, now: i64) -> f64 {
        let ran = self.running_since.map_or(0, |since| (now - since).max(0));
        self.base_records + self.source_rate() * ran as f64 / 1000.0
    }

    /// Bytes of its whole state.
    pub(crate) fn state_bytes(&self, records: f64) -> i64 {
        let rate = self.source_rate();
        self.vertices.iter().map(|vertex| vertex.state_bytes(records, rate) as i64).sum()
    }

    /// Computes how many records flow through each vertex; vertices come after their inputs.
    pub(crate) fn derive_rates(&mut self) {
        let share = self.derive_loads();
        for index in 0..self.vertices.len() {
            let mut rate_in = 0.0;
            let mut bytes_in = 0.0;
            for edge in self.vertices[index].spec.inputs.clone() {
                let source = &self.vertices[edge.source];
                rate_in += source.rate_out;
                bytes_in += source.rate_out * source.spec.record_bytes;
            }
            let vertex = &mut self.vertices[index];
            vertex.rate_in = rate_in;
            vertex.bytes_in = bytes_in;
            vertex.rate_out = if vertex.spec.inputs.is_empty() {
                vertex.spec.source_rate * f64::from(vertex.parallelism) * share
            } else {
                rate_in * vertex.spec.selectivity
            };
        }
    }
}

/// Flink's rule for the maximum parallelism of an operator that sets none.
fn default_max_parallelism(parallelism: u32) -> u32 {
    (parallelism + parallelism / 2).next_power_of_two().clamp(128, 32_768)
}
