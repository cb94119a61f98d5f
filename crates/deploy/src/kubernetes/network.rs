//! Services, the Ingress, and who may reach which port.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use k8s_openapi::api::networking::v1::{
    HTTPIngressPath, HTTPIngressRuleValue, Ingress, IngressBackend, IngressRule, IngressServiceBackend,
    IngressSpec, IngressTLS, NetworkPolicy, NetworkPolicyIngressRule, NetworkPolicyPeer, NetworkPolicyPort,
    NetworkPolicySpec, ServiceBackendPort,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use ops_core::spec::{ClusterSpec, Expose, RestTls};

use super::names::Names;
use super::object::Object;

/// The ports of pods, by their names in the objects.
pub(crate) struct PodPorts {
    pub(crate) rest: i32,
    pub(crate) rpc: i32,
    pub(crate) blob: i32,
    pub(crate) task_rpc: i32,
    pub(crate) task_data: i32,
    pub(crate) queries: i32,
    pub(crate) metrics: Option<i32>,
}

impl PodPorts {
    pub(crate) fn of(spec: &ClusterSpec) -> Self {
        let ports = &spec.ports;
        Self {
            rest: spec.rest.port.unwrap_or(8081).into(),
            rpc: ports.job_manager_rpc.unwrap_or(6123).into(),
            blob: ports.blob.unwrap_or(6124).into(),
            task_rpc: ports.task_manager_rpc.unwrap_or(6122).into(),
            task_data: ports.task_manager_data.unwrap_or(6121).into(),
            queries: ports.metric_queries.unwrap_or(6125).into(),
            metrics: spec.metrics.prometheus.map(i32::from),
        }
    }
}

pub(super) fn objects(spec: &ClusterSpec, names: &Names) -> Vec<Object> {
    let ports = PodPorts::of(spec);
    let mut objects = vec![
        Object::new("service-jobmanager.yaml", &internal(names, &ports)),
        Object::new("service-rest.yaml", &rest(spec, names, &ports)),
    ];
    objects.extend(
        policies(spec, names, &ports)
            .iter()
            .map(|(file, policy)| Object::new(format!("networkpolicy-{file}.yaml"), policy)),
    );
    if spec.kubernetes.ingress.is_some() {
        objects.push(Object::new("ingress.yaml", &ingress(spec, names, &ports)));
    }
    objects
}

fn port(name: &str, port: i32) -> ServicePort {
    ServicePort {
        name: Some(name.to_owned()),
        port,
        target_port: Some(IntOrString::String(name.to_owned())),
        ..ServicePort::default()
    }
}

/// Without an address of its own: it leads to the pods themselves.
fn internal(names: &Names, ports: &PodPorts) -> Service {
    Service {
        metadata: names.meta(names.with("jobmanager"), Some("jobmanager")),
        spec: Some(ServiceSpec {
            cluster_ip: Some("None".to_owned()),
            // A JobManager looks for itself under this name before it is ready.
            publish_not_ready_addresses: Some(true),
            selector: Some(names.selector(Some("jobmanager"))),
            ports: Some(vec![port("rpc", ports.rpc), port("blob", ports.blob)]),
            ..ServiceSpec::default()
        }),
        ..Service::default()
    }
}

fn rest(spec: &ClusterSpec, names: &Names, ports: &PodPorts) -> Service {
    let kind = match spec.kubernetes.expose {
        Expose::ClusterIp => "ClusterIP",
        Expose::NodePort => "NodePort",
        Expose::LoadBalancer => "LoadBalancer",
    };
    Service {
        metadata: names.meta(names.rest_service(), Some("jobmanager")),
        spec: Some(ServiceSpec {
            type_: Some(kind.to_owned()),
            selector: Some(names.selector(Some("jobmanager"))),
            ports: Some(vec![port("rest", ports.rest)]),
            ..ServiceSpec::default()
        }),
        ..Service::default()
    }
}

