//! The pods: what a container is started with, what it may, what it has.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Affinity, Capabilities, ConfigMapVolumeSource, Container, ContainerPort, EmptyDirVolumeSource, EnvVar,
    EnvVarSource, HTTPGetAction, ObjectFieldSelector, PersistentVolumeClaimVolumeSource, PodAffinityTerm,
    PodAntiAffinity, PodSecurityContext, PodSpec, PodTemplateSpec, Probe, ProjectedVolumeSource,
    ResourceRequirements, SeccompProfile, SecretProjection, SecretVolumeSource, SecurityContext,
    TCPSocketAction, TopologySpreadConstraint, Volume, VolumeMount, VolumeProjection,
    WeightedPodAffinityTerm,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use ops_core::spec::{ClusterSpec, Cpus, RestTls, TaskManagerGroup};
use ops_core::units::MemorySize;
use sha2::{Digest as _, Sha256};

use super::names::Names;
use super::network::PodPorts;
use super::parts::{LOGIN, Part, Parts, STORES, needs_token};
use super::{access, certificates, configuration, storage};

/// The account of Flink in the official images.
const FLINK: i64 = 9999;
/// Where the joined configuration is.
const CONF: &str = "/opt/flink/conf";
/// Readable by the pod's group alone.
const GROUP_READS: i32 = 0o440;

/// One kind of pod.
pub(super) struct Kind<'a> {
    /// `jobmanager` or `taskmanager`.
    pub(super) component: &'static str,
    /// The beginning of its keys in ConfigMap and Secret.
    pub(super) key: &'a str,
    pub(super) part: &'a Part,
    pub(super) arguments: Vec<String>,
    pub(super) memory: MemorySize,
    pub(super) cpus: Cpus,
    pub(super) group: Option<&'a TaskManagerGroup>,
}

pub(super) fn template(spec: &ClusterSpec, names: &Names, parts: &Parts, kind: &Kind<'_>) -> PodTemplateSpec {
    let mut annotations = spec.kubernetes.annotations.clone();
    annotations.insert("flinkops/configuration".to_owned(), digest(kind.part));
    PodTemplateSpec {
        metadata: Some(ObjectMeta {
            labels: Some(names.labels(Some(kind.component))),
            annotations: Some(annotations),
            ..ObjectMeta::default()
        }),
        spec: Some(pod(spec, names, parts, kind)),
    }
}

