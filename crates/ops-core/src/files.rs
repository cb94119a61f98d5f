//! Files written whole or not at all: beside the target, flushed to the disk, then renamed over it.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The owner alone: files 0600, directories 0700.
    Private,
    /// Everyone may read: files 0644, directories 0755.
    Public,
}

impl Access {
    fn file_mode(self) -> u32 {
        match self {
            Self::Private => 0o600,
            Self::Public => 0o644,
        }
    }

    fn directory_mode(self) -> u32 {
        match self {
            Self::Private => 0o700,
            Self::Public => 0o755,
        }
    }
}

/// A path, and what the system said about it.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {source}", path.display())]
pub struct FileError {
    /// `write`, `create`, `read` …
    pub action: &'static str,
    /// The file or directory.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// Attaches what was being done, and to which path, to a system error.
pub fn context(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.to_owned();
    move |source| FileError { action, path, source }
}

/// Replaces (or creates) `path` with `bytes`. Readers see the old file or the new one, never a part.
/// A private file has its mode from its first byte; a symbolic link at `path` is replaced, not followed.
///
/// # Errors
/// The directory is missing or not writable, or the disk is full; the old file is untouched then.
pub fn write(path: &Path, bytes: &[u8], access: Access) -> Result<(), FileError> {
    write_inner(path, bytes, access).map_err(context("write", path))
}

fn write_inner(path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut file = beside(directory)?;
    file.write_all(bytes)?;
    if access == Access::Public {
        file.as_file().set_permissions(fs::Permissions::from_mode(access.file_mode()))?;
    }
    appear(file, path, directory)
}

/// A file that nobody knows yet, and nobody else can read.
fn beside(directory: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new()
        .prefix(".flinkops-")
        .permissions(fs::Permissions::from_mode(0o600))
        .tempfile_in(directory)
}

/// Puts it in its place, for good.
fn appear(file: NamedTempFile, path: &Path, directory: &Path) -> io::Result<()> {
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    File::open(directory)?.sync_all()
}

/// Who may read a file after its content was replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Those who could before.
    Kept,
    /// The owner alone.
    Private,
}

/// Replaces the content of a file that exists, and keeps its owner. A symbolic link of ours, or of root's, is followed: the
/// file that it leads to is replaced. Readers see the old content or the new one, never a part.
///
/// # Errors
/// The file no longer holds `before`, its owner cannot be kept, the path is a link that somebody else made, or it cannot be
/// written; it is untouched then.
pub fn rewrite(path: &Path, before: &[u8], after: &[u8], mode: Mode) -> Result<(), FileError> {
    rewrite_inner(path, before, after, mode).map_err(context("write", path))
}

fn rewrite_inner(path: &Path, before: &[u8], after: &[u8], mode: Mode) -> io::Result<()> {
    let link = fs::symlink_metadata(path)?;
    if link.is_symlink() && ![0, rustix::process::geteuid().as_raw()].contains(&link.uid()) {
        let whose = format!(
            "it is a link that user {} made; name the file that it leads to, if that is meant",
            link.uid()
        );
        return Err(io::Error::other(whose));
    }
    let path = fs::canonicalize(path)?;
    let metadata = fs::metadata(&path)?;
    if fs::read(&path)? != before {
        return Err(io::Error::other("it was changed meanwhile; run the command again"));
    }
    let directory = path.parent().unwrap_or(Path::new("/"));
    let mut file = beside(directory)?;
    file.write_all(after)?;
    let ours = file.as_file().metadata()?;
    if (ours.uid(), ours.gid()) != (metadata.uid(), metadata.gid()) {
        std::os::unix::fs::fchown(file.as_file(), Some(metadata.uid()), Some(metadata.gid()))
            .map_err(|error| io::Error::new(error.kind(), format!("its owner cannot be kept: {error}")))?;
    }
    if mode == Mode::Kept {
        // After the change of owner, which clears some bits.
        file.as_file().set_permissions(fs::Permissions::from_mode(metadata.permissions().mode() & 0o7777))?;
    }
    appear(file, &path, directory)
}

/// Takes every right on a file from users who are neither its owner nor in its group, and the right to write from the
/// group.
///
/// # Errors
/// The file is somebody else's.
pub fn forbid_others(path: &Path) -> Result<(), FileError> {
    let forbid = || {
        let mode = fs::metadata(path)?.permissions().mode();
        fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o7750))
    };
    forbid().map_err(context("change the mode of", path))
}

