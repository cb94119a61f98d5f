//! What the processes run with: files on the hosts, Java, ports, metrics.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::MemorySize;

/// Where things lie on the hosts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Installation {
    /// Flink's own directory. Default: /opt/flink.
    #[schemars(with = "String")]
    pub home: PathBuf,
    /// Where configuration and stores are put. Default: /etc/flink.
    #[schemars(with = "String")]
    pub configuration: PathBuf,
    /// Where processes log. Default: /var/log/flink for those that systemd starts, `log` of Flink's directory for others.
    #[schemars(with = "Option<String>")]
    pub logs: Option<PathBuf>,
    /// Directories for temporary files. Default: /tmp.
    #[schemars(with = "Vec<String>")]
    pub temporary: Vec<PathBuf>,
    /// The account that runs Flink. Default: flink.
    pub user: String,
}

impl Default for Installation {
    fn default() -> Self {
        Self {
            home: "/opt/flink".into(),
            configuration: "/etc/flink".into(),
            logs: None,
            temporary: Vec::new(),
            user: "flink".to_owned(),
        }
    }
}

impl Installation {
    /// Where processes that systemd starts log.
    pub fn service_logs(&self) -> &Path {
        self.logs.as_deref().unwrap_or(Path::new("/var/log/flink"))
    }
}

/// The Java virtual machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Jvm {
    /// `JAVA_HOME` on the hosts. Default: what the account has.
    #[schemars(with = "Option<String>")]
    pub home: Option<PathBuf>,
    /// The garbage collector: `g1`, `parallel`, `serial` or `z`. Default: Java's choice, G1 on machines with two CPUs and 2 GB.
    pub garbage_collector: Option<GarbageCollector>,
    /// Whether the packages are opened that Flink's reflection needs from Java 17 on. Default: true.
    pub open_packages: bool,
    /// Options of every process. Sizes of the heap do not belong here: Flink derives them from `memory`.
    pub options: Vec<String>,
    /// Further options of JobManagers.
    pub job_manager_options: Vec<String>,
    /// Further options of TaskManagers.
    pub task_manager_options: Vec<String>,
}

impl Default for Jvm {
    fn default() -> Self {
        Self {
            home: None,
            garbage_collector: None,
            open_packages: true,
            options: Vec::new(),
            job_manager_options: Vec::new(),
            task_manager_options: Vec::new(),
        }
    }
}

/// A garbage collector of Java 11 and later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GarbageCollector {
    /// Short pauses on large heaps.
    G1,
    /// Throughput.
    Parallel,
    /// One thread.
    Serial,
    /// Pauses below a millisecond; production-ready from Java 15.
    Z,
}

impl GarbageCollector {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::G1, Self::Parallel, Self::Serial, Self::Z];

    /// The option that chooses it.
    pub fn option(self) -> &'static str {
        match self {
            Self::G1 => "-XX:+UseG1GC",
            Self::Parallel => "-XX:+UseParallelGC",
            Self::Serial => "-XX:+UseSerialGC",
            Self::Z => "-XX:+UseZGC",
        }
    }
}

/// The REST endpoint and dashboard.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Rest {
    /// Its port. Default: 8081.
    pub port: Option<u16>,
    /// The address it listens on, on hosts: `own` for the one that the JobManager's name stands for, `all`, or an address.
    /// Default: own. (Flink's is all.)
    pub bind: Option<String>,
    /// The name under which clients reach it, where that is another than the JobManager's: goes into its certificate.
    pub names: Vec<String>,
    /// Whether jars may be uploaded and jobs submitted and cancelled over it. Default: true.
    pub submit: Option<bool>,
}

/// Ports that are fixed, for firewalls. What is not said is chosen by Flink on hosts, and by flinkops on Kubernetes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Ports {
    /// The JobManager's RPC. Default: 6123.
    pub job_manager_rpc: Option<u16>,
    /// The JobManager's blob server. Default: any; 6124 on Kubernetes.
    pub blob: Option<u16>,
    /// The TaskManagers' RPC. Default: any; 6122 on Kubernetes.
    pub task_manager_rpc: Option<u16>,
    /// The TaskManagers' data. Default: any; 6121 on Kubernetes.
    pub task_manager_data: Option<u16>,
    /// What the JobManager asks for metrics. Default: any; 6125 on Kubernetes.
    pub metric_queries: Option<u16>,
}

/// Network memory of TaskManagers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Network {
    /// The part of Flink's memory that it takes, such as `0.1`. Default: 0.1.
    pub fraction: Option<String>,
    /// The least it takes. Default: 64m.
    #[schemars(with = "Option<String>")]
    pub min: Option<MemorySize>,
    /// The most it takes. Default: no limit from 1.19 on, 1g before.
    #[schemars(with = "Option<String>")]
    pub max: Option<MemorySize>,
}

/// What is measured, and who may fetch it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Metrics {
    /// The port on which every process shows its metrics to Prometheus, usually 9249; where processes share a machine, the
    /// next ones, too. Default: none.
    pub prometheus: Option<u16>,
}
