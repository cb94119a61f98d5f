//! Asynchronous operations: triggering them, their results, and how long those are kept.

use ops_core::ids::{JobId, TriggerId};
use ops_core::rest::wire::operations::SavepointFormat;
use serde::{Deserialize, Serialize};

use super::checkpointing::CheckpointKind;
use super::cluster::{Cluster, Event};
use super::job::Job;
use super::throwable::{Throwable, job_not_found};

/// Which operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum OperationKey {
    /// A savepoint, or stopping with one.
    Savepoint(JobId, TriggerId),
    /// A checkpoint.
    Checkpoint(JobId, TriggerId),
    /// The disposal of a savepoint.
    Disposal(TriggerId),
    /// The deletion of a data set.
    DataSetDeletion(TriggerId),
}

/// An operation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Operation {
    state: OperationState,
    /// The savepoint that a disposal deletes.
    path: Option<String>,
}

/// How far it got.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum OperationState {
    InProgress,
    Completed(Outcome),
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    Savepoint(String),
    Checkpoint(i64),
    Disposed,
    Failed(Throwable),
}

/// What happens to the job once its savepoint is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AfterSavepoint {
    Continue,
    Cancel,
    Stop,
}

impl Cluster {
    pub(crate) fn operation(&self, key: &OperationKey) -> Option<&OperationState> {
        self.operations.get(key).map(|operation| &operation.state)
    }

    /// Starts an operation unless one with this key was started before.
    fn begin(&mut self, key: OperationKey, path: Option<String>) -> bool {
        if self.operations.contains_key(&key) {
            return false;
        }
        self.operations.insert(key, Operation { state: OperationState::InProgress, path });
        true
    }

    pub(super) fn conclude(&mut self, key: OperationKey, outcome: Outcome) {
        if let Some(operation) = self.operations.get_mut(&key) {
            operation.state = OperationState::Completed(outcome);
            let retention = self.settings.operation_retention();
            self.after(retention, Event::ForgetOperation(key));
        }
    }

    /// Takes a savepoint under `directory`.
    pub(crate) fn trigger_savepoint(
        &mut self,
        (job, trigger): (JobId, TriggerId),
        directory: String,
        format: SavepointFormat,
        after: AfterSavepoint,
    ) {
        let key = OperationKey::Savepoint(job, trigger);
        if self.begin(key, None) {
            self.start_snapshot(job, key, CheckpointKind::Savepoint { directory, format, after });
        }
    }

    /// Takes a checkpoint.
    pub(crate) fn trigger_checkpoint(&mut self, job: JobId, trigger: TriggerId) {
        let key = OperationKey::Checkpoint(job, trigger);
        if self.begin(key, None) {
            self.start_snapshot(job, key, CheckpointKind::Checkpoint);
        }
    }

    fn start_snapshot(&mut self, job: JobId, key: OperationKey, kind: CheckpointKind) {
        match self.jobs.get(&job) {
            Some(found) if !found.is_over() => {
                if let Err(cause) = may_snapshot(found) {
                    self.conclude(key, Outcome::Failed(cause.completion()));
                } else {
                    self.begin_checkpoint(job, kind, Some(key));
                }
            }
            _ => self.conclude(key, Outcome::Failed(job_not_found(job).completion())),
        }
    }

    /// Deletes a savepoint.
    pub(crate) fn trigger_disposal(&mut self, trigger: TriggerId, path: String) {
        let key = OperationKey::Disposal(trigger);
        if self.begin(key, Some(path)) {
            let delay = self.jitter(5, 30);
            self.after(delay, Event::FinishOperation(key));
        }
    }

    pub(super) fn start_deletion(&mut self, key: OperationKey) {
        if self.begin(key, None) {
            let delay = self.jitter(1, 10);
            self.after(delay, Event::FinishOperation(key));
        }
    }

    pub(super) fn finish_operation(&mut self, key: &OperationKey) {
        if matches!(key, OperationKey::DataSetDeletion(_)) {
            self.conclude(*key, Outcome::Disposed);
            return;
        }
        let Some(path) = self.operations.get(key).and_then(|operation| operation.path.clone()) else {
            return;
        };
        let outcome = match self.store.delete(path.trim_end_matches('/')) {
            Ok(()) => Outcome::Disposed,
            Err(error) => Outcome::Failed(error.throwable().wrapped(
                "org.apache.flink.util.FlinkException",
                format!("Could not dispose savepoint {path}."),
            )),
        };
        self.conclude(*key, outcome);
    }
}

fn may_snapshot(job: &Job) -> Result<(), Throwable> {
    if job.all_running() && !job.coordinator.is_stopping() {
        return Ok(());
    }
    let source = job.vertices.iter().find(|vertex| vertex.spec.inputs.is_empty());
    let task =
        source.map(|vertex| format!("{} (1/{})", vertex.spec.name(), vertex.parallelism)).unwrap_or_default();
    let message = format!(
        "Checkpoint triggering task {task} of job {} is not being executed at the moment. Aborting checkpoint. Failure \
         reason: Not all required tasks are currently running.",
        job.id
    );
    Err(Throwable::new("org.apache.flink.runtime.checkpoint.CheckpointException", message))
}
