//! `GET /jobs/:jobid/exceptions`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::optional::nullable;

/// What made the job fail, latest first. The legacy fields were dropped in 2.0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JobExceptions {
    /// The stack trace of the latest failure (1.x); the inner `None` is `null`: the job never failed.
    #[serde(
        rename = "root-exception",
        skip_serializing_if = "Option::is_none",
        deserialize_with = "nullable"
    )]
    pub root_exception: Option<Option<String>>,
    /// When that was (1.x).
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable")]
    pub timestamp: Option<Option<i64>>,
    /// Failures of single tasks (1.x).
    #[serde(rename = "all-exceptions", skip_serializing_if = "Option::is_none")]
    pub all_exceptions: Option<Vec<TaskException>>,
    /// Whether `all-exceptions` was cut (1.x).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncated: Option<bool>,
    /// The failures that made the job, or a region of it, restart.
    #[serde(rename = "exceptionHistory")]
    pub exception_history: ExceptionHistory,
}

impl JobExceptions {
    /// The stack trace of the latest failure, whichever version says so.
    pub fn latest(&self) -> Option<&str> {
        match self.exception_history.entries.first() {
            Some(entry) => Some(&entry.stacktrace),
            None => self.root_exception.as_ref()?.as_deref(),
        }
    }
}

/// A failure of one task, in the legacy list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskException {
    /// The stack trace.
    pub exception: String,
    /// `Source: orders -> parse (1/4)`.
    pub task: String,
    /// `<host>:<data port>` of its TaskManager, or `(unassigned)`.
    pub location: String,
    /// The same (1.19 and later).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// When it failed.
    pub timestamp: i64,
    /// Its TaskManager, or `(unassigned)`.
    #[serde(rename = "taskManagerId")]
    pub task_manager_id: String,
}

/// The failures that made the job restart, latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExceptionHistory {
    /// One entry a restart, or the final failure.
    pub entries: Vec<ExceptionEntry>,
    /// Whether older entries were left out.
    pub truncated: bool,
}

/// A failure that made the job restart, and those that came with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExceptionEntry {
    /// The class of the exception.
    #[serde(rename = "exceptionName")]
    pub exception_name: String,
    /// Class, message and stack trace.
    pub stacktrace: String,
    /// When it happened.
    pub timestamp: i64,
    /// Labels from failure enrichers.
    #[serde(rename = "failureLabels")]
    pub failure_labels: BTreeMap<String, String>,
    /// The task attempt that failed; left out for a failure of the whole job.
    #[serde(rename = "taskName", skip_serializing_if = "Option::is_none")]
    pub task_name: Option<String>,
    /// `<host>:<data port>` of its TaskManager (1.x).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The same (1.19 and later).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Its TaskManager.
    #[serde(rename = "taskManagerId", skip_serializing_if = "Option::is_none")]
    pub task_manager_id: Option<String>,
    /// Failures that happened before the restart it caused; left out in those themselves.
    #[serde(rename = "concurrentExceptions", skip_serializing_if = "Option::is_none")]
    pub concurrent_exceptions: Option<Vec<ExceptionEntry>>,
}
