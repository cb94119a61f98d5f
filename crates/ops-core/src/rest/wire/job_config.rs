//! `GET /jobs/:jobid/config`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::JobId;

/// A job's execution configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobConfig {
    /// The job.
    pub jid: JobId,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// What the program configured; left out for a job whose program could not be read.
    #[serde(default, rename = "execution-config", skip_serializing_if = "Option::is_none")]
    pub execution_config: Option<ExecutionConfig>,
}

/// What the program configured.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct ExecutionConfig {
    /// `PIPELINED` (1.x).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_mode: Option<String>,
    /// The restart strategy, described for people.
    pub restart_strategy: String,
    /// The default parallelism of its operators; `-1` when the cluster's default applies.
    pub job_parallelism: i32,
    /// Whether objects are reused between functions.
    pub object_reuse_mode: bool,
    /// Global job parameters.
    pub user_config: BTreeMap<String, String>,
}
