//! The file of a recording: JSON, first a line that says what it is, then a line for each exchange, in the order in which
//! the answers ended. Logins and cookies are not in it; what bodies say is.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// Grows when older versions would misread what newer ones write.
const FORMAT: u32 = 1;

/// The longest recording that is read.
const LONGEST: u64 = 2 << 30;

/// Why there is no recording.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// There cannot be such a file, or there is one already: an old recording is never overwritten.
    #[error("cannot create the recording {path}; name a file that is not there yet, in a directory that is")]
    Create {
        /// The file.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// The file cannot be written or read.
    #[error("cannot {action} the recording {path}")]
    File {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// It is no recording.
    #[error("{path} line {line} is no part of a recording: {problem}; `mock-flink record` makes recordings")]
    Nonsense {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
}

/// The first line.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Head {
    mock_flink_recording: u32,
    target: String,
}

/// A request and its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Exchange {
    pub(crate) method: String,
    /// The path and the query.
    pub(crate) target: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) content_type: Option<String>,
    #[serde(default, skip_serializing_if = "Content::is_empty")]
    pub(crate) request: Content,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Content::is_empty")]
    pub(crate) answer: Content,
    /// From the request to the end of the answer.
    pub(crate) millis: u64,
}

/// A body.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Content {
    Text(String),
    /// What is no text.
    Base64(String),
    /// So many bytes were more than are recorded.
    TooLong(u64),
}

impl Default for Content {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl Content {
    pub(crate) fn of(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text),
            Err(error) => Self::Base64(STANDARD.encode(error.as_bytes())),
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }

    /// The bytes; `None` when they were too many.
    pub(crate) fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Text(text) => Some(text.clone().into_bytes()),
            Self::Base64(text) => STANDARD.decode(text).ok(),
            Self::TooLong(_) => None,
        }
    }
}

/// A recording that is being made.
#[derive(Debug)]
pub(crate) struct Writer {
    path: String,
    file: File,
}

impl Writer {
    /// A new file, that only its owner may read: answers can hold secrets.
    pub(crate) fn create(path: &Path, target: &str) -> Result<Self, RecordingError> {
        let shown = path.display().to_string();
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let failed = |source| RecordingError::Create { path: shown.clone(), source };
        let mut writer = Self { file: file.map_err(failed)?, path: shown.clone() };
        writer.line(&Head { mock_flink_recording: FORMAT, target: target.to_owned() })?;
        Ok(writer)
    }

    pub(crate) fn add(&mut self, exchange: &Exchange) -> Result<(), RecordingError> {
        self.line(exchange)
    }

    fn line(&mut self, value: &impl Serialize) -> Result<(), RecordingError> {
        let mut line = serde_json::to_vec(value).unwrap_or_default();
        line.push(b'\n');
        let failed = |source| RecordingError::File { action: "write", path: self.path.clone(), source };
        self.file.write_all(&line).map_err(failed)
    }
}

/// Reads a recording. A last line that is cut short is left out: the recording was interrupted there.
pub(crate) fn read(path: &Path) -> Result<Vec<Exchange>, RecordingError> {
    let shown = path.display().to_string();
    let text = ops_core::files::read_text(path, LONGEST).map_err(|error| RecordingError::File {
        action: "read",
        path: shown.clone(),
        source: io::Error::other(error),
    })?;
    parse(&text, &shown)
}

fn parse(text: &str, path: &str) -> Result<Vec<Exchange>, RecordingError> {
    let nonsense =
        |line: usize, problem: String| RecordingError::Nonsense { path: path.to_owned(), line, problem };
    let mut lines = text.split_inclusive('\n').zip(1..);
    let head: Head = match lines.next() {
        Some((line, number)) => {
            serde_json::from_str(line).map_err(|error| nonsense(number, error.to_string()))?
        }
        None => return Err(nonsense(1, "the file is empty".to_owned())),
    };
    if head.mock_flink_recording != FORMAT {
        let problem = format!("it has format {}, and this is format {FORMAT}", head.mock_flink_recording);
        return Err(nonsense(1, problem));
    }
    let mut exchanges = Vec::new();
    for (line, number) in lines.filter(|(line, _)| line.ends_with('\n')) {
        exchanges.push(serde_json::from_str(line).map_err(|error| nonsense(number, error.to_string()))?);
    }
    Ok(exchanges)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn every_exchange_is_read_back(
            target in ".{0,20}", request in proptest::collection::vec(0_u8.., 0..40), answer in ".{0,40}",
            status in 100_u16..600, too_long in proptest::option::of(0_u64..),
        ) {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("recording");
            let exchange = Exchange {
                method: "POST".to_owned(), target, request: Content::of(request), status,
                content_type: Some("text/plain".to_owned()), headers: vec![("a".to_owned(), "b".to_owned())],
                answer: too_long.map_or(Content::Text(answer), Content::TooLong), millis: 3,
            };
            let mut writer = Writer::create(&path, "http://x").unwrap();
            writer.add(&exchange).unwrap();
            writer.add(&exchange).unwrap();
            proptest::prop_assert_eq!(read(&path).unwrap(), vec![exchange.clone(), exchange]);
        }
    }

    #[test]
    fn an_interrupted_recording_is_read_to_where_it_is_whole() {
        let head = "{\"mock-flink-recording\":1,\"target\":\"http://x\"}\n";
        let line = "{\"method\":\"GET\",\"target\":\"/\",\"status\":200,\"headers\":[],\"millis\":1}\n";
        assert_eq!(parse(&format!("{head}{line}{}", &line[..20]), "f").unwrap().len(), 1);
        for (text, expected) in [
            ("", "f line 1 is no part of a recording: the file is empty"),
            ("[]\n", "f line 1"),
            ("{\"mock-flink-recording\":9,\"target\":\"\"}\n", "format 9"),
        ] {
            assert!(parse(text, "f").unwrap_err().to_string().contains(expected), "{text}");
        }
        assert!(parse(&format!("{head}{{}}\n"), "f").unwrap_err().to_string().contains("f line 2"));
    }
}
