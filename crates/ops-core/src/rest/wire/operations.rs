//! Asynchronous operations: savepoints, stopping, checkpoints, disposal. A `POST` answers a trigger id, which is polled.

use serde::{Deserialize, Serialize};

use crate::ids::TriggerId;

/// The answer of a trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriggerResponse {
    /// Polled under this id.
    #[serde(rename = "request-id")]
    pub request_id: TriggerId,
}

/// Whether an operation, or a job, is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Progress {
    /// It goes on.
    InProgress,
    /// It is over, with or without success.
    Completed,
}

/// [`Progress`], as the wire wraps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueStatus {
    /// The progress.
    pub id: Progress,
}

/// The answer of a poll. `operation` is `null` as long as the operation goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsyncResult<T> {
    /// Whether it is over.
    pub status: QueueStatus,
    /// What came out.
    pub operation: Option<T>,
}

impl<T> AsyncResult<T> {
    /// It goes on.
    pub const fn in_progress() -> Self {
        Self { status: QueueStatus { id: Progress::InProgress }, operation: None }
    }

    /// It is over.
    pub const fn completed(operation: T) -> Self {
        Self { status: QueueStatus { id: Progress::Completed }, operation: Some(operation) }
    }
}

/// What came out of a savepoint or of stopping: a location or a failure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SavepointResult {
    /// Where the savepoint is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Why there is none.
    #[serde(rename = "failure-cause", skip_serializing_if = "Option::is_none")]
    pub failure_cause: Option<FailureCause>,
}

/// What came out of a checkpoint: its number or a failure. Both fields are camel case, unlike those of a savepoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct CheckpointResult {
    /// The checkpoint's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint_id: Option<i64>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_cause: Option<FailureCause>,
}

/// What came out of an operation without a result of its own (disposal).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OperationInfo {
    /// Why it failed; left out when it did not.
    #[serde(rename = "failure-cause", skip_serializing_if = "Option::is_none")]
    pub failure_cause: Option<FailureCause>,
}

/// An exception of the JobManager.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct FailureCause {
    /// Its class.
    pub class: String,
    /// Class, message, stack trace, causes.
    pub stack_trace: String,
    /// The Java-serialized exception, in base64. Flink's own client reads nothing else.
    pub serialized_throwable: Option<String>,
}

impl FailureCause {
    /// The first line of the innermost cause: what a person should read.
    pub fn root_message(&self) -> &str {
        let root = self.stack_trace.rsplit("Caused by: ").next().unwrap_or(&self.stack_trace);
        root.lines().next().unwrap_or(&self.class)
    }
}

/// The format of a savepoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SavepointFormat {
    /// The same for every state backend.
    Canonical,
    /// The state backend's own.
    Native,
}

/// `POST /jobs/:jobid/savepoints`. Missing fields are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SavepointTrigger {
    /// The directory under which the savepoint gets its own; the cluster's default when missing.
    #[serde(rename = "target-directory", skip_serializing_if = "Option::is_none")]
    pub target_directory: Option<String>,
    /// Whether to cancel the job afterwards.
    #[serde(rename = "cancel-job", skip_serializing_if = "Option::is_none")]
    pub cancel_job: Option<bool>,
    /// The format; canonical when missing.
    #[serde(rename = "formatType", skip_serializing_if = "Option::is_none")]
    pub format_type: Option<SavepointFormat>,
    /// A trigger id of the caller's choice: asking twice with the same one starts nothing new.
    #[serde(rename = "triggerId", skip_serializing_if = "Option::is_none")]
    pub trigger_id: Option<TriggerId>,
}

/// `POST /jobs/:jobid/stop`. Missing fields are left out. Polled under `…/savepoints/:triggerid`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct StopTrigger {
    /// The directory under which the savepoint gets its own; the cluster's default when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_directory: Option<String>,
    /// Whether to send the end of time first, so that all windows fire.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drain: Option<bool>,
    /// The format; canonical when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format_type: Option<SavepointFormat>,
    /// A trigger id of the caller's choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger_id: Option<TriggerId>,
}

/// What kind of checkpoint to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CheckpointType {
    /// As the job is configured.
    Configured,
    /// The whole state.
    Full,
    /// What changed.
    Incremental,
}

/// `POST /jobs/:jobid/checkpoints`. Missing fields are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct CheckpointTrigger {
    /// The kind; as configured when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint_type: Option<CheckpointType>,
    /// A trigger id of the caller's choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger_id: Option<TriggerId>,
}

/// `POST /savepoint-disposal`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DisposalTrigger {
    /// The savepoint to delete.
    #[serde(rename = "savepoint-path")]
    pub savepoint_path: Option<String>,
}
