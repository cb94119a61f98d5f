//! What a watcher tells: a line in the log, and what is sent to the webhook.

use jiff::Timestamp;
use jobs::description::JobName;
use ops_core::ids::JobId;
use serde::Serialize;

/// Something that happened. Its fields are stable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// The cluster's address.
    pub cluster: String,
    /// The job.
    pub job: JobName,
    /// The copy, where one is meant.
    pub job_id: Option<JobId>,
    /// What.
    pub event: What,
    /// In a sentence.
    pub message: String,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// It runs, for the first time or again.
    Running,
    /// It does not run.
    Down,
    /// It is started again.
    Restarting,
    /// An older state is taken, for the newer one does not work.
    FallingBack,
    /// Somebody stopped it, or it came to its end: it stays so.
    Stays,
    /// It is waited: for the cluster, for the budget, for somebody else.
    Waiting,
    /// Nothing more is tried until somebody has looked at it.
    GivenUp,
    /// Starting it failed.
    Failed,
}

impl What {
    /// Whether somebody should be told.
    pub fn matters(self) -> bool {
        !matches!(self, Self::Waiting)
    }
}
