//! What a rule finds, in the shape that `conf lint -o json` promises to other programs.

use std::fmt;

use ops_core::conf::ConfDocument;
use ops_core::secret::Secret;
use serde::Serialize;
use serde::ser::SerializeStruct as _;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It works, and there is a better way.
    Info,
    /// It works differently from what it says, or weakens the cluster.
    Warning,
    /// It has no effect, or Flink refuses it.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// One thing that a rule found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The rule (`FC001`).
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The key that it is about; `None` where it is about a line or the file.
    pub key: Option<String>,
    /// The file, as the caller named it.
    pub file: String,
    /// Line, from 1. Of something missing: the line that asks for it.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong. It never holds a secret.
    pub message: String,
    /// What to do.
    pub help: String,
    /// An edit that mends it, where one is known.
    pub fix: Option<Fix>,
}

/// Edits that mend one finding, together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// Whether the configuration means the same to Flink afterwards. An unsafe fix changes what Flink does, to what
    /// the writer most likely meant.
    pub safe: bool,
    /// In this order.
    pub edits: Vec<Edit>,
}

/// A change of one entry. Everything around it stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "op", rename_all = "kebab-case")]
pub enum Edit {
    /// Gives an entry another key.
    Rename {
        /// The key.
        key: String,
        /// The new key, not yet in the document.
        to: String,
    },
    /// Gives an entry another value.
    Set {
        /// The key.
        key: String,
        /// The new value.
        value: String,
    },
    /// Turns an entry into a comment.
    CommentOut {
        /// The key.
        key: String,
        /// Written beside it.
        reason: String,
    },
    /// Adds an entry.
    Append {
        /// The key, not yet in the document.
        key: String,
        /// The value.
        value: String,
    },
    /// Gives an entry the value of another one, which is not repeated here: it may be a password.
    Copy {
        /// The key to copy from.
        key: String,
        /// The key to copy to.
        to: String,
    },
    /// Gives entries a new random password, all the same one. It is made when the edit is applied.
    Generate {
        /// The keys.
        keys: Vec<String>,
    },
    /// Replaces a line of a file. Nothing is done where the line has changed in the meantime.
    Line {
        /// The file, as findings name it.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What stands there.
        from: String,
        /// What is to stand there.
        to: String,
    },
}

impl Edit {
    /// The keys that the edit reads or writes.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let (keys, to): (&[String], _) = match self {
            Self::Rename { key, to } | Self::Copy { key, to } => (std::slice::from_ref(key), Some(to)),
            Self::Set { key, .. } | Self::CommentOut { key, .. } | Self::Append { key, .. } => {
                (std::slice::from_ref(key), None)
            }
            Self::Generate { keys } => (keys, None),
            Self::Line { .. } => (&[], None),
        };
        keys.iter().chain(to).map(String::as_str)
    }

    /// What two fixes must not both touch: the keys, or the line.
    pub(crate) fn touches(&self) -> Vec<String> {
        match self {
            Self::Line { file, line, .. } => vec![format!("{file}:{line}")],
            _ => self.keys().map(str::to_owned).collect(),
        }
    }

    /// Whether the document could take it; it is as it was otherwise.
    pub(crate) fn apply(&self, document: &mut ConfDocument) -> bool {
        match self {
            Self::Rename { key, to } => document.rename(key, to).is_ok(),
            Self::Set { key, value } | Self::Append { key, value } => document.set(key, value).is_ok(),
            Self::CommentOut { key, reason } => document.comment_out(key, reason),
            Self::Copy { key, to } => {
                let value = document.get(key).map(Secret::new);
                value.is_some_and(|value| document.set(to, value.expose()).is_ok())
            }
            Self::Generate { keys } => {
                let password = Secret::generate();
                keys.iter().all(|key| document.set(key, password.expose()).is_ok())
            }
            Self::Line { line, from, to, .. } => document.replace_line(*line, from, to),
        }
    }
}

/// What the edit does, for the reader.
impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rename { key, to } => write!(f, "rename `{key}` to `{to}`"),
            Self::Set { key, value } => write!(f, "set `{key}` to `{value}`"),
            Self::CommentOut { key, .. } => write!(f, "comment out `{key}`"),
            Self::Append { key, value } => write!(f, "add `{key}: {value}`"),
            Self::Copy { key, to } => write!(f, "give `{to}` the value of `{key}`"),
            Self::Generate { keys } => {
                let keys: Vec<_> = keys.iter().map(|key| format!("`{key}`")).collect();
                write!(f, "give {} a generated password", keys.join(" and "))
            }
            Self::Line { file, line, to, .. } => write!(f, "make line {line} of {file} `{to}`"),
        }
    }
}

/// Everything found in one file or more, in the order of the files and their lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The findings.
    pub findings: Vec<Finding>,
}

/// How many findings of each severity there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Remarks.
    pub infos: usize,
}

impl Report {
    /// Counts the findings.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for finding in &self.findings {
            match finding.severity {
                Severity::Error => summary.errors += 1,
                Severity::Warning => summary.warnings += 1,
                Severity::Info => summary.infos += 1,
            }
        }
        summary
    }

    /// The worst severity; `None` where nothing was found.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}

/// Reports of several files become one.
impl Extend<Self> for Report {
    fn extend<I: IntoIterator<Item = Self>>(&mut self, reports: I) {
        self.findings.extend(reports.into_iter().flat_map(|report| report.findings));
    }
}

impl FromIterator<Report> for Report {
    fn from_iter<I: IntoIterator<Item = Self>>(reports: I) -> Self {
        let mut all = Self::default();
        all.extend(reports);
        all
    }
}

impl Serialize for Report {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Report", 2)?;
        object.serialize_field("findings", &self.findings)?;
        object.serialize_field("summary", &self.summary())?;
        object.end()
    }
}
