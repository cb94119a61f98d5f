//! From the fields of a description to Flink's keys.

use ops_core::spec::{CheckpointMode, ClusterSpec, HighAvailabilityMode, InternalTls, OnCancellation};

use super::java;
use super::node::Node;
use super::setting::Settings;

/// Where processes find each other, which each platform has its own way for.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// Hosts with names of their own.
    Hosts,
    /// Pods: a Service leads to the JobManager.
    Kubernetes {
        /// The name of the Service for RPC.
        service: &'a str,
        /// The namespace.
        namespace: &'a str,
    },
    /// YARN, which starts the processes and tells them; several may share a machine.
    Yarn,
    /// The operator, which does the same with a pod for each.
    Operator,
}

impl Target<'_> {
    /// Whether the processes are told where they find each other by who starts them.
    fn is_told(self) -> bool {
        matches!(self, Self::Yarn | Self::Operator)
    }
}

/// Keys that say how much memory a JobManager has.
const JOB_MANAGER_MEMORY: [&str; 3] =
    ["jobmanager.memory.process.size", "jobmanager.memory.flink.size", "jobmanager.memory.heap.size"];
/// Keys that say how much memory a TaskManager has.
const TASK_MANAGER_MEMORY: [&str; 3] =
    ["taskmanager.memory.process.size", "taskmanager.memory.flink.size", "taskmanager.memory.task.heap.size"];

/// What the distributions' own configurations give a JobManager.
pub(crate) const JOB_MANAGER_DEFAULT: &str = "1600m";
/// What the distributions' own configurations give a TaskManager.
pub(crate) const TASK_MANAGER_DEFAULT: &str = "1728m";

/// The settings of a node. TLS and Kerberos are wired into the document.
pub fn settings(spec: &ClusterSpec, target: Target<'_>, node: &Node<'_>) -> Settings {
    let mut all = Settings::new(spec.flink_version);
    addresses(spec, target, node, &mut all);
    ports(spec, target, node, &mut all);
    high_availability(spec, target, &mut all);
    if !node.is_client() {
        memory(spec, node, &mut all);
    }
    if node.job_manager || node.is_client() {
        all.set_if(&["parallelism.default"], spec.parallelism, "The parallelism of jobs that ask for none.");
        checkpoints(spec, &mut all);
        restart(spec, &mut all);
    }
    if !node.is_client() {
        state(spec, node, &mut all);
        surroundings(spec, target, node, &mut all);
    }
    java_options(spec, target, node, &mut all);
    for key in spec.flink.keys().chain(spec.secrets.keys()) {
        all.give_way_to(key);
    }
    all
}

fn addresses(spec: &ClusterSpec, target: Target<'_>, node: &Node<'_>, all: &mut Settings) {
    let chooses_leader = spec.high_availability.mode != HighAvailabilityMode::None;
    match target {
        Target::Hosts => {
            let first = spec.job_managers.hosts.first();
            match (node.job_manager, node.host) {
                (true, Some(own)) => {
                    all.set(
                        &["jobmanager.rpc.address"],
                        own.to_string(),
                        "The name under which this JobManager is found.",
                    );
                }
                _ if chooses_leader => {}
                _ => all.set_if(&["jobmanager.rpc.address"], first, "Where the JobManager is."),
            }
            if let (Some(_), Some(own)) = (node.task_manager, node.host) {
                all.set(
                    &["taskmanager.host"],
                    own.to_string(),
                    "The name under which this TaskManager is found; Flink would guess it from its interfaces.",
                );
            }
            if let (true, Some(own)) = (node.job_manager, node.host) {
                let bind = match spec.rest.bind.as_deref() {
                    None | Some("own") => Some(own.to_string()),
                    Some("all") => None,
                    Some(address) => Some(address.to_owned()),
                };
                all.set_if(
                    &["rest.bind-address"],
                    bind,
                    "The address that the REST endpoint listens on; without it, it would be every one.",
                );
            }
        }
        Target::Kubernetes { service, namespace } => {
            if !chooses_leader {
                all.set(&["jobmanager.rpc.address"], service, "The Service that leads to the JobManager.");
            }
            if node.job_manager {
                all.set(
                    &["rest.bind-address"],
                    "0.0.0.0",
                    "The REST endpoint listens on the pod's addresses; the Service and its NetworkPolicy decide who gets there.",
                );
                if chooses_leader {
                    all.set(
                        &["rest.address"],
                        spec_rest_service(spec),
                        "Clients are led to the Service, which knows every JobManager.",
                    );
                }
            }
            if spec.high_availability.mode == HighAvailabilityMode::Kubernetes {
                all.set(
                    &["kubernetes.namespace"],
                    namespace,
                    "Where the ConfigMaps of the leader election are.",
                );
            }
        }
        Target::Yarn | Target::Operator => {}
    }
}

fn spec_rest_service(spec: &ClusterSpec) -> String {
    format!("{}-rest", spec.name)
}

