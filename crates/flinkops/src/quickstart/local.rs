//! From the cluster's configuration to one that runs on this machine: loopback addresses, free ports, small
//! memory, local directories, short intervals. What reaches outside the machine is left out.

use std::path::Path;

use ops_core::catalogue::Catalogue;
use ops_core::conf::{ConfDocument, ConfError};
use ops_core::version::FlinkVersion;
use serde::Serialize;

use super::cluster::FlinkHome;

/// The ports of a local cluster.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ports {
    pub(crate) rest: u16,
    pub(crate) rpc: u16,
}

/// A key that has another value here than in the cluster's configuration.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Override {
    key: String,
    /// None: the key is left out.
    value: Option<String>,
}

/// Keys under these prefixes reach other machines or places of the host, or fit another machine's memory.
const LEFT_OUT: [&str; 14] = [
    "blob.",
    "env.log.",
    "env.pid.",
    "high-availability",
    "historyserver.",
    "io.tmp.dirs",
    "jobmanager.archive.",
    "jobmanager.memory.",
    "metrics.reporter",
    "security.kerberos.",
    "taskmanager.memory.",
    "web.tmpdir",
    "web.upload.dir",
    "zookeeper.",
];

/// JVM options that let Flink run on Java 17; the stock configuration of every version has them.
const JAVA_OPTIONS: &str = "env.java.opts.all";

/// The configuration to run with, and what in it differs from `cluster`.
pub(crate) fn overlay(
    cluster: &ConfDocument,
    version: FlinkVersion,
    ports: Ports,
    slots: u16,
    run: &Path,
    home: Option<&FlinkHome>,
) -> Result<(ConfDocument, Vec<Override>), ConfError> {
    let mut document = cluster.clone();
    let mut overrides = Vec::new();
    let outside: Vec<String> = document
        .entries()
        .map(|entry| entry.key.clone())
        .filter(|key| LEFT_OUT.iter().any(|prefix| key.starts_with(prefix)))
        .collect();
    for key in outside {
        document.unset(&key);
        overrides.push(Override { key, value: None });
    }
    for (key, value) in settings(version, ports, slots, run) {
        document.set(&key, &value)?;
        overrides.push(Override { key, value: Some(value) });
    }
    if let Some(stock) = home.and_then(|home| home.stock_value(JAVA_OPTIONS)) {
        let options = match document.get(JAVA_OPTIONS) {
            Some(own) if !own.contains(&stock) => format!("{stock} {own}"),
            Some(own) => own.to_owned(),
            None => stock,
        };
        document.set(JAVA_OPTIONS, &options)?;
    }
    Ok((document, overrides))
}

fn settings(version: FlinkVersion, ports: Ports, slots: u16, run: &Path) -> Vec<(String, String)> {
    let catalogue = Catalogue::of(version);
    // The newer names, where this version has them.
    let either = |newer: &'static str, older: &'static str| {
        if catalogue.option(newer).is_some() { newer } else { older }
    };
    let directory = |name: &str| format!("file://{}", run.join(name).display());
    let local = "localhost";
    [
        ("jobmanager.rpc.address", local.to_owned()),
        ("jobmanager.rpc.port", ports.rpc.to_string()),
        ("jobmanager.bind-host", local.to_owned()),
        ("taskmanager.bind-host", local.to_owned()),
        ("taskmanager.host", local.to_owned()),
        ("rest.address", local.to_owned()),
        ("rest.bind-address", local.to_owned()),
        ("rest.port", ports.rest.to_string()),
        ("rest.bind-port", ports.rest.to_string()),
        ("taskmanager.numberOfTaskSlots", slots.to_string()),
        ("jobmanager.memory.process.size", "1024m".to_owned()),
        ("taskmanager.memory.process.size", "1280m".to_owned()),
        ("taskmanager.memory.managed.fraction", "0.3".to_owned()),
        (either("execution.checkpointing.dir", "state.checkpoints.dir"), directory("checkpoints")),
        (either("execution.checkpointing.savepoint-dir", "state.savepoints.dir"), directory("savepoints")),
        ("execution.checkpointing.interval", "1 s".to_owned()),
        ("execution.checkpointing.min-pause", "100 ms".to_owned()),
        (either("restart-strategy.type", "restart-strategy"), "fixed-delay".to_owned()),
        ("restart-strategy.fixed-delay.attempts", "10".to_owned()),
        ("restart-strategy.fixed-delay.delay", "500 ms".to_owned()),
        // A lost TaskManager is noticed after two missed heartbeats.
        ("heartbeat.interval", "1000".to_owned()),
        ("heartbeat.timeout", "10000".to_owned()),
        ("io.tmp.dirs", run.join("tmp").display().to_string()),
        ("web.tmpdir", run.join("tmp").display().to_string()),
        ("env.log.dir", run.join("logs").display().to_string()),
        ("env.pid.dir", run.join("pids").display().to_string()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into()
}

#[cfg(test)]
mod tests {
    use ops_core::version::Dialect;

    use super::*;

    fn run_with(text: &str, dialect: Dialect, version: &str) -> (ConfDocument, Vec<Override>) {
        let cluster = ConfDocument::parse(text, dialect).unwrap();
        let ports = Ports { rest: 18081, rpc: 16123 };
        overlay(&cluster, version.parse().unwrap(), ports, 4, Path::new("/out/run"), None).unwrap()
    }

    #[test]
    fn nothing_reaches_outside_the_machine() {
        let text = "high-availability.type: zookeeper\nhigh-availability.storageDir: hdfs:///ha\n\
                    security.kerberos.login.principal: flink\ntaskmanager.memory.process.size: 16384m\n\
                    taskmanager.memory.managed.size: 8g\nstate.checkpoints.dir: hdfs:///c\n";
        let (document, overrides) = run_with(text, Dialect::Legacy, "1.18");
        let outside = |value: &str| value.contains("hdfs") || value.contains("zookeeper");
        assert!(document.entries().all(|entry| !outside(&entry.value)), "{}", document.to_text());
        assert_eq!(document.get("taskmanager.memory.managed.size"), None);
        assert_eq!(document.get("taskmanager.memory.process.size"), Some("1280m"));
        assert!(overrides.iter().any(|o| o.key == "high-availability.type" && o.value.is_none()));
    }

    #[test]
    fn directories_have_the_names_of_the_version() {
        let (old, _) = run_with("", Dialect::Legacy, "1.18");
        assert_eq!(old.get("state.savepoints.dir"), Some("file:///out/run/savepoints"));
        assert_eq!(old.get("execution.checkpointing.savepoint-dir"), None);
        let (new, _) = run_with("", Dialect::Yaml, "2.3");
        assert_eq!(new.get("execution.checkpointing.savepoint-dir"), Some("file:///out/run/savepoints"));
    }
}
