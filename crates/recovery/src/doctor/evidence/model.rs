//! The whole of it.

use std::collections::BTreeMap;

use ops_core::ids::TaskManagerId;
use ops_core::rest::wire::cluster::ClusterOverview;
use ops_core::rest::wire::task_managers::{TaskManager, TaskManagerMetrics};
use serde::{Deserialize, Serialize};

use super::job::JobEvidence;
use super::log::Log;

/// What was seen of a cluster. Everything is optional: what could not be asked stands in `gaps`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// When, in milliseconds since 1970, by the asker's clock.
    pub at: i64,
    /// The cluster's address.
    pub cluster: Option<String>,
    /// Its Flink, `1.20.5`.
    pub version: Option<String>,
    /// Why it could not be asked at all.
    pub unreachable: Option<Unreachable>,
    /// The job that was asked for and is not there.
    pub missing_job: Option<String>,
    /// TaskManagers, slots, jobs by state.
    pub overview: Option<ClusterOverview>,
    /// The JobManager's configuration; Flink hides secrets.
    pub settings: BTreeMap<String, String>,
    /// The jobs that were looked at.
    pub jobs: Vec<JobEvidence>,
    /// The TaskManagers.
    pub task_managers: Vec<TaskManager>,
    /// Memory of those that were asked.
    pub memory: BTreeMap<TaskManagerId, TaskManagerMetrics>,
    /// Milliseconds of garbage collection a second, of those that were asked; 1.19 and later.
    pub collecting: BTreeMap<TaskManagerId, f64>,
    /// What the logs have of exceptions.
    pub logs: Vec<Log>,
    /// What `conf lint` says.
    pub lint: Vec<Note>,
    /// Alerts of Flink that fire in Prometheus.
    pub alerts: Vec<Note>,
    /// What is not known, and why.
    pub gaps: Vec<String>,
    /// Requests to the cluster.
    pub requests: u32,
}

/// Why a cluster could not be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreachable {
    /// In a sentence.
    pub why: String,
    /// It was TLS.
    pub tls: bool,
}

/// What another tool says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Note {
    /// Its rule or alert.
    pub code: String,
    /// `error`, `warning` or `info`.
    pub severity: String,
    /// What it says.
    pub message: String,
    /// Where: a file and a line, or labels.
    pub place: String,
    /// How to mend it.
    pub help: Option<String>,
}

impl Evidence {
    /// The value of a setting, under any of these names.
    pub fn setting(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.settings.get(*name)).map(String::as_str)
    }

    /// Whether the configuration is known.
    pub fn knows_settings(&self) -> bool {
        !self.settings.is_empty()
    }

    /// The host of a TaskManager, as people know it: `host:port` of its RPC address.
    pub fn host_of(&self, id: &TaskManagerId) -> String {
        let found = self.task_managers.iter().find(|one| one.id == *id);
        let address = found.and_then(|one| one.path.split('@').nth(1)?.split('/').next());
        address.map_or_else(|| id.0.clone(), str::to_owned)
    }
}
