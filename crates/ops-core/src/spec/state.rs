//! What a cluster keeps, and what it does when something fails: high availability, checkpoints, state, restarts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::FlinkDuration;

/// What happens when a JobManager is lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct HighAvailability {
    /// Who chooses the leader: `none`, `zookeeper`, or `kubernetes` (through ConfigMaps). Default: none, and jobs are lost
    /// with their JobManager.
    pub mode: HighAvailabilityMode,
    /// A directory that every JobManager reaches, for the metadata of jobs: `hdfs:///flink/ha`, `s3://bucket/ha`.
    pub storage: Option<String>,
    /// The ZooKeeper servers, as `host:port`.
    pub quorum: Vec<String>,
    /// The node of ZooKeeper below which Flink writes. Default: /flink.
    pub root: Option<String>,
    /// Whether the quorum is the ZooKeeper that Flink brings along, started by `bin/start-zookeeper-quorum.sh`; a `zoo.cfg` is
    /// written then. Default: false.
    pub bundled: bool,
}

/// Who chooses the leader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HighAvailabilityMode {
    /// Nobody: there is one JobManager, and its jobs end with it.
    #[default]
    None,
    /// ZooKeeper.
    #[serde(rename = "zookeeper")]
    ZooKeeper,
    /// Kubernetes, through ConfigMaps.
    Kubernetes,
}

/// Checkpoints and savepoints. What is not said here is decided by the jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Checkpoints {
    /// Where checkpoints are kept; every process must reach it: `hdfs://namenode:8020/flink/checkpoints`.
    pub directory: Option<String>,
    /// Where savepoints are kept, where a request names no other place.
    pub savepoints: Option<String>,
    /// How often one is taken, such as `60 s`. Default: never, unless the job says so.
    #[schemars(with = "Option<String>")]
    pub interval: Option<FlinkDuration>,
    /// `exactly-once` or `at-least-once`. Default: exactly-once.
    pub mode: Option<CheckpointMode>,
    /// After how long one is given up. Default: 10 min.
    #[schemars(with = "Option<String>")]
    pub timeout: Option<FlinkDuration>,
    /// The least time between the end of one and the begin of the next. Default: none.
    #[schemars(with = "Option<String>")]
    pub min_pause: Option<FlinkDuration>,
    /// What becomes of the last one when its job is cancelled: `retain`, `delete`, or `none` to keep it in no form that a job
    /// could be restored from. Default: none, as Flink's; `retain` is what saves jobs.
    pub on_cancellation: Option<OnCancellation>,
    /// How many are kept. Default: 1.
    pub retained: Option<u32>,
}

/// How often a record is counted when a job recovers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CheckpointMode {
    /// Once.
    ExactlyOnce,
    /// At least once.
    AtLeastOnce,
}

/// What becomes of a cancelled job's last checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnCancellation {
    /// It stays.
    Retain,
    /// It goes.
    Delete,
    /// Checkpoints are not written for others to find.
    None,
}

/// Where the state of running jobs lies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct State {
    /// `hashmap` (on the heap), `rocksdb` (in managed memory and on local disks), or the class of a factory. Default:
    /// hashmap.
    pub backend: Option<String>,
    /// Whether a checkpoint of RocksDB holds only what is new. Default: false, as Flink's.
    pub incremental: Option<bool>,
    /// Local directories for RocksDB, on fast disks. Default: the temporary directories.
    pub local_directories: Vec<String>,
}

/// What happens when a job fails.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Restart {
    /// `none`, `fixed-delay`, `exponential-delay` or `failure-rate`. Default: Flink's own, which differs with checkpoints and
    /// versions.
    pub strategy: Option<RestartStrategy>,
    /// How often a job is restarted: with `fixed-delay` in all, with `failure-rate` in one interval.
    pub attempts: Option<u32>,
    /// How long it rests before it is started again, such as `30 s`; with `exponential-delay` at first.
    #[schemars(with = "Option<String>")]
    pub delay: Option<FlinkDuration>,
}

/// When a failed job is started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RestartStrategy {
    /// Never.
    None,
    /// So many times, with the same rest before each.
    FixedDelay,
    /// With longer and longer rests.
    ExponentialDelay,
    /// Unless it fails too often within an interval.
    FailureRate,
}

impl RestartStrategy {
    /// As Flink writes it.
    pub fn flink_name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::FixedDelay => "fixed-delay",
            Self::ExponentialDelay => "exponential-delay",
            Self::FailureRate => "failure-rate",
        }
    }

    /// The key for how often it restarts, where it counts.
    pub fn attempts_key(self) -> Option<&'static str> {
        match self {
            Self::FixedDelay => Some("restart-strategy.fixed-delay.attempts"),
            Self::FailureRate => Some("restart-strategy.failure-rate.max-failures-per-interval"),
            Self::None | Self::ExponentialDelay => None,
        }
    }

    /// The key for the rest before it restarts.
    pub fn delay_key(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::FixedDelay => Some("restart-strategy.fixed-delay.delay"),
            Self::FailureRate => Some("restart-strategy.failure-rate.delay"),
            Self::ExponentialDelay => Some("restart-strategy.exponential-delay.initial-backoff"),
        }
    }

    /// What Flink writes so.
    pub fn from_flink(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "none" | "off" | "disable" => Some(Self::None),
            "fixeddelay" | "fixed-delay" => Some(Self::FixedDelay),
            "exponentialdelay" | "exponential-delay" => Some(Self::ExponentialDelay),
            "failurerate" | "failure-rate" => Some(Self::FailureRate),
            _ => None,
        }
    }
}