fn ports(spec: &ClusterSpec, target: Target<'_>, node: &Node<'_>, all: &mut Settings) {
    let fixed = matches!(target, Target::Kubernetes { .. });
    let or = |port: Option<u16>, own: u16| port.or(fixed.then_some(own));
    let ports = &spec.ports;
    if !target.is_told() {
        all.set_if(&["jobmanager.rpc.port"], ports.job_manager_rpc, "The port of the JobManager's RPC.");
        if node.job_manager || node.is_client() {
            all.set_if(&["rest.port"], spec.rest.port, "The port of the REST endpoint and dashboard.");
        }
    }
    if node.job_manager {
        all.set_if(
            &["blob.server.port"],
            or(ports.blob, 6124),
            "A fixed port, for firewalls: jars and libraries.",
        );
    }
    if node.task_manager.is_some() {
        all.set_if(
            &["taskmanager.rpc.port"],
            or(ports.task_manager_rpc, 6122),
            "A fixed port, for firewalls: RPC.",
        );
        all.set_if(
            &["taskmanager.data.port"],
            or(ports.task_manager_data, 6121),
            "A fixed port, for firewalls: records.",
        );
    }
    if !node.is_client() {
        all.set_if(
            &["metrics.internal.query-service.port"],
            or(ports.metric_queries, 6125),
            "A fixed port, for firewalls: the dashboard's metrics.",
        );
    }
}

fn high_availability(spec: &ClusterSpec, target: Target<'_>, all: &mut Settings) {
    let ha = &spec.high_availability;
    let mode = match ha.mode {
        HighAvailabilityMode::None => return,
        HighAvailabilityMode::ZooKeeper => "zookeeper",
        HighAvailabilityMode::Kubernetes => "kubernetes",
    };
    all.set(
        &["high-availability.type", "high-availability"],
        mode,
        "Another JobManager takes over, with all jobs.",
    );
    all.set_if(
        &["high-availability.storageDir"],
        ha.storage.as_ref(),
        "Jobs and their latest checkpoints are found here by the next leader.",
    );
    match ha.mode {
        HighAvailabilityMode::ZooKeeper => {
            all.set(
                &["high-availability.zookeeper.quorum"],
                ha.quorum.join(","),
                "Where leaders are elected.",
            );
            all.set_if(
                &["high-availability.zookeeper.path.root"],
                ha.root.as_ref(),
                "The node below which this Flink writes.",
            );
            // YARN names it after the application.
            if !target.is_told() {
                all.set(
                    &["high-availability.cluster-id"],
                    format!("/{}", spec.name),
                    "What keeps clusters with the same quorum apart.",
                );
            }
        }
        HighAvailabilityMode::Kubernetes if matches!(target, Target::Kubernetes { .. }) => {
            all.set(
                &["kubernetes.cluster-id"],
                spec.name.to_string(),
                "The ConfigMaps of the leader election begin with it.",
            );
        }
        _ => {}
    }
}

fn memory(spec: &ClusterSpec, node: &Node<'_>, all: &mut Settings) {
    let said = |keys: &[&str]| keys.iter().any(|key| spec.flink.contains_key(*key));
    if node.job_manager && !said(&JOB_MANAGER_MEMORY) {
        let memory =
            spec.job_managers.memory.map_or_else(|| JOB_MANAGER_DEFAULT.to_owned(), |it| it.to_string());
        all.set(
            &["jobmanager.memory.process.size"],
            memory,
            "All memory of the JobManager's process; Flink derives heap and metaspace from it.",
        );
    }
    if let Some(group) = node.task_manager {
        if !said(&TASK_MANAGER_MEMORY) {
            let memory = group.memory.map_or_else(|| TASK_MANAGER_DEFAULT.to_owned(), |it| it.to_string());
            all.set(
                &["taskmanager.memory.process.size"],
                memory,
                "All memory of the TaskManager's process; Flink derives heap, managed and network memory from it.",
            );
        }
        all.set(
            &["taskmanager.numberOfTaskSlots"],
            group.slots.to_string(),
            "Each slot runs one slice of a job and gets an equal part of managed memory.",
        );
        let network = &spec.network;
        let reason = "What TaskManagers keep for records on their way.";
        all.set_if(&["taskmanager.memory.network.fraction"], network.fraction.as_ref(), reason);
        all.set_if(&["taskmanager.memory.network.min"], network.min, reason);
        all.set_if(&["taskmanager.memory.network.max"], network.max, reason);
    }
}

