//! What is to run on the machine.

use std::path::PathBuf;

use ops_core::version::FlinkVersion;

/// What is to run on the machine.
#[derive(Clone, Debug)]
pub struct Request {
    /// Which Flink.
    pub flink: FlinkVersion,
    /// The processes, with the memory of each where that is known.
    pub processes: Vec<Process>,
    /// Task slots.
    pub slots: u32,
    /// The JDK; the one of `JAVA_HOME`, or the `java` on the path, is for the caller to find.
    pub java_home: Option<PathBuf>,
    /// Ports that are to be listened on.
    pub ports: Vec<Port>,
    /// Directories that are written into.
    pub directories: Vec<Directory>,
    /// Keystores and keytabs.
    pub secrets: Vec<PathBuf>,
    /// Who runs the processes; who runs this, where it is not said.
    pub user: Option<String>,
    /// Hosts that have to be found by their names, and this host's own name.
    pub hosts: Vec<String>,
    /// Where checkpoints, savepoints and metadata go, as URIs.
    pub storage: Vec<String>,
    /// The address of an object store that is not Amazon's.
    pub s3_endpoint: Option<String>,
    /// Flink's directory, where it is known.
    pub flink_home: Option<PathBuf>,
    /// Whether `HADOOP_CLASSPATH` is set.
    pub hadoop_classpath: bool,
}

impl Request {
    /// Nothing but this Flink: one slot, no process, no port, no directory.
    pub fn new(flink: FlinkVersion) -> Self {
        Self {
            flink,
            processes: Vec::new(),
            slots: 1,
            java_home: None,
            ports: Vec::new(),
            directories: Vec::new(),
            secrets: Vec::new(),
            user: None,
            hosts: Vec::new(),
            storage: Vec::new(),
            s3_endpoint: None,
            flink_home: None,
            hadoop_classpath: false,
        }
    }
}

/// A process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// `JobManager` or `TaskManager`.
    pub name: &'static str,
    /// The bytes that it takes in all.
    pub memory: Option<u64>,
}

/// A port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its number.
    pub number: u16,
    /// What listens there: the configuration key, or what the user said.
    pub what: String,
}

/// What a directory is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Logs.
    Logs,
    /// Temporary files: native libraries are unpacked here, jars kept, results spilled.
    Temporary,
    /// The working state of RocksDB.
    State,
}

/// A directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// Where it is.
    pub path: PathBuf,
    /// What it is for.
    pub purpose: Use,
}
