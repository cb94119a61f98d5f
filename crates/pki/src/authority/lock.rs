//! The lock that makes writers of one CA directory take turns, threads and processes alike.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use ops_core::files::context;
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::error::PkiError;

/// A writer holds the lock for milliseconds; one that holds it this long is stuck.
const PATIENCE_SECONDS: u64 = 30;
const PAUSE: Duration = Duration::from_millis(2);

/// Held while this lives. The system releases it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of a CA directory, waiting for others.
    pub(crate) fn acquire(dir: &Path) -> Result<Self, PkiError> {
        Self::take(dir, &dir.join(super::directory::LOCK), PATIENCE_SECONDS)
    }

    /// Takes the lock that a file stands for, waiting a moment for others: whoever holds it may hold it for long.
    pub(crate) fn acquire_file(path: &Path) -> Result<Self, PkiError> {
        Self::take(path, path, 2)
    }

    fn take(what: &Path, path: &Path, seconds: u64) -> Result<Self, PkiError> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(path)
            .map_err(context("lock", path))?;
        let attempts = seconds * 1000 / u64::try_from(PAUSE.as_millis()).unwrap_or(u64::MAX);
        for _ in 0..attempts {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(Self { _file: file }),
                Err(Errno::WOULDBLOCK | Errno::INTR) => std::thread::sleep(PAUSE),
                Err(error) => return Err(context("lock", path)(error.into()).into()),
            }
        }
        Err(PkiError::Locked { dir: what.to_owned(), seconds })
    }
}