fn ingress(spec: &ClusterSpec, names: &Names, ports: &PodPorts) -> Ingress {
    let Some(wanted) = &spec.kubernetes.ingress else { return Ingress::default() };
    let mut annotations = BTreeMap::new();
    if wanted.class.as_deref() == Some("nginx") {
        match spec.security.rest {
            RestTls::Off => {}
            RestTls::ServerOnly => {
                annotations
                    .insert("nginx.ingress.kubernetes.io/backend-protocol".to_owned(), "HTTPS".to_owned());
            }
            // The controller has no certificate that Flink would let in: clients speak to Flink itself.
            RestTls::Mutual => {
                annotations
                    .insert("nginx.ingress.kubernetes.io/ssl-passthrough".to_owned(), "true".to_owned());
            }
        }
    }
    annotations.extend(wanted.annotations.clone());
    let mut metadata = names.meta(names.rest_service(), Some("jobmanager"));
    metadata.annotations = (!annotations.is_empty()).then_some(annotations);
    let backend = IngressBackend {
        service: Some(IngressServiceBackend {
            name: names.rest_service(),
            port: Some(ServiceBackendPort { number: Some(ports.rest), ..ServiceBackendPort::default() }),
        }),
        ..IngressBackend::default()
    };
    let path = HTTPIngressPath { backend, path: Some("/".to_owned()), path_type: "Prefix".to_owned() };
    let tls = wanted.tls_secret.as_ref().map(|secret| {
        vec![IngressTLS { hosts: Some(vec![wanted.host.clone()]), secret_name: Some(secret.clone()) }]
    });
    Ingress {
        metadata,
        spec: Some(IngressSpec {
            ingress_class_name: wanted.class.clone(),
            rules: Some(vec![IngressRule {
                host: Some(wanted.host.clone()),
                http: Some(HTTPIngressRuleValue { paths: vec![path] }),
            }]),
            tls,
            ..IngressSpec::default()
        }),
        ..Ingress::default()
    }
}

/// Flink's own ports are for its own pods; REST is for those whom the endpoint itself tells apart, else for the
/// namespace; metrics are for whoever scrapes.
fn policies(spec: &ClusterSpec, names: &Names, ports: &PodPorts) -> Vec<(&'static str, NetworkPolicy)> {
    let policy = |suffix: &str, component: Option<&str>, from, open: &[i32]| NetworkPolicy {
        metadata: names.meta(names.with(suffix), None),
        spec: Some(NetworkPolicySpec {
            pod_selector: Some(names.label_selector(component)),
            policy_types: Some(vec!["Ingress".to_owned()]),
            ingress: Some(vec![NetworkPolicyIngressRule {
                from,
                ports: (!open.is_empty()).then(|| open.iter().map(|port| policy_port(*port)).collect()),
            }]),
            ..NetworkPolicySpec::default()
        }),
    };
    let own =
        NetworkPolicyPeer { pod_selector: Some(names.label_selector(None)), ..NetworkPolicyPeer::default() };
    let namespace =
        NetworkPolicyPeer { pod_selector: Some(Default::default()), ..NetworkPolicyPeer::default() };
    let clients = match spec.security.rest {
        RestTls::Mutual => None,
        RestTls::ServerOnly | RestTls::Off if spec.kubernetes.ingress.is_some() => None,
        RestTls::ServerOnly | RestTls::Off => Some(vec![namespace]),
    };
    let mut all = vec![
        ("internal", policy("internal", None, Some(vec![own]), &[])),
        ("rest", policy("rest", Some("jobmanager"), clients, &[ports.rest])),
    ];
    if let Some(metrics) = ports.metrics {
        all.push(("metrics", policy("metrics", None, None, &[metrics])));
    }
    all
}

fn policy_port(port: i32) -> NetworkPolicyPort {
    NetworkPolicyPort {
        port: Some(IntOrString::Int(port)),
        protocol: Some("TCP".to_owned()),
        ..NetworkPolicyPort::default()
    }
}