fn checkpoints(spec: &ClusterSpec, all: &mut Settings) {
    let checkpoints = &spec.checkpoints;
    all.set_if(
        &["execution.checkpointing.dir", "state.checkpoints.dir"],
        checkpoints.directory.as_ref(),
        "Checkpoints outlive every process only in a place that all of them reach.",
    );
    all.set_if(
        &["execution.checkpointing.savepoint-dir", "state.savepoints.dir"],
        checkpoints.savepoints.as_ref(),
        "Where savepoints go, where a request names no other place.",
    );
    all.set_if(
        &["execution.checkpointing.interval"],
        checkpoints.interval,
        "Without an interval there are no checkpoints, and a failed job starts from nothing.",
    );
    all.set_if(
        &["execution.checkpointing.mode"],
        checkpoints.mode.map(|mode| match mode {
            CheckpointMode::ExactlyOnce => "EXACTLY_ONCE",
            CheckpointMode::AtLeastOnce => "AT_LEAST_ONCE",
        }),
        "How often a record counts after a recovery.",
    );
    all.set_if(
        &["execution.checkpointing.timeout"],
        checkpoints.timeout,
        "A checkpoint that takes longer is given up.",
    );
    all.set_if(
        &["execution.checkpointing.min-pause"],
        checkpoints.min_pause,
        "Time for records between two checkpoints.",
    );
    all.set_if(
        &["execution.checkpointing.externalized-checkpoint-retention"],
        checkpoints.on_cancellation.map(|what| match what {
            OnCancellation::Retain => "RETAIN_ON_CANCELLATION",
            OnCancellation::Delete => "DELETE_ON_CANCELLATION",
            OnCancellation::None => "NO_EXTERNALIZED_CHECKPOINTS",
        }),
        "What becomes of the last checkpoint of a job that is cancelled.",
    );
    all.set_if(
        &["execution.checkpointing.num-retained", "state.checkpoints.num-retained"],
        checkpoints.retained,
        "How many checkpoints are kept.",
    );
}

fn restart(spec: &ClusterSpec, all: &mut Settings) {
    let restart = &spec.restart;
    let Some(strategy) = restart.strategy else { return };
    all.set(
        &["restart-strategy.type", "restart-strategy"],
        strategy.flink_name(),
        "When a job that fails is started again.",
    );
    if let Some(key) = strategy.attempts_key() {
        all.set_if(&[key], restart.attempts, "How often.");
    }
    if let Some(key) = strategy.delay_key() {
        all.set_if(&[key], restart.delay, "The rest before it.");
    }
}

fn state(spec: &ClusterSpec, node: &Node<'_>, all: &mut Settings) {
    let state = &spec.state;
    if node.job_manager {
        all.set_if(
            &["state.backend.type", "state.backend"],
            state.backend.as_ref(),
            "Where the state of running jobs lies.",
        );
        all.set_if(
            &["execution.checkpointing.incremental", "state.backend.incremental"],
            state.incremental,
            "A checkpoint holds what is new since the last one.",
        );
    }
    if node.task_manager.is_some() && !state.local_directories.is_empty() {
        all.set(
            &["state.backend.rocksdb.localdir"],
            state.local_directories.join(","),
            "RocksDB's files, on fast local disks.",
        );
    }
}

/// Directories, metrics, what the endpoint lets in.
fn surroundings(spec: &ClusterSpec, target: Target<'_>, node: &Node<'_>, all: &mut Settings) {
    if matches!(target, Target::Hosts) {
        let logs = spec.installation.logs.as_ref().map(|logs| logs.to_string_lossy());
        all.set_if(&["env.log.dir"], logs, "Where logs go.");
        let temporary: Vec<_> = spec.installation.temporary.iter().map(|dir| dir.to_string_lossy()).collect();
        if !temporary.is_empty() {
            all.set(&["io.tmp.dirs"], temporary.join(","), "Room for temporary files.");
        }
    }
    if let Some(port) = spec.metrics.prometheus {
        all.set(
            &["metrics.reporter.prometheus.factory.class"],
            "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
            "Every process shows its metrics to Prometheus.",
        );
        // Where processes share a machine, each takes the next that is free.
        let shared = matches!(target, Target::Hosts) && node.job_manager && node.task_manager.is_some();
        let ports = match target {
            Target::Yarn => format!("{port}-{}", port.saturating_add(99)),
            _ if shared => format!("{port}-{}", port.saturating_add(1)),
            _ => port.to_string(),
        };
        all.also(&["metrics.reporter.prometheus.port"], ports);
    }
    if node.job_manager {
        all.set_if(
            &["web.submit.enable"],
            spec.rest.submit,
            "Whether jars can be uploaded and run over REST.",
        );
        if spec.rest.submit == Some(false) {
            all.also(&["web.cancel.enable"], "false");
        }
    }
}

fn java_options(spec: &ClusterSpec, target: Target<'_>, node: &Node<'_>, all: &mut Settings) {
    let mut options = java::options(spec.flink_version, &spec.jvm);
    let shares = !matches!(target, Target::Hosts) && spec.security.internal == InternalTls::Mutual;
    if let (true, Some(option)) = (shares, java::shared_certificate(spec.flink_version)) {
        options = format!("{options} {option}").trim_start().to_owned();
    }
    all.set(
        &["env.java.opts.all"],
        options,
        "Packages that Flink's reflection needs from Java 17 on; then what `jvm` says.",
    );
    if node.job_manager && !spec.jvm.job_manager_options.is_empty() {
        all.set(
            &["env.java.opts.jobmanager"],
            spec.jvm.job_manager_options.join(" "),
            "Further options of JobManagers.",
        );
    }
    if node.task_manager.is_some() && !spec.jvm.task_manager_options.is_empty() {
        all.set(
            &["env.java.opts.taskmanager"],
            spec.jvm.task_manager_options.join(" "),
            "Further options of TaskManagers.",
        );
    }
}
