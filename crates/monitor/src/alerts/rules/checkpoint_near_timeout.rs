//! Checkpoints take nearly as long as they may.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::{Case, JOB, of_job};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkCheckpointNearTimeout",
    group: Group::Checkpoints,
    severity: Severity::Warning,
    pending: 300,
    parameters: &[
        Parameter::span("timeout", 600, "execution.checkpointing.timeout; Flink does not export it"),
        Parameter::number("share", 0.7, "of the timeout"),
    ],
    expression: |chosen| {
        format!(
            "max by (cluster, job_id, job_name) (flink_jobmanager_job_lastCheckpointDuration) / 1000 > {} * {}",
            chosen.value("share"),
            chosen.times("timeout", 1.0)
        )
    },
    english: Texts {
        summary: "Checkpoints of {{ $labels.job_name }} are near their timeout",
        description: "The last checkpoint of job {{ $labels.job_name }} ({{ $labels.job_id }}) took {{ $value | humanizeDuration }}.",
    },
    chinese: Texts {
        summary: "作业 {{ $labels.job_name }} 的 Checkpoint 接近超时",
        description: "作业 {{ $labels.job_name }}({{ $labels.job_id }})最近一次 Checkpoint 用时 {{ $value | humanizeDuration }}。",
    },
    command: "flinkops job show {{ $labels.job_id }}",
    meaning: "The next one that is a little slower fails. The timeout is not among Flink's metrics: set it here when it is not ten minutes.",
    steps: &[
        "`flinkops job show JOB` tells alignment, synchronous and asynchronous time apart.",
        "`flinkops tune checkpoint` says what interval, timeout and kind of checkpoint would suit.",
    ],
    cases: || {
        vec![
            Case::fires(
                "slower and slower",
                "10m",
                vec![of_job("lastCheckpointDuration", "450000x20")],
                &JOB,
                "7m 30s",
            ),
            Case::silent("quick", "10m", vec![of_job("lastCheckpointDuration", "30000x20")]),
            Case::silent(
                "one slow checkpoint",
                "6m",
                vec![of_job("lastCheckpointDuration", "30000 30000 450000 450000 30000x20")],
            ),
            Case::silent("none yet", "10m", vec![of_job("lastCheckpointDuration", "-1x20")]),
        ]
    },
};
