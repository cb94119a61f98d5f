//! Where savepoints go. The simulation knows this trait only; writing to disk is the caller's.

use std::collections::BTreeMap;

use ops_core::ids::JobId;
use serde::{Deserialize, Serialize};

/// What a savepoint holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The job it was taken of.
    pub job: JobId,
    /// Its number within that job.
    pub checkpoint: i64,
    /// Records the sources had emitted.
    pub records: f64,
    /// The name of the savepoint's job, for people who open the file.
    pub job_name: String,
}

/// Why a savepoint could not be written, read or deleted: a Java exception's class and message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{class}: {message}")]
pub struct StoreError {
    /// The exception's class.
    pub class: &'static str,
    /// Its message.
    pub message: String,
    /// Its cause, as class and message.
    pub cause: Option<(&'static str, String)>,
}

impl StoreError {
    /// What is thrown.
    pub(crate) fn throwable(&self) -> super::throwable::Throwable {
        use super::throwable::Throwable;
        match &self.cause {
            None => Throwable::new(self.class, self.message.clone()),
            Some((class, message)) => {
                Throwable::new(*class, message.clone()).wrapped(self.class, self.message.clone())
            }
        }
    }

    /// The directory cannot be created.
    pub fn denied(directory: &str) -> Self {
        let bare = directory.strip_prefix("file:").unwrap_or(directory);
        Self {
            class: "java.io.IOException",
            message: format!("Failed to create savepoint directory at {directory}"),
            cause: Some(("java.nio.file.AccessDeniedException", bare.to_owned())),
        }
    }

    /// There is nothing at this path.
    pub fn missing(path: &str) -> Self {
        let scheme = path.split_once(':').map_or("file", |(scheme, _)| scheme);
        Self {
            class: "java.io.FileNotFoundException",
            message: format!(
                "Cannot find checkpoint or savepoint file/directory '{path}' on file system '{scheme}'."
            ),
            cause: None,
        }
    }
}

/// Where savepoints go.
pub trait SavepointStore: Send {
    /// Writes a savepoint into a new directory.
    ///
    /// # Errors
    /// When the directory cannot be created or written.
    fn create(&mut self, directory: &str, snapshot: &Snapshot) -> Result<(), StoreError>;

    /// Reads a savepoint back.
    ///
    /// # Errors
    /// When there is none.
    fn open(&self, path: &str) -> Result<Snapshot, StoreError>;

    /// The savepoints that are nowhere but in memory.
    fn in_memory(&mut self) -> &mut MemoryStore;

    /// Deletes a savepoint.
    ///
    /// # Errors
    /// When there is none, or it cannot be deleted.
    fn delete(&mut self, path: &str) -> Result<(), StoreError>;
}

/// Savepoints in memory.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct MemoryStore {
    snapshots: BTreeMap<String, Snapshot>,
}

impl SavepointStore for MemoryStore {
    fn in_memory(&mut self) -> &mut MemoryStore {
        self
    }

    fn create(&mut self, directory: &str, snapshot: &Snapshot) -> Result<(), StoreError> {
        self.snapshots.insert(directory.to_owned(), snapshot.clone());
        Ok(())
    }

    fn open(&self, path: &str) -> Result<Snapshot, StoreError> {
        self.snapshots.get(path.trim_end_matches('/')).cloned().ok_or_else(|| StoreError::missing(path))
    }

    fn delete(&mut self, path: &str) -> Result<(), StoreError> {
        match self.snapshots.remove(path.trim_end_matches('/')) {
            Some(_) => Ok(()),
            None => Err(StoreError::missing(path)),
        }
    }
}
