//! From what a person types to a directory: a path, a `file:` address, the directory or the file in it.

use std::path::{Path, PathBuf};

use super::error::StateError;
use super::handle::Place;

/// The name of the file.
const FILE: &str = "_metadata";

/// Larger files are none: state of more than 20 KiB is in files of its own.
const LIMIT: u64 = 1 << 30;

/// A savepoint or checkpoint on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    directory: PathBuf,
}

impl Location {
    /// The one at a path or a `file:` address.
    ///
    /// # Errors
    /// It is elsewhere, or there is none.
    pub fn find(text: &str) -> Result<Self, StateError> {
        let path = local(text).ok_or_else(|| StateError::Elsewhere { location: text.to_owned() })?;
        let directory = match path.file_name() {
            Some(name) if name == FILE => path.parent().unwrap_or(Path::new(".")).to_owned(),
            _ => path,
        };
        if directory.join(FILE).is_file() {
            return Ok(Self { directory });
        }
        let among = among(&directory);
        Err(StateError::Absent { path: directory, among })
    }

    /// The path of what is on this machine.
    pub(super) fn path_of(text: &str) -> Option<PathBuf> {
        local(text)
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The bytes of its metadata.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn read(&self) -> Result<Vec<u8>, StateError> {
        let path = self.directory.join(FILE);
        let error = |source| StateError::Read { path: path.clone(), source };
        let size = std::fs::metadata(&path).map_err(error)?.len();
        if size > LIMIT {
            return Err(StateError::Large { path, limit: LIMIT });
        }
        std::fs::read(&path).map_err(error)
    }

    /// Where a file lies on this machine; `None` where it is elsewhere.
    pub fn file(&self, place: &Place) -> Option<PathBuf> {
        match place {
            Place::Relative(name) => Some(self.directory.join(name)),
            Place::Absolute(address) => local(address),
        }
    }
}

/// The path of a `file:` address, `file:/a`, `file:///a`, or of a path.
fn local(text: &str) -> Option<PathBuf> {
    let path = match text.strip_prefix("file:") {
        Some(rest) => rest.strip_prefix("//").unwrap_or(rest),
        None if text
            .split_once(':')
            .is_some_and(|(scheme, rest)| is_scheme(scheme) && rest.starts_with("//")) =>
        {
            return None;
        }
        None => text,
    };
    (!path.is_empty()).then(|| PathBuf::from(path))
}

fn is_scheme(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte))
}

/// Checkpoints one or two levels below, for the message: people name the directory above.
fn among(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let below = |path: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(path)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.is_dir())
            .collect()
    };
    for first in below(directory) {
        for candidate in std::iter::once(first.clone()).chain(below(&first)) {
            if candidate.join(FILE).is_file() {
                found.push(candidate.display().to_string());
            }
        }
    }
    found.sort();
    found.truncate(5);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_paths() {
        for (text, path) in [
            ("/a/b", Some("/a/b")),
            ("a/b:c", Some("a/b:c")),
            ("file:/a/b", Some("/a/b")),
            ("file:///a/b", Some("/a/b")),
            ("s3://bucket/a", None),
            ("hdfs://nn:8020/a", None),
            ("", None),
        ] {
            assert_eq!(local(text), path.map(PathBuf::from), "{text}");
        }
    }
}
