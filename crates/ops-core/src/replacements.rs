//! Many files replaced at once, with one wait for the disk.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::files::{FileError, context};
use crate::secret::Secret;

/// Files that are written beside their places now and put there together later.
///
/// All of them reach the disk before the first takes its place: what a crash leaves is, for each file, the old or the new
/// one. Each is open until then, so a few hundred at a time are enough.
#[derive(Default)]
pub struct Replacements {
    files: Vec<(NamedTempFile, PathBuf)>,
}

impl Replacements {
    /// Writes a file beside its place, for its owner alone.
    ///
    /// # Errors
    /// The directory is missing or not writable, or the disk is full.
    pub fn add(&mut self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        self.add_with_mode(path, bytes, 0o600)
    }

    /// Writes a file beside its place, with these permission bits.
    ///
    /// # Errors
    /// As for [`Replacements::add`].
    pub fn add_with_mode(&mut self, path: &Path, bytes: &[u8], mode: u32) -> Result<(), FileError> {
        let write = || {
            let mut file = tempfile::Builder::new()
                .prefix(".flinkops-")
                .permissions(fs::Permissions::from_mode(0o600))
                .tempfile_in(directory(path))?;
            file.write_all(bytes)?;
            if mode != 0o600 {
                file.as_file().set_permissions(fs::Permissions::from_mode(mode))?;
            }
            Ok(file)
        };
        self.files.push((write().map_err(context("write", path))?, path.to_owned()));
        Ok(())
    }

    /// Writes a secret and the end of its line, for the owner alone.
    ///
    /// # Errors
    /// As for [`Replacements::add`].
    pub fn add_password(&mut self, path: &Path, password: &Secret) -> Result<(), FileError> {
        let line = Secret::new(format!("{}\n", password.expose()));
        self.add(path, line.expose().as_bytes())
    }

    /// Puts the files into their places, in the order in which they were added.
    ///
    /// # Errors
    /// The disk is full, or something that is no file stands in a file's place. Files before it are in their places then.
    pub fn commit(self) -> Result<(), FileError> {
        let mut directories: Vec<&Path> = self.files.iter().map(|(_, path)| directory(path)).collect();
        directories.sort();
        directories.dedup();
        let open = |path: &Path| File::open(path).map_err(context("write", path));
        let directories = directories.into_iter().map(open).collect::<Result<Vec<_>, _>>()?;
        for (file, path) in &self.files {
            file.as_file().sync_data().map_err(context("write", path))?;
        }
        let mut last = PathBuf::from(".");
        for (file, path) in self.files {
            file.persist(&path).map_err(|error| context("write", &path)(error.error))?;
            last = path;
        }
        directories.iter().try_for_each(File::sync_all).map_err(context("write", directory(&last)))
    }
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
