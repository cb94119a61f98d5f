//! `zoo.cfg`, for the ZooKeeper that Flink brings along.

use std::fmt::Write as _;

use ops_core::spec::{ClusterSpec, HighAvailabilityMode};

/// Where it keeps its data. systemd makes the directory.
pub(super) const DATA: &str = "/var/lib/flink/zookeeper";

/// The file, if the quorum is Flink's own.
pub(super) fn configuration(spec: &ClusterSpec) -> Option<String> {
    let ha = &spec.high_availability;
    if ha.mode != HighAvailabilityMode::ZooKeeper || !ha.bundled {
        return None;
    }
    let mut text = format!(
        "# The ZooKeeper that Flink brings along. A quorum of three goes on without one of them.\n\
         tickTime=2000\ninitLimit=10\nsyncLimit=5\ndataDir={DATA}\n"
    );
    let servers: Vec<_> = ha.quorum.iter().filter_map(|server| server.rsplit_once(':')).collect();
    let port = servers.first().map_or("2181", |(_, port)| port.split('/').next().unwrap_or(port));
    let _ = writeln!(text, "clientPort={port}");
    for (number, (host, _)) in (1..).zip(servers) {
        let _ = writeln!(text, "server.{number}={host}:2888:3888");
    }
    Some(text)
}

/// The hosts of Flink's own quorum, with their numbers.
pub(super) fn servers(spec: &ClusterSpec) -> Vec<(usize, &str)> {
    if configuration(spec).is_none() {
        return Vec::new();
    }
    let hosts = spec.high_availability.quorum.iter().filter_map(|server| server.rsplit_once(':'));
    (1..).zip(hosts.map(|(host, _)| host)).collect()
}
