//! Processes on hosts that the description names.

use std::fmt::Write as _;

use ops_core::spec::{ClusterSpec, Host};
use serde_json::{Value, json};

use super::config::{Discovery, Scrape, job_name, targets_file};
use super::tls::Tls;

pub(super) fn scrape(spec: &ClusterSpec, port: u16, discovery: Discovery, tls: Option<&Tls>) -> Scrape {
    let groups = groups(spec, port);
    let mut config = format!(
        "# Scrapes the Flink cluster {}: put these entries below `scrape_configs` of prometheus.yml.\nscrape_configs:\n",
        spec.name
    );
    for (role, targets) in &groups {
        let _ = writeln!(config, "  - job_name: {}", job_name(role));
        config.push_str(&tls.map(Tls::lines).unwrap_or_default());
        match discovery {
            Discovery::Static => {
                config.push_str("    static_configs:\n      - labels:\n");
                let _ = writeln!(
                    config,
                    "          cluster: {}\n        targets:",
                    Value::from(spec.name.as_str())
                );
                for target in targets {
                    let _ = writeln!(config, "          - {}", Value::from(target.as_str()));
                }
            }
            Discovery::File => {
                let file = Value::from(targets_file(spec));
                let _ = writeln!(config, "    file_sd_configs:\n      - files: [{file}]");
                // One file holds both roles.
                let _ = writeln!(
                    config,
                    "    relabel_configs:\n      - source_labels: [role]\n        regex: {role}\n        action: keep\n      \
                     - regex: role\n        action: labeldrop"
                );
            }
        }
    }
    let targets = (discovery == Discovery::File).then(|| {
        let groups = groups.iter().map(|(role, targets)| {
            json!({"labels": {"cluster": spec.name.as_str(), "role": role}, "targets": targets})
        });
        let groups: Vec<Value> = groups.collect();
        format!("{:#}\n", Value::from(groups))
    });
    Scrape { config, targets }
}

/// Roles with their endpoints. Where a JobManager and a TaskManager share a host, the JobManager, which is started first, has
/// the first port, and the TaskManager the next.
fn groups(spec: &ClusterSpec, port: u16) -> Vec<(&'static str, Vec<String>)> {
    let managers = &spec.job_managers.hosts;
    let workers = spec.task_managers.iter().flat_map(|group| &group.hosts);
    let next = |host: &Host| if managers.contains(host) { port.saturating_add(1) } else { port };
    vec![
        ("jobmanager", managers.iter().map(|host| endpoint(host, port)).collect()),
        ("taskmanager", workers.map(|host| endpoint(host, next(host))).collect()),
    ]
}

fn endpoint(host: &Host, port: u16) -> String {
    let name = host.to_string();
    if name.contains(':') && !name.starts_with('[') {
        format!("[{name}]:{port}")
    } else {
        format!("{name}:{port}")
    }
}
