//! The directory that quickstart writes into: claimed for one run at a time, cleared of an earlier run of its
//! own, never of anything else.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use ops_core::files::{self, Access, FileError};
use rustix::fs::{FlockOperation, flock};

use crate::failure::Failure;

/// The file that says whose directory this is. It is locked while a run uses the directory.
const MARKER: &str = ".flinkops-quickstart";

/// What quickstart writes; everything else in the directory is somebody's, and stays.
const OWN: [&str; 6] = ["cluster.yaml", "conf", "context.yaml", "pki", "run", "stores"];

/// What to do with a directory that holds something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Foreign {
    /// Refuse it.
    Refuse,
    /// Use it, and move what is in the way into a subdirectory of it.
    SetAside,
}

/// The claimed directory.
#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
    set_aside: Option<PathBuf>,
    /// Held for its lock.
    _marker: File,
}

impl Workspace {
    /// Claims `path`, which need not exist.
    pub(crate) fn claim(path: &Path, foreign: Foreign) -> Result<Self, Failure> {
        let existed = match fs::symlink_metadata(path) {
            Ok(_) if !path.is_dir() => {
                return Err(Failure::usage(format!(
                    "{} is in the way: it is not a directory",
                    path.display()
                ))
                .help("choose another place with --out DIR"));
            }
            Ok(_) => true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(files::context("look into", path)(error).into()),
        };
        let own = path.join(MARKER).is_file();
        let occupied = existed && !own && !is_empty(path)?;
        if occupied && foreign == Foreign::Refuse {
            return Err(Failure::usage(format!(
                "{} holds something that is not quickstart's",
                path.display()
            ))
            .help(
                "choose another place with --out DIR, or use --force to keep its content and write beside it",
            ));
        }
        if !occupied {
            files::create_directory(path, Access::Private)?;
        }
        let root = path.canonicalize().map_err(files::context("find", path))?;
        if root.to_str().is_none_or(|text| text.contains(['\n', '#', ' '])) {
            return Err(Failure::usage(format!(
                "{} cannot stand in a Flink configuration: it has a blank, a `#` or is not Unicode",
                root.display()
            ))
            .help("choose another place with --out DIR"));
        }
        let marker = lock(&root.join(MARKER))?;
        let mut workspace = Self { root, set_aside: None, _marker: marker };
        if own {
            workspace.clear()?;
        } else if occupied {
            workspace.set_aside()?;
        }
        Ok(workspace)
    }

    /// Removes what an earlier run wrote.
    fn clear(&self) -> Result<(), FileError> {
        for name in OWN {
            let path = self.root.join(name);
            let gone = match fs::symlink_metadata(&path) {
                Ok(found) if found.is_dir() => fs::remove_dir_all(&path),
                Ok(_) => fs::remove_file(&path),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                Err(error) => Err(error),
            };
            gone.map_err(files::context("remove", &path))?;
        }
        Ok(())
    }

    /// Moves what has one of our names out of the way.
    fn set_aside(&mut self) -> Result<(), FileError> {
        let in_the_way: Vec<_> =
            OWN.iter().filter(|name| fs::symlink_metadata(self.root.join(name)).is_ok()).collect();
        if in_the_way.is_empty() {
            return Ok(());
        }
        let aside = (1..)
            .map(|n| self.root.join(format!("before-flinkops-{n}")))
            .find(|path| fs::symlink_metadata(path).is_err());
        let aside = aside.unwrap_or_else(|| self.root.join("before-flinkops"));
        files::create_directory(&aside, Access::Private)?;
        for name in in_the_way {
            let from = self.root.join(name);
            fs::rename(&from, aside.join(name)).map_err(files::context("set aside", &from))?;
        }
        self.set_aside = Some(aside);
        Ok(())
    }

    /// The directory, absolute.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where things that were in the way went.
    pub(crate) fn moved_to(&self) -> Option<&Path> {
        self.set_aside.as_deref()
    }

    /// A path in the directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// A private subdirectory, created.
    pub(crate) fn directory(&self, name: &str) -> Result<PathBuf, FileError> {
        let path = self.path(name);
        files::create_directory(&path, Access::Private)?;
        Ok(path)
    }
}

fn is_empty(path: &Path) -> Result<bool, FileError> {
    let mut entries = fs::read_dir(path).map_err(files::context("look into", path))?;
    Ok(entries.next().is_none())
}

fn lock(path: &Path) -> Result<File, Failure> {
    let file =
        File::options().create(true).append(true).open(path).map_err(files::context("create", path))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(rustix::io::Errno::WOULDBLOCK) => {
            let place = path.parent().unwrap_or(path).display();
            Err(Failure::usage(format!("another quickstart is running in {place}"))
                .help("wait for it, or choose another place with --out DIR"))
        }
        Err(error) => Err(files::context("lock", path)(error.into()).into()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_new_directory_is_private_and_one_run_at_a_time_has_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out");
        let first = Workspace::claim(&path, Foreign::Refuse).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        let second = Workspace::claim(&path, Foreign::SetAside).unwrap_err();
        assert!(second.message.contains("another quickstart is running"), "{}", second.message);
        drop(first);
        Workspace::claim(&path, Foreign::Refuse).unwrap();
    }

    #[test]
    fn an_earlier_run_is_cleared_and_what_is_not_ours_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out");
        let first = Workspace::claim(&path, Foreign::Refuse).unwrap();
        fs::write(first.directory("conf").unwrap().join("old"), "old").unwrap();
        fs::write(first.path("notes.txt"), "mine").unwrap();
        drop(first);
        let second = Workspace::claim(&path, Foreign::Refuse).unwrap();
        assert!(!second.path("conf").exists());
        assert_eq!(fs::read_to_string(second.path("notes.txt")).unwrap(), "mine");
    }

    #[test]
    fn a_foreign_directory_is_refused_and_with_force_loses_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out");
        fs::create_dir_all(path.join("conf")).unwrap();
        fs::write(path.join("conf/flink-conf.yaml"), "precious: yes").unwrap();
        let refused = Workspace::claim(&path, Foreign::Refuse).unwrap_err();
        assert!(refused.help.unwrap().contains("--force"));
        assert!(!path.join(MARKER).exists());
        let claimed = Workspace::claim(&path, Foreign::SetAside).unwrap();
        let aside = claimed.moved_to().unwrap();
        assert_eq!(fs::read_to_string(aside.join("conf/flink-conf.yaml")).unwrap(), "precious: yes");
    }

    #[test]
    fn a_file_or_an_unfit_name_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(Workspace::claim(&file, Foreign::SetAside).unwrap_err().message.contains("not a directory"));
        let blank = Workspace::claim(&dir.path().join("a b"), Foreign::Refuse).unwrap_err();
        assert!(blank.message.contains("cannot stand in a Flink configuration"), "{}", blank.message);
    }
}
