//! A job has restarted.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::{Case, JOB, of_job};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkJobRestarted",
    group: Group::Jobs,
    severity: Severity::Info,
    pending: 0,
    parameters: &[Parameter::span("window", 600, "how long it is worth knowing")],
    expression: |chosen| {
        format!(
            "max by (cluster, job_id, job_name) (changes(flink_jobmanager_job_numRestarts[{}])) > 0",
            chosen.value("window")
        )
    },
    english: Texts {
        summary: "Job {{ $labels.job_name }} has restarted",
        description: "Job {{ $labels.job_name }} ({{ $labels.job_id }}) has restarted and reads again what came after its last checkpoint.",
    },
    chinese: Texts {
        summary: "作业 {{ $labels.job_name }} 已重启",
        description: "作业 {{ $labels.job_name }}({{ $labels.job_id }})已重启,并重新读取最近一次 Checkpoint 之后的数据。",
    },
    command: "flinkops job exceptions {{ $labels.job_id }}",
    meaning: "For the record. A lost TaskManager shows here too.",
    steps: &["`flinkops job exceptions JOB` names the cause."],
    cases: || {
        vec![
            Case::fires("one restart", "5m", vec![of_job("numRestarts", "0 0 1x20")], &JOB, "1"),
            Case::silent("a job that has just begun", "5m", vec![of_job("numRestarts", "_ _ 0x20")]),
            Case::silent("a restart yesterday", "30m", vec![of_job("numRestarts", "0 1x40")]),
        ]
    },
};
