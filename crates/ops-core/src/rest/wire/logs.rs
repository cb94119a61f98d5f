//! Lists of log files: `/jobmanager/logs`, `/taskmanagers/:taskmanagerid/logs`.

use serde::{Deserialize, Serialize};

/// The files in the log directory of a process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LogList {
    /// One entry a file.
    pub logs: Vec<LogFile>,
}

/// A log file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LogFile {
    /// The file name, as `/logs/:filename` takes it.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Last modification, milliseconds since 1970.
    pub mtime: i64,
}

/// Where a job's logs are served (`…/log-url`), for clusters that archive logs elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LogUrl {
    /// The address, or `null` when the cluster knows none.
    pub url: Option<String>,
}
