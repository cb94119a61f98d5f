//! What a watcher must not forget: a file for each job, replaced as a whole. Who has the job's lease reads and writes it; it is read
//! anew each time, for another watcher may have had the lease in between.

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
use sha2::{Digest as _, Sha256};

/// States that are remembered of a job.
const STATES: usize = 16;

/// Where the jobs of one cluster are remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Memory {
    directory: PathBuf,
    cluster: String,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    /// The cluster's address, for people.
    cluster: String,
    /// The job's name, for people.
    job: JobName,
    /// What is remembered.
    memory: JobMemory,
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
    #[error("{} is not what a watcher remembers: {source}; name another directory with --memory, or remove it", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// It cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
}

impl Memory {
    /// In this directory, which is made if need be.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn open(directory: &Path, cluster: &str) -> Result<Self, MemoryError> {
        files::ensure_directory(directory, Access::Private)?;
        Ok(Self { directory: directory.to_owned(), cluster: cluster.to_owned() })
    }

    /// The file of a job. Names of jobs and addresses may hold anything.
    fn path(&self, name: &JobName) -> PathBuf {
        let digest = Sha256::new()
            .chain_update(&self.cluster)
            .chain_update("\n")
            .chain_update(name.as_str())
            .finalize();
        let digest: String = digest[..6].iter().map(|byte| format!("{byte:02x}")).collect();
        let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
        let readable: String = name.as_str().chars().take(40).map(plain).collect();
        self.directory.join(format!("{readable}-{digest}.json"))
    }

    /// What is remembered of a job; nothing where there is no file.
    ///
    /// # Errors
    /// See [`MemoryError`].
    pub(super) fn recall(&self, name: &JobName) -> Result<JobMemory, MemoryError> {
        let path = self.path(name);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(JobMemory::default()),
            Err(source) => return Err(MemoryError::Read { path, source }),
        };
        let kept: Kept =
            serde_json::from_str(&text).map_err(|source| MemoryError::Foreign { path, source })?;
        Ok(kept.memory)
    }

    /// Changes what is remembered, and keeps it before it returns.
    ///
    /// # Errors
    /// See [`MemoryError`]; the disk is full, or the directory is not writable.
    pub(super) fn change(
        &self,
        name: &JobName,
        change: impl FnOnce(&mut JobMemory),
    ) -> Result<JobMemory, MemoryError> {
        let before = self.recall(name)?;
        let mut memory = before.clone();
        change(&mut memory);
        if memory != before {
            let path = self.path(name);
            let kept = Kept { cluster: self.cluster.clone(), job: name.clone(), memory: memory.clone() };
            let json = serde_json::to_vec_pretty(&kept)
                .map_err(|source| MemoryError::Foreign { path: path.clone(), source })?;
            files::write(&path, &json, Access::Private)?;
        }
        Ok(memory)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_job_has_a_file_of_its_own() {
        let directory = tempfile::tempdir().unwrap();
        let memory = Memory::open(&directory.path().join("watch"), "http://a:1").unwrap();
        let other = Memory::open(&directory.path().join("watch"), "http://b:1").unwrap();
        let [one, two] = ["a/b", "a b"].map(|name| JobName::try_from(name.to_owned()).unwrap());
        memory.change(&one, |job| job.in_a_row = 1).unwrap();
        memory.change(&two, |job| job.in_a_row = 2).unwrap();
        other.change(&one, |job| job.in_a_row = 3).unwrap();
        let rows = [(&memory, &one, 1), (&memory, &two, 2), (&other, &one, 3)];
        for (memory, name, expected) in rows {
            assert_eq!(memory.recall(name).unwrap().in_a_row, expected);
        }
        fs::write(memory.path(&one), "nonsense").unwrap();
        let error = memory.recall(&one).unwrap_err().to_string();
        assert!(error.contains("is not what a watcher remembers"), "{error}");
        fs::write(directory.path().join("file"), "").unwrap();
        assert!(Memory::open(&directory.path().join("file"), "http://a:1").is_err());
    }
}
