//! Checkpoints and savepoints: when they are taken, how long they take, what they hold, and the statistics of them.

use std::collections::VecDeque;

use ops_core::ids::{JobId, VertexId};
use ops_core::rest::wire::operations::SavepointFormat;
use ops_core::rest::wire::state::JobStatus;
use serde::{Deserialize, Serialize};

use super::cluster::{Cluster, Step};
use super::job::Job;
use super::operations::{AfterSavepoint, OperationKey, Outcome};
use super::sabotage::Sabotage;
use super::settings::CheckpointPlan;
use super::store::{Snapshot, StoreError};
use super::throwable::Throwable;

/// Completed checkpoints that the percentiles are computed over.
const WINDOW: usize = 10_000;

/// Bytes a millisecond that a checkpoint is written with.
const BYTES_PER_MILLI: i64 = 200_000;

const CHECKPOINT_EXCEPTION: &str = "org.apache.flink.runtime.checkpoint.CheckpointException";

/// What is taken, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum CheckpointKind {
    Checkpoint,
    Savepoint { directory: String, format: SavepointFormat, after: AfterSavepoint },
}

/// How far it got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum CheckpointState {
    InProgress,
    Completed { at: i64 },
    Failed { at: i64, message: String },
}

/// A checkpoint or savepoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct CheckpointRecord {
    pub(crate) id: i64,
    pub(crate) kind: CheckpointKind,
    pub(crate) triggered: i64,
    pub(crate) state: CheckpointState,
    pub(crate) parts: Vec<CheckpointPart>,
    pub(crate) checkpointed_size: i64,
    pub(crate) path: Option<String>,
    pub(crate) discarded: bool,
    records: f64,
    operation: Option<OperationKey>,
}

/// The part of one vertex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CheckpointPart {
    pub(crate) vertex: VertexId,
    pub(crate) subtasks: u32,
    pub(crate) state_size: i64,
}

impl CheckpointRecord {
    pub(crate) fn state_size(&self) -> i64 {
        self.parts.iter().map(|part| part.state_size).sum()
    }

    pub(crate) fn subtasks(&self) -> u32 {
        self.parts.iter().map(|part| part.subtasks).sum()
    }

    pub(crate) fn is_savepoint(&self) -> bool {
        matches!(self.kind, CheckpointKind::Savepoint { .. })
    }

    /// From the trigger to its end, or to now.
    pub(crate) fn duration(&self, now: i64) -> i64 {
        match self.state {
            CheckpointState::Completed { at } | CheckpointState::Failed { at, .. } => at - self.triggered,
            CheckpointState::InProgress => now - self.triggered,
        }
    }
}

/// What the job was restored from last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Restored {
    pub(crate) id: i64,
    pub(crate) at: i64,
    pub(crate) is_savepoint: bool,
    pub(crate) path: Option<String>,
}

/// What a restart goes back to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct RestorePoint {
    id: i64,
    records: f64,
    is_savepoint: bool,
    path: Option<String>,
}

/// Smallest, largest, sum and a window of values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct DistributionOf {
    pub(crate) min: i64,
    pub(crate) max: i64,
    sum: i128,
    count: u64,
    window: VecDeque<i64>,
}

impl DistributionOf {
    pub(crate) fn add(&mut self, value: i64) {
        self.min = if self.count == 0 { value } else { self.min.min(value) };
        self.max = self.max.max(value);
        self.sum += i128::from(value);
        self.count += 1;
        if self.window.len() == WINDOW {
            self.window.pop_front();
        }
        self.window.push_back(value);
    }

    pub(crate) fn mean(&self) -> i64 {
        if self.count == 0 { 0 } else { (self.sum / i128::from(self.count)) as i64 }
    }

    pub(crate) fn sorted(&self) -> Vec<i64> {
        let mut values: Vec<i64> = self.window.iter().copied().collect();
        values.sort_unstable();
        values
    }
}

