//! What a migration does, and what it found.

use ops_core::conf::ConfDocument;
use serde::Serialize;

use crate::finding::Report;

/// A configuration for another version.
#[derive(Clone, Debug)]
pub struct Migration {
    /// The new file.
    pub document: ConfDocument,
    /// What was changed, in the order of the old file.
    pub steps: Vec<Step>,
    /// Options that are not set, and for which the versions have different defaults.
    pub defaults: Vec<ChangedDefault>,
    /// What the new version would make of the new file.
    pub left: Report,
}

/// A change of one entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Step {
    /// The file is in the other dialect now.
    Converted {
        /// The file that the old version reads.
        from: &'static str,
        /// The file that the new version reads.
        to: &'static str,
    },
    /// The option has another name.
    Renamed {
        /// The line in the old file.
        line: usize,
        /// The old key.
        key: String,
        /// The new key.
        to: String,
    },
    /// Other keys say the same in the new version.
    Replaced {
        /// The line in the old file.
        line: usize,
        /// The old key, now a comment.
        key: String,
        /// The new keys.
        by: Vec<String>,
        /// Why.
        reason: String,
    },
    /// The value has another form.
    Rewritten {
        /// The line in the old file.
        line: usize,
        /// The key.
        key: String,
        /// Why.
        reason: String,
    },
    /// The new version has nothing like it; the entry is a comment now.
    Removed {
        /// The line in the old file.
        line: usize,
        /// The old key.
        key: String,
        /// Why.
        reason: String,
    },
    /// The old version did not read it either; the entry is a comment now.
    Ignored {
        /// The line in the old file.
        line: usize,
        /// The key.
        key: String,
        /// Why.
        reason: String,
    },
    /// It needs a person's decision, and is as it was.
    Unsettled {
        /// The line in the old file.
        line: usize,
        /// The key.
        key: String,
        /// What is to be decided.
        reason: String,
    },
    /// The default of the old version, set to keep it.
    Pinned {
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
}

/// An option whose default is not what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangedDefault {
    /// The key in the new version.
    pub key: &'static str,
    /// The default in the old version; `None`: there was none, or Flink computed it.
    pub was: Option<String>,
    /// The default in the new version.
    pub is: Option<String>,
}