/// What makes pods start again when their configuration changes.
fn digest(part: &Part) -> String {
    use std::fmt::Write as _;
    let mut hash = Sha256::new();
    hash.update(part.public.as_bytes());
    hash.update(part.secret.as_bytes());
    hash.finalize()[..16].iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn pod(spec: &ClusterSpec, names: &Names, parts: &Parts, kind: &Kind<'_>) -> PodSpec {
    let spread = TopologySpreadConstraint {
        max_skew: 1,
        topology_key: "kubernetes.io/hostname".to_owned(),
        when_unsatisfiable: "ScheduleAnyway".to_owned(),
        label_selector: Some(names.label_selector(Some(kind.component))),
        ..TopologySpreadConstraint::default()
    };
    let node_selector: BTreeMap<_, _> = kind.group.map(|group| group.labels.clone()).unwrap_or_default();
    PodSpec {
        service_account_name: Some(access::service_account(spec)),
        automount_service_account_token: Some(needs_token(spec)),
        // Flink is told everything by its configuration; a variable for each Service would only be noise.
        enable_service_links: Some(false),
        security_context: Some(PodSecurityContext {
            run_as_non_root: Some(true),
            run_as_user: Some(FLINK),
            run_as_group: Some(FLINK),
            fs_group: Some(FLINK),
            seccomp_profile: Some(SeccompProfile {
                type_: "RuntimeDefault".to_owned(),
                ..SeccompProfile::default()
            }),
            ..PodSecurityContext::default()
        }),
        init_containers: Some(vec![join(spec, parts, kind)]),
        containers: vec![container(spec, parts, kind)],
        volumes: Some(volumes(spec, names, parts)),
        node_selector: (!node_selector.is_empty()).then_some(node_selector),
        affinity: (kind.component == "jobmanager" && spec.job_managers.count() > 1).then(|| apart(names)),
        topology_spread_constraints: (kind.component == "taskmanager").then(|| vec![spread]),
        termination_grace_period_seconds: Some(60),
        ..PodSpec::default()
    }
}

/// JobManagers on one node would be lost together.
fn apart(names: &Names) -> Affinity {
    Affinity {
        pod_anti_affinity: Some(PodAntiAffinity {
            preferred_during_scheduling_ignored_during_execution: Some(vec![WeightedPodAffinityTerm {
                weight: 100,
                pod_affinity_term: PodAffinityTerm {
                    label_selector: Some(names.label_selector(Some("jobmanager"))),
                    topology_key: "kubernetes.io/hostname".to_owned(),
                    ..PodAffinityTerm::default()
                },
            }]),
            ..PodAntiAffinity::default()
        }),
        ..Affinity::default()
    }
}

/// The image that the description names, or the official one.
pub(crate) fn image(spec: &ClusterSpec) -> String {
    spec.kubernetes.image.clone().unwrap_or_else(|| format!("flink:{}-java17", spec.flink_version))
}

pub(crate) fn restricted() -> SecurityContext {
    SecurityContext {
        allow_privilege_escalation: Some(false),
        read_only_root_filesystem: Some(true),
        capabilities: Some(Capabilities { drop: Some(vec!["ALL".to_owned()]), ..Capabilities::default() }),
        ..SecurityContext::default()
    }
}

fn mount(name: &str, path: &str) -> VolumeMount {
    VolumeMount { name: name.to_owned(), mount_path: path.to_owned(), ..VolumeMount::default() }
}

fn read_only(name: &str, path: &str) -> VolumeMount {
    VolumeMount { read_only: Some(true), ..mount(name, path) }
}

/// Joins the two halves of the configuration, in memory.
fn join(spec: &ClusterSpec, parts: &Parts, kind: &Kind<'_>) -> Container {
    let (file, key) = (parts.file_name, kind.key);
    let script = format!(
        "umask 077 && cat /public/{key}.yaml /secret/{key}.yaml > {CONF}/{file} && cp /public/log4j*.properties {CONF}/"
    );
    let small = BTreeMap::from([
        ("cpu".to_owned(), Quantity("50m".to_owned())),
        ("memory".to_owned(), Quantity("32Mi".to_owned())),
    ]);
    Container {
        name: "configuration".to_owned(),
        image: Some(image(spec)),
        command: Some(vec!["/bin/sh".to_owned(), "-c".to_owned(), script]),
        volume_mounts: Some(vec![
            read_only("public", "/public"),
            read_only("secret", "/secret"),
            mount("conf", CONF),
        ]),
        resources: Some(ResourceRequirements {
            requests: Some(small.clone()),
            limits: Some(small),
            ..ResourceRequirements::default()
        }),
        security_context: Some(restricted()),
        ..Container::default()
    }
}

fn container(spec: &ClusterSpec, parts: &Parts, kind: &Kind<'_>) -> Container {
    let ports = PodPorts::of(spec);
    let mut mounts = vec![
        // Read only: the image's start script would put its own values in, and leaves it at that.
        read_only("conf", CONF),
        mount("logs", "/opt/flink/log"),
        mount("tmp", "/tmp"),
    ];
    if parts.has_internal || parts.has_rest {
        mounts.push(read_only("tls", STORES));
    }
    if parts.has_login {
        mounts.push(read_only("kerberos", LOGIN));
    }
    if let Some(volume) = &spec.kubernetes.volume {
        mounts.push(mount("data", volume.path.as_deref().unwrap_or(storage::PATH)));
    }
    let is_manager = kind.component == "jobmanager";
    let mut open = match is_manager {
        true => vec![("rest", ports.rest), ("rpc", ports.rpc), ("blob", ports.blob)],
        false => vec![("rpc", ports.task_rpc), ("data", ports.task_data)],
    };
    open.push(("queries", ports.queries));
    open.extend(ports.metrics.map(|port| ("metrics", port)));
    let pod_ip = EnvVar {
        name: "POD_IP".to_owned(),
        value_from: Some(EnvVarSource {
            field_ref: Some(ObjectFieldSelector {
                field_path: "status.podIP".to_owned(),
                ..ObjectFieldSelector::default()
            }),
            ..EnvVarSource::default()
        }),
        ..EnvVar::default()
    };
    // As much as Flink plans for and no less: the kernel never kills what was planned. CPU has no limit: one would only
    // slow down what is idle capacity.
    let memory = Quantity(memory(kind.memory));
    let requests = BTreeMap::from([
        ("cpu".to_owned(), Quantity(kind.cpus.to_string())),
        ("memory".to_owned(), memory.clone()),
    ]);
    Container {
        name: kind.component.to_owned(),
        image: Some(image(spec)),
        args: Some(kind.arguments.clone()),
        env: Some(vec![pod_ip]),
        ports: Some(
            open.into_iter()
                .map(|(name, container_port)| ContainerPort {
                    name: Some(name.to_owned()),
                    container_port,
                    ..ContainerPort::default()
                })
                .collect(),
        ),
        volume_mounts: Some(mounts),
        resources: Some(ResourceRequirements {
            requests: Some(requests),
            limits: Some(BTreeMap::from([("memory".to_owned(), memory)])),
            ..ResourceRequirements::default()
        }),
        startup_probe: Some(Probe { failure_threshold: Some(30), ..probe("rpc") }),
        liveness_probe: Some(Probe { failure_threshold: Some(6), ..probe("rpc") }),
        readiness_probe: Some(if is_manager { ready(spec) } else { probe("rpc") }),
        security_context: Some(restricted()),
        ..Container::default()
    }
}

/// Whole mebibytes where they are whole, as people write them.
fn memory(size: MemorySize) -> String {
    match size.bytes() % (1 << 20) {
        0 => format!("{}Mi", size.mebibytes()),
        _ => size.bytes().to_string(),
    }
}

fn probe(port: &str) -> Probe {
    Probe {
        tcp_socket: Some(TCPSocketAction {
            port: IntOrString::String(port.to_owned()),
            ..TCPSocketAction::default()
        }),
        period_seconds: Some(10),
        timeout_seconds: Some(5),
        ..Probe::default()
    }
}

/// The REST endpoint itself, where the kubelet is let in; it has no certificate to show.
fn ready(spec: &ClusterSpec) -> Probe {
    let scheme = match spec.security.rest {
        RestTls::Mutual => return probe("rest"),
        RestTls::ServerOnly => "HTTPS",
        RestTls::Off => "HTTP",
    };
    Probe {
        http_get: Some(HTTPGetAction {
            path: Some("/config".to_owned()),
            port: IntOrString::String("rest".to_owned()),
            scheme: Some(scheme.to_owned()),
            ..HTTPGetAction::default()
        }),
        tcp_socket: None,
        ..probe("rest")
    }
}

fn volumes(spec: &ClusterSpec, names: &Names, parts: &Parts) -> Vec<Volume> {
    let empty = |name: &str, medium: Option<&str>| Volume {
        name: name.to_owned(),
        empty_dir: Some(EmptyDirVolumeSource {
            medium: medium.map(str::to_owned),
            ..EmptyDirVolumeSource::default()
        }),
        ..Volume::default()
    };
    let secret = |name: &str, object: String| Volume {
        name: name.to_owned(),
        secret: Some(SecretVolumeSource {
            secret_name: Some(object),
            default_mode: Some(GROUP_READS),
            ..SecretVolumeSource::default()
        }),
        ..Volume::default()
    };
    let mut volumes = vec![
        Volume {
            name: "public".to_owned(),
            config_map: Some(ConfigMapVolumeSource {
                name: names.with(configuration::CONFIGURATION),
                ..ConfigMapVolumeSource::default()
            }),
            ..Volume::default()
        },
        secret("secret", names.with(configuration::CONFIGURATION)),
        empty("conf", Some("Memory")),
        empty("logs", None),
        empty("tmp", None),
    ];
    let stores = [(certificates::INTERNAL, parts.has_internal), (certificates::REST, parts.has_rest)];
    let sources: Vec<_> = stores
        .into_iter()
        .filter(|(_, there)| *there)
        .map(|(name, _)| VolumeProjection {
            secret: Some(SecretProjection {
                name: names.with(name),
                items: cert_manager_items(spec, name),
                ..SecretProjection::default()
            }),
            ..VolumeProjection::default()
        })
        .collect();
    if !sources.is_empty() {
        volumes.push(Volume {
            name: "tls".to_owned(),
            projected: Some(ProjectedVolumeSource {
                sources: Some(sources),
                default_mode: Some(GROUP_READS),
            }),
            ..Volume::default()
        });
    }
    if parts.has_login {
        volumes.push(secret("kerberos", names.with(configuration::LOGIN)));
    }
    if spec.kubernetes.volume.is_some() {
        volumes.push(Volume {
            name: "data".to_owned(),
            persistent_volume_claim: Some(PersistentVolumeClaimVolumeSource {
                claim_name: names.with(storage::DATA),
                ..PersistentVolumeClaimVolumeSource::default()
            }),
            ..Volume::default()
        });
    }
    volumes
}

/// cert-manager calls the stores of every certificate the same; here each has a directory.
fn cert_manager_items(spec: &ClusterSpec, name: &str) -> Option<Vec<k8s_openapi::api::core::v1::KeyToPath>> {
    spec.kubernetes.cert_manager.as_ref()?;
    let directory = if name == certificates::REST { "rest" } else { "internal" };
    let item = |key: &str| k8s_openapi::api::core::v1::KeyToPath {
        key: key.to_owned(),
        path: format!("{directory}/{key}"),
        mode: None,
    };
    Some(vec![item("keystore.p12"), item("truststore.p12")])
}
