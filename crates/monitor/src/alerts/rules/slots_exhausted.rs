//! A job waits, and no slot is free.

use crate::alerts::alert::{Alert, Group, Severity, Texts};
use crate::alerts::case::{Case, of_job, of_job_manager, of_subtask};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkSlotsExhausted",
    group: Group::Cluster,
    severity: Severity::Warning,
    pending: 120,
    parameters: &[],
    expression: |_| {
        "max by (cluster) (flink_jobmanager_taskSlotsTotal)\n\
         and on (cluster) max by (cluster) (flink_jobmanager_taskSlotsAvailable) == 0\n\
         and on (cluster) (max by (cluster, job_id) (flink_jobmanager_job_uptime) <= 0\n  \
         or flink:job_without_tasks:millis)"
            .to_owned()
    },
    english: Texts {
        summary: "{{ $labels.cluster }} has no free slot, and a job waits",
        description: "None of the {{ $value }} slots of {{ $labels.cluster }} is free, and a job does not run.",
    },
    chinese: Texts {
        summary: "集群 {{ $labels.cluster }} 没有空闲 Slot,且有作业在等待",
        description: "集群 {{ $labels.cluster }} 的 {{ $value }} 个 Slot 全部占用,有作业无法运行。",
    },
    command: "flinkops tune slots --conf /opt/flink/conf/config.yaml",
    meaning: "No free slot is no fault where every job runs: then the cluster is used well.",
    steps: &[
        "`flinkops job list` shows who waits and who has the slots.",
        "Start another TaskManager, or run a job with less parallelism.",
    ],
    cases: || {
        vec![
            Case::fires(
                "a second job finds no slot",
                "10m",
                vec![
                    of_job_manager("taskSlotsTotal", "8x20"),
                    of_job_manager("taskSlotsAvailable", "0x20"),
                    of_job("uptime", "0x20"),
                ],
                &[("cluster", "prod")],
                "8",
            ),
            Case::silent(
                "every slot is used, and every job runs",
                "10m",
                vec![
                    of_job_manager("taskSlotsTotal", "8x20"),
                    of_job_manager("taskSlotsAvailable", "0x20"),
                    of_job("uptime", "0+60000x20"),
                    of_subtask("numRecordsIn", 0, "0+10x20"),
                ],
            ),
        ]
    },
};
