//! TaskManagers are gone that jobs needed.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::{Case, of_job, of_job_manager};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkTaskManagersLost",
    group: Group::Cluster,
    severity: Severity::Critical,
    pending: 60,
    parameters: &[Parameter::span(
        "window",
        900,
        "in which there were more, where it is not said how many there must be",
    )],
    expression: |chosen| {
        let now = "max by (cluster) (flink_jobmanager_numRegisteredTaskManagers)";
        if let Some(count) = chosen.expected().task_managers {
            return format!("{count} - ({now} < {count})");
        }
        let window = chosen.value("window");
        format!(
            "(max by (cluster) (max_over_time(flink_jobmanager_numRegisteredTaskManagers[{window}])) - {now}) > 0\n\
             and on (cluster) (max by (cluster) (changes(flink_jobmanager_job_numRestarts[{window}])) > 0\n  \
             or max by (cluster) (flink_jobmanager_job_uptime) <= 0 or {now} == 0)"
        )
    },
    english: Texts {
        summary: "TaskManagers of {{ $labels.cluster }} are gone",
        description: "{{ $value }} fewer TaskManagers are registered at {{ $labels.cluster }} than there should be.",
    },
    chinese: Texts {
        summary: "集群 {{ $labels.cluster }} 丢失 TaskManager",
        description: "集群 {{ $labels.cluster }} 注册的 TaskManager 少了 {{ $value }} 个。",
    },
    command: "flinkops monitor top --once",
    meaning: "Where it is not said how many there must be (`--task-managers`), fewer than lately counts only when a job has failed over it, \
              or none is left: a cluster that was scaled down on purpose stays silent.",
    steps: &[
        "On the host: `systemctl status flink-taskmanager` or `kubectl describe pod`: was it killed for its memory?",
        "`flinkops deploy preflight` says whether the host is fit.",
        "The job runs again once there are slots: see FlinkSlotsExhausted.",
    ],
    cases: || {
        let labels = [("cluster", "prod")];
        vec![
            Case::fires(
                "one dies with its tasks",
                "10m",
                vec![
                    of_job_manager("numRegisteredTaskManagers", "3 3 3 2x20"),
                    of_job("numRestarts", "0 0 0 1x20"),
                    of_job("uptime", "1000x20"),
                ],
                &labels,
                "1",
            ),
            Case::fires(
                "all of them are gone",
                "10m",
                vec![of_job_manager("numRegisteredTaskManagers", "3 3 3 0x20")],
                &labels,
                "3",
            ),
            Case::silent(
                "the cluster is scaled down",
                "10m",
                vec![
                    of_job_manager("numRegisteredTaskManagers", "3 3 3 2x20"),
                    of_job("numRestarts", "0x20"),
                    of_job("uptime", "1000x20"),
                ],
            ),
        ]
    },
};
