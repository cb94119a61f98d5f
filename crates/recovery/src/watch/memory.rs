//! What a watcher must not forget, in a file that is replaced as a whole.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jobs::description::JobName;
use jobs::journal::State;
use ops_core::files::{self, Access, FileError};
use ops_core::ids::JobId;
use serde::{Deserialize, Serialize};

/// States that are remembered of a job.
const STATES: usize = 16;

/// What is remembered of the jobs of one cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Memory {
    /// The cluster's address.
    pub(super) cluster: String,
    /// By name.
    pub(super) jobs: BTreeMap<JobName, JobMemory>,
}

/// What is remembered of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct JobMemory {
    /// The copy that was seen last, going on.
    pub(super) copy: Option<JobId>,
    /// Whether that copy has completed a checkpoint, wherever it is kept.
    pub(super) completed: bool,
    /// States that were seen complete, the newest first.
    pub(super) states: Vec<State>,
    /// What the newest copy of ours was started from.
    pub(super) origin: Option<State>,
    /// How many copies failed from a state without a checkpoint of their own.
    pub(super) failures: BTreeMap<String, u32>,
    /// The failed copy that was counted last.
    pub(super) counted: Option<JobId>,
    /// Our restarts, the oldest first.
    pub(super) restarts: Vec<Timestamp>,
    /// Restarts since it last ran for long.
    pub(super) in_a_row: u32,
    /// No restart before this.
    pub(super) not_before: Option<Timestamp>,
    /// Since when it does not run.
    pub(super) down_since: Option<Timestamp>,
    /// Since when it runs without a break.
    pub(super) up_since: Option<Timestamp>,
    /// Why it is to stay as it is.
    pub(super) stays: Option<String>,
    /// Why it was given up.
    pub(super) given_up: Option<String>,
}

/// A memory that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MemoryError {
    /// It cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It holds something else.
    #[error("{} is not what a watcher remembers: {source}; name another file with --memory, or remove it", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// It is of another cluster.
    #[error("{} belongs to the cluster at {found}, not to {needed}; name another file with --memory", path.display())]
    OtherCluster {
        /// The file.
        path: PathBuf,
        /// Whose it is.
        found: String,
        /// Whose it should be.
        needed: String,
    },
    /// It cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
}

impl Memory {
    /// Reads what is remembered of this cluster; nothing where there is no file.
    ///
    /// # Errors
    /// See [`MemoryError`].
    pub fn open(path: &Path, cluster: &str) -> Result<Self, MemoryError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { cluster: cluster.to_owned(), jobs: BTreeMap::new() });
            }
            Err(source) => return Err(MemoryError::Read { path: path.to_owned(), source }),
        };
        let memory: Self = serde_json::from_str(&text)
            .map_err(|source| MemoryError::Foreign { path: path.to_owned(), source })?;
        if memory.cluster != cluster {
            let (found, needed) = (memory.cluster, cluster.to_owned());
            return Err(MemoryError::OtherCluster { path: path.to_owned(), found, needed });
        }
        Ok(memory)
    }

    /// Writes it.
    ///
    /// # Errors
    /// The disk is full, or the directory is not writable.
    pub(super) fn write(&self, path: &Path) -> Result<(), MemoryError> {
        let json = serde_json::to_vec_pretty(self)
            .map_err(|source| MemoryError::Foreign { path: path.to_owned(), source })?;
        Ok(files::write(path, &json, Access::Private)?)
    }
}

impl JobMemory {
    /// Remembers a state as the newest.
    pub(super) fn learn(&mut self, state: &State) {
        if self.states.first() != Some(state) {
            self.states.retain(|known| known.path != state.path);
            self.states.insert(0, state.clone());
            self.states.truncate(STATES);
        }
    }
}
