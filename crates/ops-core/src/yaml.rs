//! Reading our own YAML documents (`cluster.yaml`, the context file): strict, bounded, and with errors that
//! point at a line. Flink's `config.yaml` is not read here; it has rules of its own.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_saphyr::Error;

use crate::files::{self, FileError};
use crate::suggest;

/// Documents longer than this are refused unread.
const MAX_BYTES: u64 = 4 << 20;

/// A document that cannot be read, or does not say what it should.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum YamlError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The text is not what was expected.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Malformed {
        /// The document.
        path: PathBuf,
        /// 1-based.
        line: u64,
        /// 1-based.
        column: u64,
        /// What was found and what was expected.
        message: String,
    },
    /// What was said in several places does not go together.
    #[error("{}: {message}", path.display())]
    Contradiction {
        /// The document.
        path: PathBuf,
        /// What is needed.
        message: String,
    },
}

/// Reads a document from a file.
///
/// # Errors
/// The file cannot be read, is no YAML, or does not have the shape of `T`.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<T, YamlError> {
    parse(&files::read_text(path, MAX_BYTES)?, path)
}

/// Reads a document from text; `path` is for messages.
///
/// # Errors
/// The text is no YAML, or does not have the shape of `T`.
pub fn parse<T: DeserializeOwned>(text: &str, path: &Path) -> Result<T, YamlError> {
    serde_saphyr::from_str(text).map_err(|error| {
        let error = error.without_snippet();
        let location = error.location();
        YamlError::Malformed {
            path: path.to_owned(),
            line: location.map_or(1, |at| at.line().max(1)),
            column: location.map_or(1, |at| at.column().max(1)),
            message: message(error),
        }
    })
}

fn message(error: &Error) -> String {
    match error {
        Error::SerdeUnknownField { field, expected, .. } => unknown("field", field, expected),
        Error::SerdeUnknownVariant { variant, expected, .. } => unknown("value", variant, expected),
        Error::SerdeMissingField { field, .. } => format!("the field `{field}` is missing"),
        Error::Message { msg, .. } => msg.clone(),
        other => {
            // The library ends its messages with the position, which stands in front of ours.
            let text = other.to_string();
            text.split(" at line ").next().unwrap_or(&text).trim().to_owned()
        }
    }
}

fn unknown(what: &str, found: &str, expected: &[&str]) -> String {
    struct Quoted<'a>(&'a [&'a str]);
    impl fmt::Display for Quoted<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            for (i, name) in self.0.iter().enumerate() {
                write!(f, "{}`{name}`", if i == 0 { "" } else { ", " })?;
            }
            Ok(())
        }
    }
    match suggest::nearest(found, expected.iter().copied(), 1).first() {
        Some(near) => format!("there is no {what} `{found}` here; did you mean `{near}`?"),
        None => format!("there is no {what} `{found}` here; possible are {}", Quoted(expected)),
    }
}
