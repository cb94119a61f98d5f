//! Keytab files: read whole, written whole, for their owner alone.

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use ops_core::files::{self, Access, Mode};
use zeroize::Zeroizing;

use super::decode::{ByteOrder, MAX_KEYTAB};
use super::{Keytab, KeytabError};

/// A keytab, and what the file system says about its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeytabFile {
    /// The content.
    pub keytab: Keytab,
    /// The permission bits.
    pub mode: u32,
    /// The user id of the owner.
    pub owner: u32,
}

/// Reads a keytab file. Links are followed, as Java and MIT do.
///
/// # Errors
/// There is none, it cannot be read, or it is no keytab.
pub fn read(path: &Path, order: ByteOrder) -> Result<KeytabFile, KeytabError> {
    let (bytes, metadata) = match load(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(KeytabError::Missing { path: path.to_owned() });
        }
        Err(error) => return Err(files::context("read", path)(error).into()),
    };
    let keytab = Keytab::decode(&bytes, order)
        .map_err(|error| KeytabError::Format { path: path.to_owned(), error })?;
    Ok(KeytabFile { keytab, mode: metadata.mode() & 0o7777, owner: metadata.uid() })
}

fn load(path: &Path) -> io::Result<(Zeroizing<Vec<u8>>, Metadata)> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a directory, not a file"));
    }
    let bound = usize::try_from(metadata.len()).unwrap_or(usize::MAX).min(MAX_KEYTAB) + 1;
    // As large as the file, so that it does not grow and leave parts of keys behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(bound));
    file.take(MAX_KEYTAB as u64 + 1).read_to_end(&mut bytes)?;
    Ok((bytes, metadata))
}

/// Replaces (or creates) a keytab file, mode 0600. Whoever reads it meanwhile sees the old one or the new one. A file that
/// belongs to the user who runs Flink still does afterwards.
///
/// # Errors
/// The place cannot be written to, we may not give the file to its owner, or the keytab does not fit the format. The old
/// file is as it was then.
pub fn write(path: &Path, keytab: &Keytab) -> Result<(), KeytabError> {
    let after = keytab.encode()?;
    match load(path) {
        Ok((before, _)) => Ok(files::rewrite(path, &before, &after, Mode::Private)?),
        Err(_) => Ok(files::write(path, &after, Access::Private)?),
    }
}