/// The checkpoints of one job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Coordinator {
    pub(crate) plan: CheckpointPlan,
    next_id: i64,
    pub(crate) completed: u64,
    pub(crate) failed: u64,
    pub(crate) restores: u64,
    pub(crate) pending: Vec<CheckpointRecord>,
    past: VecDeque<CheckpointRecord>,
    pub(crate) latest_completed: Option<Box<CheckpointRecord>>,
    pub(crate) latest_savepoint: Option<Box<CheckpointRecord>>,
    pub(crate) latest_failed: Option<Box<CheckpointRecord>>,
    pub(crate) restored: Option<Restored>,
    pub(crate) sizes: DistributionOf,
    pub(crate) state_sizes: DistributionOf,
    pub(crate) durations: DistributionOf,
    restore_point: Option<RestorePoint>,
    consecutive_failures: i32,
    /// So many of the next checkpoints fail like this.
    pub(super) sabotaged: Option<(u32, Sabotage)>,
}

impl Coordinator {
    pub(crate) fn new(plan: CheckpointPlan) -> Self {
        Self {
            plan,
            next_id: 1,
            completed: 0,
            failed: 0,
            restores: 0,
            pending: Vec::new(),
            past: VecDeque::new(),
            latest_completed: None,
            latest_savepoint: None,
            latest_failed: None,
            restored: None,
            sizes: DistributionOf::default(),
            state_sizes: DistributionOf::default(),
            durations: DistributionOf::default(),
            restore_point: None,
            consecutive_failures: 0,
            sabotaged: None,
        }
    }

    /// All that were triggered.
    pub(crate) fn total(&self) -> u64 {
        self.completed + self.failed + self.pending.len() as u64
    }

    /// The latest of all kinds, newest first.
    pub(crate) fn history(&self) -> impl Iterator<Item = &CheckpointRecord> {
        self.pending.iter().rev().chain(&self.past).take(self.plan.history)
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.pending.iter().any(|pending| {
            matches!(&pending.kind, CheckpointKind::Savepoint { after: AfterSavepoint::Stop, .. })
        })
    }

    pub(super) fn restore_first(&mut self, path: String, snapshot: &Snapshot) {
        self.next_id = snapshot.checkpoint + 1;
        self.restore_point = Some(RestorePoint {
            id: snapshot.checkpoint,
            records: snapshot.records,
            is_savepoint: true,
            path: Some(location(&path)),
        });
    }

    pub(super) fn restore(&mut self, now: i64) {
        if let Some(point) = &self.restore_point {
            self.restores += 1;
            self.restored = Some(Restored {
                id: point.id,
                at: now,
                is_savepoint: point.is_savepoint,
                path: point.path.clone(),
            });
        }
    }

    pub(super) fn records_to_restore(&self) -> f64 {
        self.restore_point.as_ref().map_or(0.0, |point| point.records)
    }

    /// The job has ended like this: its checkpoints are deleted unless they are to be kept. Whether they were.
    pub(super) fn discard(&mut self, status: JobStatus) -> bool {
        let kept = match status {
            JobStatus::Failed => self.plan.retained,
            JobStatus::Canceled => self.plan.retained && !self.plan.delete_on_cancellation,
            _ => false,
        };
        if !kept {
            let all = self.past.iter_mut().chain(self.latest_completed.as_deref_mut());
            all.filter(|record| !record.is_savepoint()).for_each(|record| record.discarded = true);
        }
        !kept
    }

    /// How the checkpoint that begins now is to fail.
    fn take_sabotage(&mut self) -> Option<Sabotage> {
        let (count, how) = self.sabotaged?;
        self.sabotaged = (count > 1).then_some((count - 1, how));
        Some(how)
    }

    fn take_pending(&mut self, id: i64) -> Option<CheckpointRecord> {
        let position = self.pending.iter().position(|pending| pending.id == id)?;
        Some(self.pending.remove(position))
    }

    fn remember(&mut self, record: CheckpointRecord) {
        self.past.push_front(record);
        self.past.truncate(self.plan.history);
    }

    fn record_failed(&mut self, mut record: CheckpointRecord, at: i64, message: &str) {
        record.state = CheckpointState::Failed { at, message: message.to_owned() };
        record.path = None;
        self.failed += 1;
        self.latest_failed = Some(Box::new(record.clone()));
        self.remember(record);
    }

