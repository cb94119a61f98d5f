//! What is written down: undertakings, their steps, what was meant and what became of it.

use std::fmt;

use jiff::Timestamp;
use ops_core::ids::{JarId, JobId, TriggerId};
use serde::{Deserialize, Serialize};

use crate::description::{Description, Fingerprint, JobName, Upgrade};

/// A jar, by its content or by its place on the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JarRef {
    /// Kept beside the journal.
    Kept {
        /// Its SHA-256, in hexadecimal.
        sha256: String,
        /// The name that it is uploaded under; the beginning of the hash is in it.
        name: String,
    },
    /// On the cluster, by whatever way it came there.
    Uploaded {
        /// Its id or name.
        id: JarId,
    },
}

impl JarRef {
    /// What makes it this one and no other.
    pub(crate) fn identity(&self) -> &str {
        match self {
            Self::Kept { sha256, .. } => sha256,
            Self::Uploaded { id } => id.as_str(),
        }
    }
}

impl fmt::Display for JarRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kept { name, .. } => f.write_str(name),
            Self::Uploaded { id } => write!(f, "{id}"),
        }
    }
}

/// A description, and the jar that it meant at that time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deployment {
    /// What the job is to be.
    pub description: Description,
    /// Its jar.
    pub jar: JarRef,
}

impl Deployment {
    /// What a copy of it is started with.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.description, &self.jar)
    }
}

/// Which kind of state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StateKind {
    /// A savepoint that was taken by stopping the job.
    Savepoint,
    /// A retained checkpoint.
    Checkpoint,
    /// What the user named.
    Given,
}

/// State that a copy can start from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct State {
    /// Which kind.
    pub kind: StateKind,
    /// Where it is.
    pub path: String,
}

impl State {
    /// Of this kind, there.
    pub fn new(kind: StateKind, path: impl Into<String>) -> Self {
        Self { kind, path: path.into() }
    }
}

/// What is to be done to a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// What shall run; `None` where the job is removed.
    pub new: Option<Deployment>,
    /// What ran before, and can be gone back to.
    pub old: Option<Deployment>,
    /// The copy that runs, and is to be stopped.
    pub running: Option<JobId>,
    /// How it is stopped.
    pub stop: Upgrade,
    /// What is started from where nothing is stopped, or what is stopped has no state of its own yet.
    pub origin: Option<State>,
    /// The copies that the cluster knew, ended or not.
    pub before: Vec<JobId>,
}

/// Which of the two a step is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// What shall run.
    New,
    /// What ran before.
    Old,
}

/// A step, as it is meant. Everything that is random in it was chosen before it was written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Intent {
    /// The jar is put on the cluster, unless it is there.
    Upload {
        /// Whose.
        role: Role,
    },
    /// The running copy is stopped.
    Stop {
        /// The copy.
        job: JobId,
        /// How.
        how: Upgrade,
        /// The id of the savepoint's operation.
        trigger: TriggerId,
        /// Where its savepoint comes: a directory of its own, unless the cluster's directory is not known.
        directory: Option<String>,
    },
    /// A copy is started.
    Submit {
        /// Which.
        role: Role,
        /// Its id.
        job: JobId,
        /// Its jar.
        jar: JarId,
        /// What it starts from.
        state: Option<State>,
    },
    /// The copy is watched until it is healthy.
    Watch {
        /// Which.
        role: Role,
        /// Its id.
        job: JobId,
    },
    /// A copy is cancelled, and what it did does not count.
    Withdraw {
        /// Its id.
        job: JobId,
        /// What it had started from.
        state: Option<State>,
    },
}

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Outcome {
    /// The jar is there.
    Uploaded {
        /// Its id.
        jar: JarId,
    },
    /// The copy has ended.
    Stopped {
        /// What it left.
        state: Option<State>,
    },
    /// The copy runs on.
    NotStopped {
        /// Why.
        why: String,
    },
    /// The copy exists.
    Submitted,
    /// The cluster does not do it.
    Refused {
        /// Why.
        why: String,
        /// Whether an earlier attempt, whose answer was lost, can still be carried out.
        uncertain: bool,
    },
    /// All that was asked for holds.
    Healthy {
        /// The checkpoint it completed, where one was asked for.
        checkpoint: Option<i64>,
    },
    /// It does not.
    Unhealthy {
        /// Why.
        why: String,
    },
    /// Somebody else ended it.
    EndedElsewhere {
        /// What was seen.
        why: String,
    },
    /// Somebody else started a copy meanwhile, from another journal.
    Overtaken {
        /// That copy.
        by: JobId,
    },
    /// The copy is gone.
    Withdrawn,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// What was meant.
    pub intent: Intent,
    /// When.
    pub intended: Timestamp,
    /// What became of it; `None` while that is not known.
    pub outcome: Option<Outcome>,
    /// When that was known.
    pub concluded: Option<Timestamp>,
}

/// How an undertaking ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "end", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum End {
    /// As described.
    Done,
    /// What ran before runs again.
    RolledBack {
        /// What was wrong with the new.
        why: String,
    },
    /// Otherwise.
    Failed {
        /// What happened, and what runs now.
        why: String,
    },
}

/// All that was done to a job at one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Undertaking {
    /// Its number in the journal.
    pub id: i64,
    /// The cluster's address.
    pub cluster: String,
    /// The job.
    pub job: JobName,
    /// What was to be done.
    pub task: Task,
    /// When it was begun.
    pub begun: Timestamp,
    /// By whom: `user@host`.
    pub by: String,
    /// When it ended; `None` while it goes on, or was broken off.
    pub ended: Option<Timestamp>,
    /// How.
    pub end: Option<End>,
    /// Its steps, in order.
    pub steps: Vec<Step>,
}
