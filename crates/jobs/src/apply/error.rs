//! Why a description could not be planned or applied.

use ops_core::ids::JobId;
use ops_core::rest::RestError;
use ops_core::secret::SecretError;

use crate::description::JobName;
use crate::journal::JournalError;
use crate::{Candidate, InspectError, JobsError};

/// Why a description could not be planned or applied. What was begun stays in the journal, and the next `apply` goes on with it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// A call failed, or the time was up.
    #[error(transparent)]
    Jobs(#[from] JobsError),
    /// The journal cannot be used, or somebody else works on the job.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The jar cannot be looked into.
    #[error(transparent)]
    Jar(#[from] InspectError),
    /// The value of a secret option cannot be had.
    #[error("the value of `{key}`: {source}")]
    Secret {
        /// The option.
        key: String,
        /// Why.
        source: SecretError,
    },
    /// More than one copy runs.
    #[error(
        "{} copies of `{job}` run: {}; cancel all but one with `flinkops job cancel ID`", copies.len(), ids(copies)
    )]
    SeveralCopies {
        /// The job.
        job: JobName,
        /// The copies.
        copies: Vec<JobId>,
    },
    /// A job of this name runs that was not started from a description.
    #[error(
        "a job called `{job}` runs that was not started by apply: {}; with --adopt it is taken over (stopped with a savepoint, and \
         started again from there as described), or give the description another name",
        listed(candidates)
    )]
    Namesake {
        /// The job.
        job: JobName,
        /// What runs.
        candidates: Vec<Candidate>,
    },
    /// Nobody knows where the state of the job is.
    #[error(
        "`{job}` ran as {copy}, and the cluster no longer knows that job, so its latest state is not known{}; give a savepoint or \
         retained checkpoint with --from PATH, or --from none to begin with nothing",
        started_from(from)
    )]
    StateUnknown {
        /// The job.
        job: JobName,
        /// The last copy.
        copy: JobId,
        /// What that had been started from.
        from: Option<String>,
    },
    /// The copy that ended left nothing to go on from.
    #[error(
        "the last copy of `{job}`, {copy}, is {ended} and left neither savepoint nor retained checkpoint; give one with --from PATH, or \
         --from none to begin with nothing"
    )]
    NothingLeft {
        /// The job.
        job: JobName,
        /// The copy.
        copy: JobId,
        /// Its state.
        ended: String,
    },
    /// The savepoint of a stop cannot be found.
    #[error(
        "`{job}` ({copy}) was stopped with a savepoint, and the cluster no longer tells its path; it is the directory below {directory}: \
         give it with `flinkops job apply --resume --from PATH`"
    )]
    SavepointLost {
        /// The job.
        job: JobName,
        /// The copy.
        copy: JobId,
        /// Where its savepoint is.
        directory: String,
    },
    /// There is no place for savepoints.
    #[error(
        "there is no place for the savepoint of `{job}`: set `savepoints` in its description, or {key} on the cluster"
    )]
    NoSavepointDirectory {
        /// The job.
        job: JobName,
        /// The option of this Flink.
        key: &'static str,
    },
    /// Its checkpoints go when it is cancelled.
    #[error(
        "`{job}` ({copy}) {why}, so its state would be lost with it; use `upgrade: savepoint`, or let it retain its checkpoints with \
         execution.checkpointing.externalized-checkpoint-retention: RETAIN_ON_CANCELLATION"
    )]
    NotRetained {
        /// The job.
        job: JobName,
        /// The copy.
        copy: JobId,
        /// What it does with checkpoints.
        why: &'static str,
    },
    /// It was compiled for a newer Java.
    #[error(
        "{jar} needs Java {needed} (class {class}), and the cluster runs Java {cluster}; compile it with --release {cluster}"
    )]
    NewerJava {
        /// The jar.
        jar: String,
        /// What it needs.
        needed: u16,
        /// Because of this class.
        class: String,
        /// What the cluster runs.
        cluster: u16,
    },
    /// There is nothing of this name in the journal.
    #[error("the journal knows no job `{job}` on this cluster")]
    Unknown {
        /// The job.
        job: JobName,
    },
}

impl From<RestError> for ApplyError {
    fn from(error: RestError) -> Self {
        Self::Jobs(error.into())
    }
}

impl ApplyError {
    /// What was given cannot be applied: it is the caller's to mend.
    pub fn is_input(&self) -> bool {
        match self {
            Self::Jobs(error) => error.is_input(),
            Self::Jar(_) | Self::Secret { .. } | Self::NewerJava { .. } | Self::Unknown { .. } => true,
            Self::Journal(error) => {
                !matches!(error, JournalError::Busy { .. } | JournalError::TakenOver { .. })
            }
            _ => false,
        }
    }
}

fn ids(copies: &[JobId]) -> String {
    copies.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn listed(candidates: &[Candidate]) -> String {
    candidates.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn started_from(from: &Option<String>) -> String {
    from.as_ref().map_or_else(String::new, |path| format!(" (it had been started from {path})"))
}