    fn record_completed(&mut self, mut record: CheckpointRecord, at: i64) {
        record.state = CheckpointState::Completed { at };
        self.completed += 1;
        self.consecutive_failures = 0;
        self.sizes.add(record.checkpointed_size);
        self.state_sizes.add(record.state_size());
        self.durations.add(at - record.triggered);
        if record.is_savepoint() {
            self.latest_savepoint = Some(Box::new(record.clone()));
        } else {
            // Savepoints are their owner's: a restart goes back to the latest checkpoint.
            self.restore_point = Some(RestorePoint {
                id: record.id,
                records: record.records,
                is_savepoint: false,
                path: record.path.clone(),
            });
            // One completed checkpoint is kept; its predecessors are deleted.
            self.past.iter_mut().filter(|past| !past.is_savepoint()).for_each(|past| past.discarded = true);
            self.latest_completed = Some(Box::new(record.clone()));
        }
        self.remember(record);
    }
}

impl Cluster {
    pub(super) fn trigger_periodic(&mut self, id: JobId) {
        let Some(job) = self.jobs.get(&id) else { return };
        let plan = &job.coordinator.plan;
        let Some(interval) = plan.interval else { return };
        let busy = job.coordinator.pending.iter().filter(|pending| !pending.is_savepoint()).count();
        if job.all_running() && !job.coordinator.is_stopping() && (busy as i64) < plan.max_concurrent {
            self.begin_checkpoint(id, CheckpointKind::Checkpoint, None);
        }
        self.job_after(id, interval, Step::TriggerCheckpoint);
    }

    pub(super) fn begin_checkpoint(
        &mut self,
        id: JobId,
        kind: CheckpointKind,
        operation: Option<OperationKey>,
    ) {
        let now = self.now;
        let base = self.jitter(18, 70);
        let tail = self.fresh_id();
        let Some(job) = self.jobs.get_mut(&id) else { return };
        let record = snapshot(job, kind, operation, now, tail);
        let number = record.id;
        let duration = base + record.checkpointed_size / BYTES_PER_MILLI;
        let timeout = job.coordinator.plan.timeout;
        let sabotage = if record.is_savepoint() { None } else { job.coordinator.take_sabotage() };
        job.coordinator.next_id += 1;
        job.coordinator.pending.push(record);
        if sabotage == Some(Sabotage::Decline) {
            self.job_after(id, base, Step::DeclineCheckpoint(number));
        } else if duration > timeout || sabotage == Some(Sabotage::Timeout) {
            self.job_after(id, timeout, Step::ExpireCheckpoint(number));
        } else {
            self.job_after(id, duration, Step::CompleteCheckpoint(number));
        }
    }

    pub(super) fn complete_checkpoint(&mut self, id: JobId, number: i64) {
        let (now, denied) = (self.now, self.savepoints_are_denied());
        let Some(job) = self.jobs.get_mut(&id) else { return };
        let Some(record) = job.coordinator.take_pending(number) else { return };
        let snapshot =
            Snapshot { job: id, checkpoint: record.id, records: record.records, job_name: job.name.clone() };
        let (operation, kind, path) = (record.operation, record.kind.clone(), record.path.clone());
        let written = match (&kind, &path) {
            (CheckpointKind::Savepoint { .. }, Some(directory)) if denied => {
                Err(StoreError::denied(directory))
            }
            (CheckpointKind::Savepoint { .. }, Some(directory)) => self.store.create(directory, &snapshot),
            _ => Ok(()),
        };
        if let Err(error) = written {
            let message =
                "An Exception occurred while triggering the checkpoint. IO-problem detected.".to_owned();
            job.coordinator.record_failed(record, now, &message);
            let cause = error.throwable().wrapped(CHECKPOINT_EXCEPTION, message);
            if let Some(key) = operation {
                self.conclude(key, Outcome::Failed(cause.completion()));
            }
            return;
        }
        job.coordinator.record_completed(record, now);
        let outcome = match (&kind, path) {
            (CheckpointKind::Savepoint { .. }, Some(path)) => Outcome::Savepoint(path),
            (_, path) => {
                let own = format!("/{id}/");
                if let Some(path) = path.filter(|_| job.coordinator.plan.directory.is_some()) {
                    self.retained.retain(|other, _| !other.contains(&own));
                    self.retained.insert(path, snapshot);
                }
                Outcome::Checkpoint(number)
            }
        };
        if let Some(key) = operation {
            self.conclude(key, outcome);
        }
        match kind {
            CheckpointKind::Savepoint { after: AfterSavepoint::Cancel, .. } => self.cancel(id),
            CheckpointKind::Savepoint { after: AfterSavepoint::Stop, .. } => {
                let delay = self.jitter(10, 40);
                self.job_after(id, delay, Step::Finish);
            }
            _ => {}
        }
    }

