//! What can go wrong in a developer's command. The messages are printed as they are.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

use crate::files::FileError;
use crate::version::FlinkVersion;

use crate::catalogue::CatalogueError;

/// Why a command stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum XtaskError {
    /// A program is not there, or not executable.
    #[error("cannot start `{line}`: {source}")]
    Start {
        /// The command line.
        line: String,
        /// What the system said.
        source: io::Error,
    },
    /// A program said no.
    #[error("`{line}` failed ({status}){}", said(output))]
    Command {
        /// The command line.
        line: String,
        /// How it ended.
        status: ExitStatus,
        /// What it said, unless it said it to the terminal itself.
        output: String,
    },
    /// A file or directory.
    #[error(transparent)]
    File(#[from] FileError),
    /// The tidy rules found something; it has been printed.
    #[error("{0} tidy findings")]
    Untidy(usize),
    /// Tests failed; they have been printed.
    #[error("{0} tests failed")]
    TestsFailed(usize),
    /// Tools are missing and nothing may be.
    #[error("CI=true, and these are missing: {0}")]
    ToolsMissing(String),
    /// None of the variables that say where the cache is.
    #[error("no place for downloads: set FLINKOPS_CACHE or HOME")]
    NoCache,
    /// Something that is no complete distribution stands where one belongs.
    #[error("{} is in the way: it has no {}; remove it and run this again", home.display(), part.display())]
    InTheWay {
        /// The directory.
        home: PathBuf,
        /// The first thing that it lacks.
        part: PathBuf,
    },
    /// The two archives together are no distribution.
    #[error("the archives of Flink {version} hold no {}", part.display())]
    Incomplete {
        /// The version.
        version: FlinkVersion,
        /// The first thing that is missing.
        part: PathBuf,
    },
    /// An archive that cannot be read.
    #[error("cannot unpack {}: {reason}", path.display())]
    Archive {
        /// The archive.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// pip succeeded without leaving the archive.
    #[error("pip downloaded no {what} of Flink {version} into {}", directory.display())]
    NoArchive {
        /// `sdist` or `wheel`.
        what: &'static str,
        /// The version.
        version: FlinkVersion,
        /// Where it should be.
        directory: PathBuf,
    },
    /// The index serves something else than it did when its hash was recorded.
    #[error(
        "{} has the SHA-256 {found}, recorded is {expected}; it was removed. If the release was replaced on purpose, \
         change xtask/src/flink/pins.rs", path.display()
    )]
    Hash {
        /// The archive.
        path: PathBuf,
        /// Its hash.
        found: String,
        /// The hash in the table.
        expected: &'static str,
    },
    /// A program answered something that is not understood.
    #[error("{what} answered something unexpected: {answer}")]
    Answer {
        /// Who.
        what: String,
        /// What.
        answer: String,
    },
    /// The command line is not as fast as promised; the numbers have been printed.
    #[error("{0}")]
    TooSlow(String),
    /// The fixtures recorded from Flink.
    #[error("{0}")]
    Oracle(String),
    /// mock-flink beside the real Flink.
    #[error("conformance: {0}")]
    Conformance(String),
    /// The option catalogue.
    #[error("the option catalogue: {0}")]
    Catalogue(String),
    /// A parser that does not survive some bytes, or a target that does not exist.
    #[error("fuzz: {0}")]
    Fuzz(String),
    /// The book.
    #[error("docs: {0}")]
    Docs(String),
    /// A release that is not fit, or cannot be prepared.
    #[error("{0}")]
    Release(String),
    /// What people install.
    #[error("dist: {0}")]
    Dist(String),
    /// A step of `ci`, and the command that repeats it alone.
    #[error("{step}: {source}\nrerun it alone: {rerun}")]
    Step {
        /// The step's name.
        step: &'static str,
        /// The command.
        rerun: &'static str,
        /// What went wrong.
        source: Box<XtaskError>,
    },
}

impl From<CatalogueError> for XtaskError {
    fn from(error: CatalogueError) -> Self {
        Self::Catalogue(error.to_string())
    }
}

fn said(output: &str) -> String {
    if output.trim().is_empty() { String::new() } else { format!(":\n{}", output.trim_end()) }
}
