//! systemd units: processes in the foreground, started again when they end, with what they need and no more.

use std::fmt::Write as _;
use std::path::Path;

use ops_core::spec::ClusterSpec;

use super::zookeeper;
use crate::artifact::Artifact;

/// Each process holds a file for every connection, state file and jar.
const OPEN_FILES: u32 = 1_048_576;
/// Threads count as processes.
const PROCESSES: u32 = 65_536;

pub(super) fn render(spec: &ClusterSpec) -> Vec<Artifact> {
    let unit = |name: &str, process: &str, start: &str| {
        Artifact::public(Path::new("systemd").join(name), service(spec, process, start))
    };
    let mut units = vec![
        unit("flink-jobmanager.service", "JobManager", "jobmanager.sh start-foreground"),
        unit("flink-taskmanager.service", "TaskManager", "taskmanager.sh start-foreground"),
    ];
    if !zookeeper::servers(spec).is_empty() {
        units.push(unit("flink-zookeeper@.service", "ZooKeeper", "zookeeper.sh start-foreground %i"));
    }
    units
}

fn service(spec: &ClusterSpec, process: &str, start: &str) -> String {
    let files = &spec.installation;
    let (home, conf, logs) =
        (files.home.display(), files.configuration.display(), files.service_logs().display());
    let user = &files.user;
    let mut text = format!(
        "# Cluster {}: made by `flinkops render`.\n\
         [Unit]\n\
         Description=Apache Flink {process} of the cluster {}\n\
         Documentation=https://nightlies.apache.org/flink/flink-docs-release-{}/\n\
         Wants=network-online.target\n\
         After=network-online.target time-sync.target\n\
         # A process that fails at once, again and again, is tried on: its JobManager may come back.\n\
         StartLimitIntervalSec=0\n\n\
         [Service]\n\
         Type=exec\n\
         User={user}\n\
         Group={user}\n\
         Environment=FLINK_CONF_DIR={conf}\n\
         Environment=FLINK_LOG_DIR={logs}\n",
        spec.name,
        spec.name,
        spec.flink_version.line(),
    );
    if let Some(java) = &spec.jvm.home {
        let _ = writeln!(text, "Environment=JAVA_HOME={}", java.display());
    }
    let _ = write!(
        text,
        "ExecStart={home}/bin/{start}\n\
         Restart=always\n\
         RestartSec=10\n\
         # Java ends with 143 when it is asked to.\n\
         SuccessExitStatus=143\n\
         KillMode=mixed\n\
         TimeoutStopSec=60\n\
         LimitNOFILE={OPEN_FILES}\n\
         LimitNPROC={PROCESSES}\n\
         # Memory dumps hold passwords.\n\
         LimitCORE=0\n\
         UMask=0077\n\
         OOMPolicy=stop\n\n\
         # What Flink does not need. MemoryDenyWriteExecute is not among it: Java compiles while it runs.\n\
         NoNewPrivileges=yes\n\
         CapabilityBoundingSet=\n\
         ProtectSystem=strict\n\
         ProtectHome=yes\n\
         ProtectClock=yes\n\
         ProtectHostname=yes\n\
         ProtectKernelLogs=yes\n\
         ProtectKernelModules=yes\n\
         ProtectKernelTunables=yes\n\
         ProtectControlGroups=yes\n\
         PrivateDevices=yes\n\
         PrivateTmp=yes\n\
         RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6\n\
         RestrictNamespaces=yes\n\
         RestrictRealtime=yes\n\
         RestrictSUIDSGID=yes\n\
         LockPersonality=yes\n\
         SystemCallArchitectures=native\n"
    );
    for directory in writable(spec) {
        let _ = writeln!(text, "ReadWritePaths={directory}");
    }
    if process == "ZooKeeper" {
        text.push_str("StateDirectory=flink/zookeeper\n");
    }
    text.push_str("\n[Install]\nWantedBy=multi-user.target\n");
    text
}

/// Local directories that processes write into. A minus: it need not be there.
fn writable(spec: &ClusterSpec) -> Vec<String> {
    let files = &spec.installation;
    let mut all = vec![files.service_logs().display().to_string()];
    all.extend(files.temporary.iter().map(|dir| dir.display().to_string()));
    all.extend(spec.state.local_directories.iter().cloned());
    let uris = [&spec.checkpoints.directory, &spec.checkpoints.savepoints, &spec.high_availability.storage];
    all.extend(uris.into_iter().flatten().filter_map(|uri| local(uri)).map(|path| format!("-{path}")));
    all.retain(|path| path.trim_start_matches('-').starts_with('/'));
    all.dedup();
    all
}

/// The path of a directory on this machine.
fn local(uri: &str) -> Option<&str> {
    let path = uri.strip_prefix("file://").or_else(|| uri.strip_prefix("file:")).unwrap_or(uri);
    (path.starts_with('/') && !path.contains(char::is_whitespace)).then_some(path)
}
