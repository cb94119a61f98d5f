//! `GET /jobs/:jobid/execution-result`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::operations::{FailureCause, QueueStatus};
use crate::ids::JobId;

/// How a job ended; without a result as long as it goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionResultBody {
    /// Whether it ended.
    pub status: QueueStatus,
    /// How.
    #[serde(default, rename = "job-execution-result", skip_serializing_if = "Option::is_none")]
    pub result: Option<ExecutionResult>,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ExecutionResult {
    /// The job.
    pub id: JobId,
    /// Its name (2.x).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `SUCCEEDED`, `FAILED` or `CANCELED`.
    pub application_status: String,
    /// The Java-serialized accumulators, in base64.
    #[serde(default)]
    pub accumulator_results: BTreeMap<String, String>,
    /// Milliseconds from start to end.
    #[serde(default)]
    pub net_runtime: i64,
    /// Why it failed; left out when it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_cause: Option<FailureCause>,
    /// The application it belongs to (late 2.x); left out when the job failed before it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_id: Option<String>,
    /// When it was submitted (late 2.x).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_time: Option<i64>,
    /// When it ended (late 2.x).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_time: Option<i64>,
}
