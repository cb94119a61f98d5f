//! What can become of an undertaking with a job.

use std::path::PathBuf;
use std::time::Duration;

use ops_core::ids::{JobId, VertexId};
use ops_core::rest::wire::state::JobStatus;
use ops_core::rest::{Failure, RestError};

use crate::{Candidate, SavepointPath};

/// An undertaking that did not reach its goal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JobsError {
    /// A call failed.
    #[error(transparent)]
    Rest(#[from] RestError),
    /// The job reached a terminal state that is not the one waited for.
    #[error("job {job} is {state}, and so will never be {goal}{}", because(reason.as_ref()))]
    Ended {
        /// The job.
        job: JobId,
        /// What was waited for.
        goal: String,
        /// What it is for good.
        state: JobStatus,
        /// Why it failed, where it did and the cluster tells.
        reason: Option<Failure>,
    },
    /// No job has this name, and no id begins so.
    #[error("no job is called `{given}`; {}", there_are(nearest))]
    NoSuchJob {
        /// What was given.
        given: String,
        /// The jobs that are most like it.
        nearest: Vec<Candidate>,
    },
    /// A file that is no jar.
    #[error("{} is no jar: it is {found}; give the archive that the job was built into", path.display())]
    NotAJar {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: &'static str,
    },
    /// Several jobs have this name, or ids that begin so.
    #[error("`{given}` could be {}; give more of the id", listed(candidates))]
    Ambiguous {
        /// What was given.
        given: String,
        /// All that fit.
        candidates: Vec<Candidate>,
    },
    /// The job has no such vertex.
    #[error("job {job} has no vertex {vertex}; it has {}", known.join(", "))]
    NoSuchVertex {
        /// The job.
        job: JobId,
        /// What was given.
        vertex: VertexId,
        /// Its vertices, by id and name.
        known: Vec<String>,
    },
    /// Its scheduler cannot change a job that runs.
    #[error(
        "the scheduler of job {job} cannot change its parallelism while it runs; stop it with a savepoint, and start it \
         again from there with another one"
    )]
    NotScalable {
        /// The job.
        job: JobId,
    },
    /// The scheduler has not followed yet.
    #[error(
        "job {job} does not run with the new parallelism after {} s; the scheduler follows once there are slots: \
         look with `flinkops job show {job}`",
        after.as_secs_f64()
    )]
    NotScaled {
        /// The job.
        job: JobId,
        /// How long was waited.
        after: Duration,
    },
    /// The time was up. Whatever was begun goes on.
    #[error("job {job} is not yet {goal} after {} s ({last_seen}); it goes on: look with `flinkops job show {job}`", after.as_secs_f64())]
    TimedOut {
        /// The job.
        job: JobId,
        /// What was waited for.
        goal: String,
        /// How long.
        after: Duration,
        /// What was seen last.
        last_seen: String,
    },
    /// A savepoint, or stopping with one, was not over in time. It goes on.
    #[error(
        "{what} of job {job} is not complete after {} s; it goes on in the cluster: \
         look with `flinkops job show {job}`, which lists its savepoints",
        after.as_secs_f64()
    )]
    OperationTimedOut {
        /// The job.
        job: JobId,
        /// What was begun.
        what: &'static str,
        /// How long was waited.
        after: Duration,
    },
    /// The savepoint is complete, but the job was not seen to end.
    #[error("the savepoint of job {job} is complete, {savepoint}, but the job did not end with it: {why}")]
    NotStopped {
        /// The job.
        job: JobId,
        /// Where its state is.
        savepoint: SavepointPath,
        /// What was seen instead.
        why: Box<JobsError>,
    },
    /// A savepoint, or stopping with one, failed.
    #[error("{what} of job {job} failed: {failure}")]
    OperationFailed {
        /// The job.
        job: JobId,
        /// What was begun.
        what: &'static str,
        /// Why.
        failure: Failure,
    },
    /// The cluster no longer knows the operation: another JobManager leads, or the result was forgotten.
    #[error(
        "the cluster has forgotten {what} of job {job}, which it had begun; it may be complete: \
         look with `flinkops job show {job}`, then ask again"
    )]
    OperationLost {
        /// The job.
        job: JobId,
        /// What was begun.
        what: &'static str,
    },
    /// The job cannot be scaled so far. It was left as it was.
    #[error(
        "job {job} cannot run with parallelism {wanted}: `{vertex}` has a maximum parallelism of {maximum}, \
         which its state is bound to; the job was left as it was"
    )]
    TooParallel {
        /// The job.
        job: JobId,
        /// The parallelism asked for.
        wanted: i32,
        /// The vertex with the lowest maximum.
        vertex: String,
        /// Its maximum.
        maximum: i32,
    },
    /// The job was stopped with a savepoint, but could not be started again. Its state is safe.
    #[error(
        "job {job} was stopped, and its state is safe in {savepoint}, but it could not be started again: {why}; \
         mend that, then `flinkops job submit … --from-savepoint {savepoint}`"
    )]
    NotResumed {
        /// The job that was stopped.
        job: JobId,
        /// Where its state is.
        savepoint: SavepointPath,
        /// Why the new one did not start.
        why: Box<JobsError>,
    },
}

impl JobsError {
    /// The time was up; what was begun goes on, or its outcome is unknown.
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::TimedOut { .. }
            | Self::OperationTimedOut { .. }
            | Self::OperationLost { .. }
            | Self::NotScaled { .. } => true,
            Self::Rest(error) => error.is_timed_out(),
            Self::NotResumed { why, .. } | Self::NotStopped { why, .. } => why.is_timeout(),
            _ => false,
        }
    }

    /// What was asked for makes no sense: it is the caller's to mend.
    pub fn is_input(&self) -> bool {
        matches!(
            self,
            Self::NoSuchJob { .. }
                | Self::Ambiguous { .. }
                | Self::NoSuchVertex { .. }
                | Self::NotAJar { .. }
        )
    }

    /// The job reached another terminal state than the one waited for.
    pub fn is_ended(&self) -> bool {
        matches!(self, Self::Ended { .. })
    }

    /// Everything the cluster said about the failure, for those who want more than the root cause.
    pub fn stack(&self) -> Option<&str> {
        match self {
            Self::Rest(error) => error.stack(),
            Self::Ended { reason, .. } => reason.as_ref().map(Failure::stack),
            Self::OperationFailed { failure, .. } => Some(failure.stack()),
            Self::NotResumed { why, .. } | Self::NotStopped { why, .. } => why.stack(),
            _ => None,
        }
    }
}

fn because(reason: Option<&Failure>) -> String {
    reason.map_or_else(String::new, |failure| format!(": {failure}"))
}

fn there_are(nearest: &[Candidate]) -> String {
    match nearest {
        [] => "the cluster has none".to_owned(),
        some => format!("there are {}", listed(some)),
    }
}

fn listed(candidates: &[Candidate]) -> String {
    let shown: Vec<String> = candidates.iter().map(ToString::to_string).collect();
    match shown.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => shown.join(""),
    }
}
