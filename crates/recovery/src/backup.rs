//! A savepoint or checkpoint copied with everything that it refers to. The original is only read.
//!
//! What lies in its own directory keeps its name. Files elsewhere (shared by checkpoints) go below `files/`, under numbers; where
//! each has to be for Flink to find it stands in `backup.json`, for the metadata names it by its old address.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Component, Path, PathBuf};

use ops_core::files::{self, Access, FileError};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::state::{Location, Place, StateError, inspect, parse};

/// What stands in a backup.
const MANIFEST: &str = "backup.json";

/// What was copied. Its fields are stable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// Where the original is.
    pub original: PathBuf,
    /// The files, by their names in the backup.
    pub files: BTreeMap<String, Copied>,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copied {
    /// Where it was, and has to be to be used.
    pub original: PathBuf,
    /// Bytes.
    pub size: u64,
    /// SHA-256, in hexadecimal.
    pub sha256: String,
}

impl Backup {
    /// Bytes of all files.
    pub fn size(&self) -> u64 {
        self.files.values().map(|file| file.size).sum()
    }

    /// Whether it can be used where it is: nothing of it was anywhere else.
    pub fn is_self_contained(&self) -> bool {
        self.files.keys().all(|name| !name.starts_with("files/"))
    }
}

/// A backup that was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// The state cannot be read.
    #[error(transparent)]
    State(#[from] StateError),
    /// It is not whole: a copy of it would be of no use.
    #[error("{} is not whole: {missing} of its files are missing or too short", path.display())]
    NotWhole {
        /// The state.
        path: PathBuf,
        /// How many.
        missing: usize,
    },
    /// Files of it are where this machine cannot look.
    #[error(
        "{count} files of it are not on this machine, such as {example}; copy it with the tool of that storage"
    )]
    Elsewhere {
        /// How many.
        count: usize,
        /// One of them.
        example: String,
    },
    /// There is something already.
    #[error("{} is there already; give a directory that is not", path.display())]
    Exists {
        /// The directory.
        path: PathBuf,
    },
    /// A file cannot be copied.
    #[error("cannot copy {}: {source}", path.display())]
    Copy {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A copy is not what the original is.
    #[error("the copy of {} is another one: it changed meanwhile, or the disk is broken", path.display())]
    Differs {
        /// The file.
        path: PathBuf,
    },
    /// The directory cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The manifest cannot be made.
    #[error("cannot write {MANIFEST}: {0}")]
    Manifest(#[source] serde_json::Error),
}

/// Copies a state into a directory that is not there yet, and reads every copy again. A copy that is broken off is no directory of
/// that name.
///
/// # Errors
/// See [`BackupError`]; the original is untouched, and nothing is left behind.
pub fn backup(location: &Location, to: &Path) -> Result<Backup, BackupError> {
    if to.exists() {
        return Err(BackupError::Exists { path: to.to_owned() });
    }
    let inspection = inspect(location)?;
    if !inspection.is_whole() {
        let (path, missing) = (location.directory().to_owned(), inspection.missing.len());
        return Err(BackupError::NotWhole { path, missing });
    }
    let sources = sources(location)?;
    let mut unfinished = to.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = PathBuf::from(unfinished);
    let made = copy_all(location, &sources, &unfinished).and_then(|backup| {
        fs::rename(&unfinished, to).map_err(|source| BackupError::Copy { path: to.to_owned(), source })?;
        Ok(backup)
    });
    if made.is_err() {
        // What is left of it is of no use to anybody.
        let _ = fs::remove_dir_all(&unfinished);
    }
    made
}

/// Each file by its name in the backup.
fn sources(location: &Location) -> Result<BTreeMap<String, PathBuf>, BackupError> {
    let metadata = parse(&location.read()?)?;
    let mut places: Vec<Place> = metadata.places();
    places.sort();
    places.dedup();
    let own = location.directory();
    let mut sources: BTreeMap<String, PathBuf> = [("_metadata".to_owned(), own.join("_metadata"))].into();
    let mut elsewhere = Vec::new();
    for place in places {
        let Some(path) = location.file(&place) else {
            if let Place::Absolute(address) = place {
                elsewhere.push(address);
            }
            continue;
        };
        let name = name_inside(own, &path).unwrap_or_else(|| format!("files/{}", sources.len()));
        if !sources.values().any(|known| *known == path) {
            sources.insert(name, path);
        }
    }
    match elsewhere.first() {
        Some(example) => Err(BackupError::Elsewhere { count: elsewhere.len(), example: example.clone() }),
        None => Ok(sources),
    }
}

/// The name of a file inside of a directory; `None` where it is not inside, or has a name that the backup needs for itself. Metadata may
/// say anything: a name that leads out of the directory is no name inside of it.
fn name_inside(directory: &Path, path: &Path) -> Option<String> {
    let inside = path.strip_prefix(directory).ok()?;
    let plain = inside.components().all(|part| matches!(part, Component::Normal(_)));
    let name = inside.to_str().filter(|name| plain && !name.is_empty())?;
    (!name.starts_with("files") && name != MANIFEST).then(|| name.to_owned())
}

fn copy_all(
    location: &Location,
    sources: &BTreeMap<String, PathBuf>,
    to: &Path,
) -> Result<Backup, BackupError> {
    files::create_directory(to, Access::Private)?;
    let mut copied = BTreeMap::new();
    for (name, source) in sources {
        let target = to.join(name);
        if let Some(parent) = target.parent() {
            files::ensure_directory(parent, Access::Private)?;
        }
        let failed = |error| BackupError::Copy { path: source.clone(), source: error };
        let (size, sha256) = copy(source, &target).map_err(failed)?;
        if digest(&target).map_err(failed)? != sha256 {
            return Err(BackupError::Differs { path: source.clone() });
        }
        copied.insert(name.clone(), Copied { original: source.clone(), size, sha256 });
    }
    let backup = Backup { original: location.directory().to_owned(), files: copied };
    let json = serde_json::to_vec_pretty(&backup).map_err(BackupError::Manifest)?;
    files::write(&to.join(MANIFEST), &json, Access::Private)?;
    Ok(backup)
}

fn copy(from: &Path, to: &Path) -> io::Result<(u64, String)> {
    let (mut from, mut to) = (File::open(from)?, File::create(to)?);
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    let mut size = 0;
    loop {
        let read = from.read(&mut buffer)?;
        if read == 0 {
            to.sync_all()?;
            return Ok((size, hex(&hash.finalize())));
        }
        hash.update(&buffer[..read]);
        to.write_all(&buffer[..read])?;
        size += read as u64;
    }
}

fn digest(path: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    io::copy(&mut File::open(path)?, &mut hash)?;
    Ok(hex(&hash.finalize()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_backup() {
        let own = Path::new("/data/chk-7");
        for (path, name) in [
            ("/data/chk-7/abc", Some("abc")),
            ("/data/chk-7/a/b", Some("a/b")),
            ("/data/chk-7/../../etc/passwd", None),
            ("/data/chk-7/a/../../x", None),
            ("/data/chk-7", None),
            ("/data/shared/abc", None),
            ("/data/chk-7/files/1", None),
            ("/data/chk-7/backup.json", None),
        ] {
            assert_eq!(name_inside(own, Path::new(path)).as_deref(), name, "{path}");
        }
    }
}