/// Creates a directory and what is missing above it. The mode holds for `path` itself, whether it existed or not.
///
/// # Errors
/// Something that is no directory is in the way, or the place is not writable.
pub fn create_directory(path: &Path, access: Access) -> Result<(), FileError> {
    let mode = access.directory_mode();
    fs::DirBuilder::new()
        .recursive(true)
        .mode(mode)
        .create(path)
        .and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(mode)))
        .map_err(context("create", path))
}

/// Creates a directory if it is missing, with what is missing above it. One that is there keeps its mode.
///
/// # Errors
/// As for [`create_directory`].
pub fn ensure_directory(path: &Path, access: Access) -> Result<(), FileError> {
    if path.is_dir() { Ok(()) } else { create_directory(path, access) }
}

/// Reads a text file of at most `limit` bytes.
///
/// # Errors
/// It cannot be read, is longer than `limit`, or is not UTF-8.
pub fn read_text(path: &Path, limit: u64) -> Result<String, FileError> {
    let read = || {
        let file = File::open(path)?;
        if file.metadata()?.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a directory, not a file"));
        }
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut io::Read::take(file, limit.saturating_add(1)), &mut bytes)?;
        if bytes.len() as u64 > limit {
            let what = format!("it is longer than {limit} bytes");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, what));
        }
        String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
            io::Error::new(io::ErrorKind::InvalidData, format!("line {line} is not UTF-8 text"))
        })
    };
    read().map_err(context("read", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn modes_are_as_asked_and_nothing_is_left_beside() {
        let dir = tempfile::tempdir().unwrap();
        let inner = dir.path().join("a/b");
        create_directory(&inner, Access::Private).unwrap();
        assert_eq!(mode(&inner), 0o700);
        let file = inner.join("f");
        write(&file, b"one", Access::Private).unwrap();
        assert_eq!(mode(&file), 0o600);
        write(&file, b"two", Access::Public).unwrap();
        assert_eq!((mode(&file), fs::read(&file).unwrap()), (0o644, b"two".to_vec()));
        assert_eq!(fs::read_dir(&inner).unwrap().count(), 1);
    }

    #[test]
    fn a_link_is_replaced_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (victim, link) = (dir.path().join("victim"), dir.path().join("link"));
        fs::write(&victim, "precious").unwrap();
        std::os::unix::fs::symlink(&victim, &link).unwrap();
        write(&link, b"secret", Access::Private).unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
        assert!(!fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn a_rewritten_file_keeps_its_owner() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("f");
        fs::write(&file, "one").unwrap();
        // Only root can give files away; for others the owner stays the same anyway.
        let given = std::os::unix::fs::chown(&file, Some(65534), Some(65534)).is_ok();
        let before = fs::metadata(&file).unwrap().uid();
        rewrite(&file, b"one", b"two", Mode::Private).unwrap();
        assert_eq!((fs::metadata(&file).unwrap().uid(), mode(&file)), (before, 0o600));
        assert_eq!(given, before == 65534);
        assert_eq!(fs::read(&file).unwrap(), b"two");
    }

    #[test]
    fn a_rewritten_file_keeps_mode_and_link_and_what_others_wrote() {
        let dir = tempfile::tempdir().unwrap();
        let (file, link) = (dir.path().join("file"), dir.path().join("link"));
        fs::write(&file, "one").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("file", &link).unwrap();
        rewrite(&link, b"one", b"two", Mode::Kept).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!((mode(&file), fs::read(&file).unwrap()), (0o640, b"two".to_vec()));
        let error = rewrite(&file, b"one", b"three", Mode::Kept).unwrap_err().to_string();
        assert!(error.ends_with("it was changed meanwhile; run the command again"), "{error}");
        assert_eq!(
            (fs::read(&file).unwrap(), fs::read_dir(dir.path()).unwrap().count()),
            (b"two".to_vec(), 2)
        );
    }

    #[test]
    fn errors_name_the_path() {
        let missing = Path::new("/nonexistent/flinkops/file");
        let error = write(missing, b"", Access::Public).unwrap_err().to_string();
        assert!(error.starts_with("cannot write /nonexistent/flinkops/file: "), "{error}");
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("latin1");
        fs::write(&file, b"ok\n\xe9\n").unwrap();
        assert!(read_text(&file, 100).unwrap_err().to_string().ends_with("line 2 is not UTF-8 text"));
        assert!(read_text(&file, 3).unwrap_err().to_string().ends_with("longer than 3 bytes"));
    }
}
