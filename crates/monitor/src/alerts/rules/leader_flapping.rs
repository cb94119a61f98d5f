//! The leadership goes from one JobManager to another, and back.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::{Case, of_instance, up};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkJobManagerFlapping",
    group: Group::Cluster,
    severity: Severity::Critical,
    pending: 0,
    parameters: &[
        Parameter::span("window", 1800, "in which changes are counted"),
        Parameter::number("changes", 3.0, "so often a JobManager has become leader or has lost it"),
    ],
    expression: |chosen| {
        format!(
            "sum by (cluster) (changes(flink:jobmanager_leads:bool[{}])) >= {}",
            chosen.value("window"),
            chosen.value("changes")
        )
    },
    english: Texts {
        summary: "The JobManagers of {{ $labels.cluster }} change leadership again and again",
        description: "JobManagers of {{ $labels.cluster }} have become leader, or have lost it, {{ $value }} times lately.",
    },
    chinese: Texts {
        summary: "集群 {{ $labels.cluster }} 的 JobManager 频繁切换主节点",
        description: "集群 {{ $labels.cluster }} 的 JobManager 近期切换主节点 {{ $value }} 次。",
    },
    command: "flinkops job list",
    meaning: "Each change restarts every job. One failover is two changes, or one when the old leader is gone. Long garbage collection, a \
              ZooKeeper that is slow or far, or a JobManager that is killed for its memory are the usual causes.",
    steps: &[
        "The JobManagers' logs say why leadership was lost: session expired, or the process ended.",
        "See FlinkGarbageCollection and FlinkHeapAlmostFull for the JobManager.",
        "`high-availability.zookeeper.client.session-timeout` should be longer than its pauses.",
    ],
    cases: || {
        let leads = |instance: &str, values: &str| of_instance(instance, "taskSlotsTotal", values);
        vec![
            Case::fires(
                "back and forth",
                "20m",
                vec![
                    up("jobmanager", "jm-1:9249", "1x40"),
                    up("jobmanager", "jm-2:9249", "1x40"),
                    leads("jm-1:9249", "8 8 8 stale _ _ _ _ _ 8 8 8 stale"),
                    leads("jm-2:9249", "_ _ _ 8 8 8 8 8 8 stale _ _ 8x30"),
                ],
                &[("cluster", "prod")],
                "6",
            ),
            Case::silent(
                "one failover",
                "20m",
                vec![
                    up("jobmanager", "jm-1:9249", "1x40"),
                    up("jobmanager", "jm-2:9249", "1x40"),
                    leads("jm-1:9249", "8 8 8 stale"),
                    leads("jm-2:9249", "_ _ _ 8x40"),
                ],
            ),
            Case::silent(
                "one JobManager",
                "20m",
                vec![up("jobmanager", "jm-1:9249", "1x40"), leads("jm-1:9249", "8x40")],
            ),
        ]
    },
};