    /// It did not complete, for the reason that the message gives.
    pub(super) fn fail_checkpoint(&mut self, id: JobId, number: i64, message: &str) {
        let now = self.now;
        let Some(job) = self.jobs.get_mut(&id) else { return };
        let Some(record) = job.coordinator.take_pending(number) else { return };
        let operation = record.operation;
        let counts = !record.is_savepoint();
        job.coordinator.record_failed(record, now, message);
        job.coordinator.consecutive_failures += i32::from(counts);
        let exceeded = job.coordinator.consecutive_failures > job.coordinator.plan.tolerable_failures;
        if let Some(key) = operation {
            let cause = Throwable::new(CHECKPOINT_EXCEPTION, message);
            self.conclude(key, Outcome::Failed(cause.completion()));
        }
        if exceeded {
            self.fail_job(
                id,
                "org.apache.flink.util.FlinkRuntimeException",
                "Exceeded checkpoint tolerable failure threshold.",
            );
        }
    }

    /// The job restarts or ends: what is in progress fails.
    pub(super) fn abort_checkpoints(&mut self, id: JobId) {
        let now = self.now;
        let message = "Checkpoint Coordinator is suspending.";
        let Some(job) = self.jobs.get_mut(&id) else { return };
        let pending = std::mem::take(&mut job.coordinator.pending);
        let operations: Vec<OperationKey> = pending.iter().filter_map(|record| record.operation).collect();
        for record in pending {
            job.coordinator.record_failed(record, now, message);
        }
        for key in operations {
            let cause = Throwable::new(CHECKPOINT_EXCEPTION, message);
            self.conclude(key, Outcome::Failed(cause.completion()));
        }
    }
}

/// The state of the job now, as a checkpoint in progress.
fn snapshot(
    job: &Job,
    kind: CheckpointKind,
    operation: Option<OperationKey>,
    now: i64,
    tail: u128,
) -> CheckpointRecord {
    let records = job.records(now);
    let rate = job.source_rate();
    let parts: Vec<CheckpointPart> = job
        .vertices
        .iter()
        .map(|vertex| CheckpointPart {
            vertex: vertex.id(),
            subtasks: vertex.parallelism,
            state_size: vertex.state_bytes(records, rate) as i64,
        })
        .collect();
    let state: i64 = parts.iter().map(|part| part.state_size).sum();
    let id = job.coordinator.next_id;
    let plan = &job.coordinator.plan;
    let path = match &kind {
        CheckpointKind::Savepoint { directory, .. } => {
            let job = job.id.to_string();
            format!("{}/savepoint-{}-{:012x}", location(directory), &job[..6], tail & 0xffff_ffff_ffff)
        }
        CheckpointKind::Checkpoint => match &plan.directory {
            Some(directory) => format!("{}/{}/chk-{id}", location(directory), job.id),
            None => "<checkpoint-not-externally-addressable>".to_owned(),
        },
    };
    // An incremental checkpoint writes what changed since the previous one; a tenth stands for that.
    let incremental = plan.incremental && kind == CheckpointKind::Checkpoint;
    CheckpointRecord {
        id,
        checkpointed_size: if incremental { state / 10 } else { state },
        kind,
        triggered: now,
        state: CheckpointState::InProgress,
        parts,
        path: Some(path),
        discarded: false,
        records,
        operation,
    }
}

/// A path as Flink prints it: local ones as `file:/…`.
fn location(path: &str) -> String {
    let path = path.trim_end_matches('/');
    match path.strip_prefix("file://") {
        Some(local) => format!("file:{local}"),
        None if path.starts_with('/') => format!("file:{path}"),
        None => path.to_owned(),
    }
}
