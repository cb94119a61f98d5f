//! The script that brings files to hosts and starts processes there.

use ops_core::spec::ClusterSpec;

use super::zookeeper;

const SCRIPT: &str = include_str!("rollout.sh");

pub(super) fn script(spec: &ClusterSpec) -> String {
    let lines = |items: Vec<String>| items.join("\n");
    let managers = spec.job_managers.hosts.iter().map(ToString::to_string).collect();
    let workers = spec.task_managers.iter().flat_map(|group| &group.hosts).map(ToString::to_string).collect();
    let zookeepers =
        zookeeper::servers(spec).into_iter().map(|(number, host)| format!("{number} {host}")).collect();
    let files = &spec.installation;
    SCRIPT
        .replace("@NAME@", spec.name.as_str())
        .replace("@CONF@", &files.configuration.display().to_string())
        .replace("@LOGS@", &files.service_logs().display().to_string())
        .replace("@USER@", &files.user)
        .replace("@JOB_MANAGERS@", &lines(managers))
        .replace("@TASK_MANAGERS@", &lines(workers))
        .replace("@ZOOKEEPERS@", &lines(zookeepers))
}
