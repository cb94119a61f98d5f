//! Pods, found by their labels: those that `flinkops render` gives, and those that Flink and its operator give.

use std::fmt::Write as _;

use ops_core::spec::ClusterSpec;
use serde_json::Value;

use super::config::{Scrape, job_name};
use super::tls::Tls;

pub(super) fn scrape(spec: &ClusterSpec, port: u16, tls: Option<&Tls>) -> Scrape {
    let name = spec.name.as_str();
    let namespace = Value::from(spec.kubernetes.namespace.as_deref().unwrap_or(name));
    let mut config = format!(
        "# Scrapes the pods of the Flink cluster {name}: put these entries below `scrape_configs` of prometheus.yml.\nscrape_configs:\n"
    );
    for role in ["jobmanager", "taskmanager"] {
        let _ = write!(
            config,
            "  - job_name: {job}
{tls}    kubernetes_sd_configs:
      - role: pod
        namespaces:
          names: [{namespace}]
    relabel_configs:
      # Pods of `flinkops render`, or pods that Flink itself or its operator starts.
      - source_labels:
          - __meta_kubernetes_pod_label_app_kubernetes_io_instance
          - __meta_kubernetes_pod_label_app_kubernetes_io_component
          - __meta_kubernetes_pod_label_app
          - __meta_kubernetes_pod_label_component
        separator: ;
        regex: \"{name};{role};.*|.*;{name};{role}\"
        action: keep
      # Pods that have ended answer nothing.
      - source_labels: [__meta_kubernetes_pod_phase]
        regex: Pending|Succeeded|Failed|Completed
        action: drop
      # One target a pod, whatever ports it declares.
      - source_labels: [__meta_kubernetes_pod_container_init]
        regex: \"true\"
        action: drop
      - source_labels: [__meta_kubernetes_pod_ip]
        regex: (.+:.+)
        target_label: __address__
        replacement: \"[$1]:{port}\"
      - source_labels: [__meta_kubernetes_pod_ip]
        regex: ([^:]+)
        target_label: __address__
        replacement: \"$1:{port}\"
      - target_label: cluster
        replacement: \"{name}\"
      - source_labels: [__meta_kubernetes_namespace]
        target_label: namespace
      - source_labels: [__meta_kubernetes_pod_name]
        target_label: pod
",
            job = job_name(role),
            tls = tls.map(Tls::lines).unwrap_or_default(),
        );
    }
    Scrape { config, targets: None }
}
