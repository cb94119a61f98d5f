//! Why state cannot be read.

use std::path::PathBuf;

/// Why a savepoint or checkpoint cannot be looked into.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// It lies where this machine cannot look.
    #[error(
        "{location} is not on this machine: only `file:` and plain paths can be looked into; copy it here first"
    )]
    Elsewhere {
        /// What was given.
        location: String,
    },
    /// There is none.
    #[error("{} is no savepoint or checkpoint: it has no file `_metadata`{}", path.display(), hint(among))]
    Absent {
        /// The directory.
        path: PathBuf,
        /// What in it has one.
        among: Vec<String>,
    },
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is larger than any that Flink writes.
    #[error("{} is larger than {limit} bytes: that is no metadata of Flink", path.display())]
    Large {
        /// The file.
        path: PathBuf,
        /// The most that is read.
        limit: u64,
    },
    /// It does not begin as it must.
    #[error("it is no metadata of Flink: it begins with {found:#010x}, and 0x4960672d is needed")]
    Magic {
        /// What it begins with.
        found: u32,
    },
    /// A version that this reader does not know.
    #[error("its format is version {found}, and 3 to 6 are known: {}", age(*found))]
    Version {
        /// The version.
        found: i32,
    },
    /// It ends too early.
    #[error("it is cut off: {what} at byte {at} needs {needed} bytes, and {left} are left")]
    Truncated {
        /// What was being read.
        what: &'static str,
        /// Where.
        at: usize,
        /// So many bytes.
        needed: u64,
        /// So many are there.
        left: usize,
    },
    /// It holds what cannot be.
    #[error("it is damaged: {what} at byte {at} is {found}")]
    Damaged {
        /// What was being read.
        what: &'static str,
        /// Where.
        at: usize,
        /// What stands there.
        found: String,
    },
}

fn hint(among: &[String]) -> String {
    match among {
        [] => String::new(),
        found => format!("; these below it have one: {}", found.join(", ")),
    }
}

fn age(version: i32) -> &'static str {
    if version < 3 { "a Flink much older than 1.18 wrote it" } else { "a newer Flink than 2.3 wrote it" }
}
