//! `/config` and `/overview`.

use serde::{Deserialize, Serialize};

/// `GET /config`: what the dashboard asks first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct DashboardConfig {
    /// How often the dashboard refreshes, in milliseconds.
    pub refresh_interval: i64,
    /// The JobManager's time zone.
    pub timezone_name: String,
    /// Its offset from UTC in milliseconds.
    pub timezone_offset: i64,
    /// `1.20.5`.
    pub flink_version: String,
    /// `<commit> @ <date>`.
    pub flink_revision: String,
    /// What the dashboard may offer.
    pub features: Features,
}

/// What the dashboard may offer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Features {
    /// Jars can be uploaded and run.
    pub web_submit: bool,
    /// Jobs can be cancelled.
    pub web_cancel: bool,
    /// Jobs can be rescaled in place.
    pub web_rescale: bool,
    /// This is a history server.
    pub web_history: bool,
}

/// `GET /overview`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct ClusterOverview {
    /// Registered TaskManagers.
    pub taskmanagers: u32,
    /// All slots.
    pub slots_total: u32,
    /// Free slots.
    pub slots_available: u32,
    /// Jobs that have not reached a terminal state.
    pub jobs_running: u32,
    /// Jobs in state FINISHED.
    pub jobs_finished: u32,
    /// Jobs in state CANCELED.
    pub jobs_cancelled: u32,
    /// Jobs in state FAILED.
    pub jobs_failed: u32,
    /// `1.20.5`.
    pub flink_version: String,
    /// The commit Flink was built from.
    pub flink_commit: String,
    /// TaskManagers that are blocked; left out when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taskmanagers_blocked: Option<u32>,
    /// Free slots on blocked TaskManagers; left out when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slots_free_and_blocked: Option<u32>,
}
