//! The hosts for Ansible, in its YAML form.

use std::fmt::Write as _;

use ops_core::spec::{ClusterSpec, TaskManagerGroup};

pub(super) fn text(spec: &ClusterSpec) -> String {
    let mut text =
        format!("# Cluster {}: made by `flinkops render --inventory`.\nall:\n  vars:\n", spec.name);
    let files = &spec.installation;
    for (name, value) in [
        ("flink_cluster", spec.name.to_string()),
        ("flink_version", spec.flink_version.to_string()),
        ("flink_home", files.home.display().to_string()),
        ("flink_conf_dir", files.configuration.display().to_string()),
        ("flink_user", files.user.clone()),
    ] {
        let _ = writeln!(text, "    {name}: {}", quoted(&value));
    }
    text.push_str("  children:\n    flink_jobmanagers:\n      hosts:\n");
    for host in &spec.job_managers.hosts {
        let _ = writeln!(text, "        {}: {{}}", quoted(&host.to_string()));
    }
    text.push_str("    flink_taskmanagers:\n");
    if let [only] = &spec.task_managers[..] {
        text.push_str(&group(only, "      "));
        return text;
    }
    text.push_str("      children:\n");
    for (number, one) in (1..).zip(&spec.task_managers) {
        let name = one.name.clone().unwrap_or_else(|| number.to_string()).replace('-', "_");
        let _ = writeln!(text, "        flink_taskmanagers_{name}:");
        text.push_str(&group(one, "          "));
    }
    text
}

fn group(group: &TaskManagerGroup, indent: &str) -> String {
    let mut text = format!("{indent}vars:\n{indent}  flink_slots: {}\n", group.slots);
    if !group.labels.is_empty() {
        let _ = writeln!(text, "{indent}  flink_labels:");
        for (label, value) in &group.labels {
            let _ = writeln!(text, "{indent}    {}: {}", quoted(label), quoted(value));
        }
    }
    let _ = writeln!(text, "{indent}hosts:");
    for host in &group.hosts {
        let _ = writeln!(text, "{indent}  {}: {{}}", quoted(&host.to_string()));
    }
    text
}

/// Quoted for YAML: an address or a version is a text there, and no number.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
