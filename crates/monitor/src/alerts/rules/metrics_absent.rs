//! No JobManager reports anything.

use crate::alerts::alert::{Alert, Group, Severity, Texts};
use crate::alerts::case::{Case, of_job_manager};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkMetricsAbsent",
    group: Group::Cluster,
    severity: Severity::Critical,
    pending: 300,
    parameters: &[],
    expression: |chosen| {
        let expected = &chosen.expected().clusters;
        if expected.is_empty() {
            return "absent(flink_jobmanager_numRegisteredTaskManagers)".to_owned();
        }
        let absences = expected.iter().map(|cluster| {
            format!("absent(flink_jobmanager_numRegisteredTaskManagers{{cluster={cluster:?}}})")
        });
        absences.collect::<Vec<_>>().join("\nor\n")
    },
    english: Texts {
        summary: "No leading JobManager of Flink is seen",
        description: "Prometheus has no metrics of a leading JobManager: the other alerts cannot fire.",
    },
    chinese: Texts {
        summary: "没有 Flink 主 JobManager 的指标",
        description: "Prometheus 中没有主 JobManager 的指标:其他告警无法触发。",
    },
    command: "flinkops monitor check --prometheus http://localhost:9090",
    meaning: "Rules on metrics that are not there stay silent. This one speaks when the cluster is down, has no leader, or is not scraped.",
    steps: &[
        "`flinkops monitor check --prometheus URL` says which metrics are missing, and why.",
        "`flinkops monitor reporter` prints the keys that switch them on.",
    ],
    cases: || {
        vec![
            Case::fires("there is none", "10m", vec![("up".to_owned(), "1x20".to_owned())], &[], "1"),
            Case::silent("there is one", "10m", vec![of_job_manager("numRegisteredTaskManagers", "2x20")]),
        ]
    },
};
