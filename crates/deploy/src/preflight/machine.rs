//! The machine: its files, below a root that tests can choose.

use std::fs;
use std::path::{Path, PathBuf};

/// A machine whose files are looked at.
#[derive(Clone, Debug)]
pub struct Machine {
    root: PathBuf,
}

impl Machine {
    /// This one.
    pub fn this() -> Self {
        Self::below("/")
    }

    /// One whose files lie below a directory.
    pub fn below(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Where a path of the machine is.
    pub(super) fn place(&self, path: &Path) -> PathBuf {
        self.root.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// A text file without the blanks around it; `None` where it cannot be read.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        Some(fs::read_to_string(self.place(Path::new(path))).ok()?.trim().to_owned())
    }

    /// A file that holds a number.
    pub(super) fn number(&self, path: &str) -> Option<u64> {
        self.text(path)?.parse().ok()
    }

    /// A file of the process's own cgroup, in either version of cgroups: `memory.max` or `memory/memory.limit_in_bytes`.
    pub(super) fn cgroup(&self, second: &str, first: &str) -> Option<String> {
        let own = self.text("/proc/self/cgroup")?;
        let unified = own.lines().find_map(|line| line.strip_prefix("0::"));
        // A container sees its own group as the root of all.
        let mut group = unified.map(Path::new);
        while let Some(path) = group {
            let inside = path.strip_prefix("/").unwrap_or(path);
            let file = Path::new("/sys/fs/cgroup").join(inside).join(second);
            if let Some(text) = file.to_str().and_then(|file| self.text(file)) {
                return Some(text);
            }
            group = path.parent();
        }
        self.text(&format!("/sys/fs/cgroup/{first}"))
    }
}
