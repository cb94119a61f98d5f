//! The jars beside the journal: those that were deployed last and before, so that a rollback has what it needs.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use ops_core::files::{self, Access, context};
use tempfile::NamedTempFile;

use super::JournalError;
use super::record::JarRef;
use crate::jar::{Digest, digest};

/// A directory of jars.
#[derive(Clone, Debug)]
pub(super) struct JarStore {
    directory: PathBuf,
}

impl JarStore {
    pub(super) fn beside(journal: &Path) -> Self {
        Self { directory: journal.with_extension("jars") }
    }

    /// Where the jar with this content is kept, or would be.
    pub(super) fn path(&self, sha256: &str) -> PathBuf {
        self.directory.join(format!("{sha256}.jar"))
    }

    /// Copies a jar here, unless it is here.
    pub(super) fn keep(&self, file: &Path, wanted: &Digest) -> Result<(), JournalError> {
        let kept = self.path(&wanted.sha256);
        if kept.is_file() {
            return Ok(());
        }
        if !self.directory.is_dir() {
            files::create_directory(&self.directory, Access::Private)?;
        }
        let copy = || -> io::Result<NamedTempFile> {
            let mut copy = NamedTempFile::new_in(&self.directory)?;
            io::copy(&mut File::open(file)?, copy.as_file_mut())?;
            copy.as_file().sync_all()?;
            Ok(copy)
        };
        let copy = copy().map_err(context("copy", file))?;
        let found = digest(copy.path()).map_err(|error| JournalError::Jar(Box::new(error)))?;
        if found.sha256 != wanted.sha256 {
            let changed = io::Error::other("it was changed while it was read; run the command again");
            return Err(context("copy", file)(changed).into());
        }
        copy.persist(&kept).map_err(|error| context("write", &kept)(error.error))?;
        Ok(())
    }

    /// Removes all but these, and those that came within the last hour: somebody may be about to need them.
    pub(super) fn retain(&self, needed: &[&JarRef], now: Timestamp) {
        let Ok(entries) = fs::read_dir(&self.directory) else { return };
        for entry in entries.flatten() {
            let path = entry.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            let is_jar = path.extension().is_some_and(|extension| extension == "jar");
            let came = entry.metadata().and_then(|metadata| metadata.modified()).ok();
            let came = came.and_then(|time| Timestamp::try_from(time).ok());
            let is_new = came.is_none_or(|came| now.duration_since(came) < SignedDuration::from_hours(1));
            if is_jar && !is_new && !needed.iter().any(|jar| jar.identity() == stem) {
                // One that cannot be removed takes room, and does no harm.
                let _ = fs::remove_file(&path);
            }
        }
    }
}
