//! What a check finds, in the shape that `secure check -o json` promises to other programs: that of `conf lint`, with
//! the evidence, and how much was looked at.

use std::fmt;

use serde::Serialize;
use serde::ser::SerializeStruct as _;

use super::codes::Code;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It works, and should be known.
    Info,
    /// It weakens the cluster, or works for some and not for others.
    Warning,
    /// Flink ends at start, its processes or clients do not reach each other, or the cluster is open.
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

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// Its code (`SC001`); [`super::codes::code`] explains it.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The configuration key that it is about; `None` where it is about a file.
    pub key: Option<String>,
    /// The file to look at.
    pub file: String,
    /// Line, from 1. Of something missing: the line that asks for it.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong, and what it leads to. It never holds a secret.
    pub message: String,
    /// How to mend it.
    pub help: String,
    /// An edit that mends it, where one is known.
    pub fix: Option<Fix>,
    /// What was seen, a line each. It never holds a secret.
    pub evidence: Vec<String>,
}

/// Edits that mend one finding, together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// Whether the configuration means the same to Flink afterwards.
    pub safe: bool,
    /// In this order.
    pub edits: Vec<Edit>,
}

/// A change of one entry, as `conf lint` writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "op", rename_all = "kebab-case")]
pub enum Edit {
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
}

impl Finding {
    /// Of an endpoint that was asked, at `address`.
    pub fn served(code: &'static Code, address: &str, message: String, help: &str, evidence: String) -> Self {
        Self {
            code: code.code,
            severity: code.severity,
            key: None,
            file: address.to_owned(),
            line: 1,
            column: 1,
            message,
            help: help.to_owned(),
            fix: None,
            evidence: vec![evidence],
        }
    }

    pub(crate) fn with_severity(self, severity: Severity) -> Self {
        Self { severity, ..self }
    }

    pub(crate) fn with_evidence(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.evidence.extend(lines);
        self
    }

    pub(crate) fn with_fix(self, safe: bool, edit: Edit) -> Self {
        Self { fix: Some(Fix { safe, edits: vec![edit] }), ..self }
    }
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

/// How much was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Configurations.
    pub hosts: usize,
    /// Stores that were decrypted; hosts that share a store count once.
    pub stores: usize,
    /// TLS handshakes, in this process.
    pub handshakes: usize,
}

/// Everything that was found, file by file and line by line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The findings.
    pub findings: Vec<Finding>,
    /// How much was looked at.
    pub checked: Checked,
}

impl Report {
    /// Counts the findings.
    pub fn summary(&self) -> Summary {
        let count = |severity| self.findings.iter().filter(|finding| finding.severity == severity).count();
        Summary {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
        }
    }

    /// The worst severity; `None` where nothing was found.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}

impl Serialize for Report {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Report", 3)?;
        object.serialize_field("findings", &self.findings)?;
        object.serialize_field("summary", &self.summary())?;
        object.serialize_field("checked", &self.checked)?;
        object.end()
    }
}
