//! What can go wrong with a configuration file. Values are never repeated: they may be passwords.

use std::path::{Path, PathBuf};

use crate::files::FileError;

/// A configuration file that cannot be read, or an edit that cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfError {
    /// The file is missing, too long, or not UTF-8.
    #[error(transparent)]
    Unreadable(#[from] FileError),
    /// Neither the name nor the content says which dialect the file is in.
    #[error(
        "{}: neither the name nor the content says whether this is flink-conf.yaml or config.yaml, and the two \
         read it differently; give it one of these names",
        path.display()
    )]
    UnknownDialect {
        /// The file.
        path: PathBuf,
    },
    /// Flink refuses the whole file for what stands here.
    #[error("{}found {found}; {expected}", place(path.as_deref(), *line, *column))]
    Syntax {
        /// The file, where it is known.
        path: Option<PathBuf>,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What stands there.
        found: String,
        /// What is needed.
        expected: String,
    },
    /// Flink may accept this, flinkops does not.
    #[error("{}{found} is not supported; {mend}", place(path.as_deref(), *line, *column))]
    Unsupported {
        /// The file, where it is known.
        path: Option<PathBuf>,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What stands there.
        found: String,
        /// What to write instead.
        mend: String,
    },
    /// The dialect has no way to write this key or value.
    #[error("{file} cannot hold this {part} of `{key}`: {reason}")]
    CannotHold {
        /// `flink-conf.yaml` or `config.yaml`.
        file: &'static str,
        /// The key.
        key: String,
        /// `key` or `value`.
        part: &'static str,
        /// Why not.
        reason: String,
    },
    /// There is no such key.
    #[error("`{key}` is not in the configuration")]
    NoSuchKey {
        /// The key.
        key: String,
    },
    /// The new name of a key is in use.
    #[error("`{key}` is in the configuration already; remove one of the two entries first")]
    KeyTaken {
        /// The key.
        key: String,
    },
    /// The legacy dialect has no nesting.
    #[error("flink-conf.yaml cannot be nested: Flink reads it line by line; convert it to config.yaml first")]
    NotNested,
    /// Laying the file out anew would change what Flink reads from it.
    #[error(
        "the file cannot be laid out anew without changing what it means (anchors, tags or block scalars are in the \
         way); lay it out by hand"
    )]
    NotFormattable,
    /// The entry stands in a place where a change would change other entries too.
    #[error(
        "line {line}: `{key}` cannot be changed by itself (anchors, aliases and block scalars tie entries together); \
         edit the file by hand"
    )]
    NotEditable {
        /// The key.
        key: String,
        /// Its line, or the last line of the file.
        line: usize,
    },
}

impl ConfError {
    /// The line, from 1, for errors that have one.
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::Syntax { line, .. } | Self::Unsupported { line, .. } | Self::NotEditable { line, .. } => {
                Some(*line)
            }
            _ => None,
        }
    }

    /// The column in characters, from 1, for errors that have one.
    pub fn column(&self) -> Option<usize> {
        match self {
            Self::Syntax { column, .. } | Self::Unsupported { column, .. } => Some(*column),
            _ => None,
        }
    }

    /// The same error, saying which file it is about.
    #[must_use]
    pub fn in_file(mut self, file: &Path) -> Self {
        if let Self::Syntax { path, .. } | Self::Unsupported { path, .. } = &mut self {
            *path = Some(file.to_owned());
        }
        self
    }
}

fn place(path: Option<&Path>, line: usize, column: usize) -> String {
    match path {
        Some(path) => format!("{}:{line}:{column}: ", path.display()),
        None => format!("line {line}, column {column}: "),
    }
}
