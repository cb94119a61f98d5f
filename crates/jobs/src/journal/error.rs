//! What can go wrong with the journal.

use std::path::PathBuf;

use jiff::Timestamp;
use ops_core::files::FileError;
use ops_core::ids::JarId;

use crate::JobsError;
use crate::description::JobName;

/// A journal that cannot be used, or a job that somebody else works on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The database cannot be opened, read or written.
    #[error("the journal {}: {source}; check the disk and the rights on it, or give another file with --journal", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// What stands in it is not understood.
    #[error("the journal {} holds what this version does not understand ({what}); a newer flinkops wrote it: use that", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Where, and what.
        what: String,
    },
    /// Its directory or a jar beside it cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The jar cannot be read, or is none.
    #[error(transparent)]
    Jar(Box<JobsError>),
    /// Somebody else works on this job.
    #[error("{holder} has been working on `{job}` since {since}; wait until that has ended")]
    Busy {
        /// The job.
        job: JobName,
        /// Who.
        holder: String,
        /// Since when.
        since: Timestamp,
    },
    /// Somebody else has taken over, for there was no sign of us.
    #[error(
        "`{job}` was taken over by {holder}, for this process gave no sign for too long; nothing more is done here"
    )]
    TakenOver {
        /// The job.
        job: JobName,
        /// Who.
        holder: String,
    },
    /// The cluster has no such jar.
    #[error("the cluster has no jar `{id}`; `flinkops jar list` shows those it has")]
    NotUploaded {
        /// Its id or name, as it was given.
        id: JarId,
    },
    /// A jar that is needed is neither here nor on the cluster.
    #[error(
        "the jar {name} (SHA-256 {sha256}) is neither beside the journal nor on the cluster; build it again, and apply it"
    )]
    JarGone {
        /// Its name.
        name: String,
        /// Its content.
        sha256: String,
    },
}
