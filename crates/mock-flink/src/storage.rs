//! Savepoints on disk: a directory with a `_metadata` file for every local target, memory for all others.
//!
//! The file starts with Flink's magic number and version, so that tools that look no further take it for one; what
//! follows is the simulation's own JSON. A directory of a real Flink can be restored from too: it counts as a
//! savepoint of unknown content.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use ops_core::ids::JobId;

use crate::sim::{MemoryStore, SavepointStore, Snapshot, StoreError};

const MAGIC: [u8; 4] = 0x4960_672d_u32.to_be_bytes();
const VERSION: [u8; 4] = 4_u32.to_be_bytes();
const METADATA: &str = "_metadata";

/// The longest `_metadata` that is read.
const LIMIT: u64 = 1 << 20;

/// Savepoints on the local file system.
#[derive(Debug, Default)]
pub(crate) struct DirectoryStore {
    remote: MemoryStore,
}

impl SavepointStore for DirectoryStore {
    fn in_memory(&mut self) -> &mut MemoryStore {
        &mut self.remote
    }

    fn create(&mut self, directory: &str, snapshot: &Snapshot) -> Result<(), StoreError> {
        let Some(path) = local(directory) else { return self.remote.create(directory, snapshot) };
        let failed = |error: std::io::Error| {
            if error.kind() == std::io::ErrorKind::PermissionDenied {
                return StoreError::denied(directory);
            }
            let obstacle = obstacle(&path).display().to_string();
            StoreError {
                cause: Some(("java.nio.file.FileAlreadyExistsException", obstacle)),
                ..StoreError::denied(directory)
            }
        };
        let mut bytes = [MAGIC, VERSION].concat();
        bytes.extend(serde_json::to_vec(snapshot).unwrap_or_default());
        fs::create_dir_all(&path).map_err(failed)?;
        fs::write(path.join(METADATA), bytes).map_err(failed)
    }

    fn open(&self, directory: &str) -> Result<Snapshot, StoreError> {
        let Some(path) = local(directory) else { return self.remote.open(directory) };
        let missing = |_| StoreError::missing(directory);
        let mut bytes = Vec::new();
        let file = fs::File::open(path.join(METADATA)).map_err(missing)?;
        file.take(LIMIT).read_to_end(&mut bytes).map_err(missing)?;
        let foreign = Snapshot { job: JobId::new(0), checkpoint: 1, records: 0.0, job_name: String::new() };
        match bytes.strip_prefix(MAGIC.as_slice()) {
            Some(rest) => Ok(serde_json::from_slice(rest.get(4..).unwrap_or_default()).unwrap_or(foreign)),
            None => Err(StoreError {
                class: "java.io.IOException",
                message:
                    "Unexpected magic number. This is not a Flink checkpoint or savepoint metadata file."
                        .to_owned(),
                cause: None,
            }),
        }
    }

    fn delete(&mut self, directory: &str) -> Result<(), StoreError> {
        let Some(path) = local(directory) else { return self.remote.delete(directory) };
        // Never more than a savepoint is deleted: its metadata, then the directory if that leaves it empty.
        self.open(directory)?;
        fs::remove_file(path.join(METADATA)).map_err(|_| StoreError::missing(directory))?;
        let _ = fs::remove_dir(&path);
        Ok(())
    }
}

/// The file that stands where a directory should be.
fn obstacle(path: &Path) -> PathBuf {
    path.ancestors().find(|part| part.is_file()).unwrap_or(path).to_owned()
}

fn local(uri: &str) -> Option<PathBuf> {
    let path = match uri.strip_prefix("file:") {
        Some(rest) => rest.strip_prefix("//").unwrap_or(rest),
        None => uri,
    };
    path.starts_with('/').then(|| Path::new(path).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn savepoints_are_directories_that_can_be_opened_and_deleted() {
        let temporary = tempfile::tempdir().unwrap();
        let directory = format!("file:{}/savepoint-abc", temporary.path().display());
        let snapshot =
            Snapshot { job: JobId::new(7), checkpoint: 3, records: 12.5, job_name: "orders".to_owned() };
        let mut store = DirectoryStore::default();
        store.create(&directory, &snapshot).unwrap();
        assert!(temporary.path().join("savepoint-abc/_metadata").is_file());
        assert_eq!(store.open(&directory).unwrap(), snapshot);
        store.delete(&directory).unwrap();
        assert!(!temporary.path().join("savepoint-abc").exists());
        assert_eq!(store.open(&directory).unwrap_err().class, "java.io.FileNotFoundException");
    }

    #[test]
    fn deleting_a_savepoint_keeps_what_else_is_in_its_directory() {
        let temporary = tempfile::tempdir().unwrap();
        let directory = temporary.path().join("savepoint-x");
        let uri = directory.display().to_string();
        let snapshot = Snapshot { job: JobId::new(7), checkpoint: 3, records: 0.0, job_name: String::new() };
        let mut store = DirectoryStore::default();
        store.create(&uri, &snapshot).unwrap();
        fs::write(directory.join("mine"), "kept").unwrap();
        store.delete(&uri).unwrap();
        assert!(directory.join("mine").is_file());
        assert!(store.delete(&uri).is_err());
    }

    #[test]
    fn a_target_that_cannot_be_created_is_an_io_exception() {
        let temporary = tempfile::tempdir().unwrap();
        fs::write(temporary.path().join("file"), "in the way").unwrap();
        let directory = format!("{}/file/savepoint-1", temporary.path().display());
        let snapshot = Snapshot { job: JobId::new(7), checkpoint: 3, records: 0.0, job_name: String::new() };
        let error = DirectoryStore::default().create(&directory, &snapshot).unwrap_err();
        assert_eq!(error.class, "java.io.IOException");
        assert_eq!(error.message, format!("Failed to create savepoint directory at {directory}"));
    }
}
