//! `GET /jobs/:jobid/checkpoints/config`.

use serde::{Deserialize, Serialize};

/// How a job takes checkpoints. Jobs without checkpointing have this too, with an interval of `Long.MAX_VALUE`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckpointConfig {
    /// `exactly_once` or `at_least_once`.
    pub mode: String,
    /// Milliseconds between checkpoints.
    pub interval: i64,
    /// Milliseconds after which a checkpoint fails.
    pub timeout: i64,
    /// Milliseconds between the end of one and the start of the next.
    pub min_pause: i64,
    /// How many may be in progress at once.
    pub max_concurrent: i64,
    /// Whether they outlive the job.
    pub externalization: Externalization,
    /// The simple class name of the state backend.
    pub state_backend: String,
    /// The simple class name of the checkpoint storage.
    pub checkpoint_storage: String,
    /// Whether they are unaligned.
    pub unaligned_checkpoints: bool,
    /// How many may fail in a row before the job does.
    pub tolerable_failed_checkpoints: i32,
    /// Milliseconds of alignment after which a checkpoint becomes unaligned.
    pub aligned_checkpoint_timeout: i64,
    /// Whether they go on after tasks have finished.
    pub checkpoints_after_tasks_finish: bool,
    /// Whether state changes are logged.
    pub state_changelog_enabled: bool,
    /// Milliseconds between materializations of that log.
    pub changelog_periodic_materialization_interval: i64,
    /// Where that log is kept.
    pub changelog_storage: String,
}

/// Whether checkpoints outlive the job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Externalization {
    /// They are kept when the job fails.
    pub enabled: bool,
    /// They are deleted when the job is cancelled.
    pub delete_on_cancellation: bool,
}
