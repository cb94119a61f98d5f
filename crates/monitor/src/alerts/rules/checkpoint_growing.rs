//! The state has grown much within a day.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::{Case, of_job};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkCheckpointSizeGrowing",
    group: Group::Checkpoints,
    severity: Severity::Warning,
    pending: 1800,
    parameters: &[
        Parameter::span("window", 86_400, "over which sizes are compared"),
        Parameter::number("factor", 2.0, "so many times as large as before"),
        Parameter::number("bytes", 1_073_741_824.0, "and at least so large"),
    ],
    expression: |chosen| {
        format!(
            "max by (cluster, job_name) (flink_jobmanager_job_lastCheckpointFullSize)\n  \
             > {} * (max by (cluster, job_name) (flink_jobmanager_job_lastCheckpointFullSize offset {}) > 0)\n\
             and max by (cluster, job_name) (flink_jobmanager_job_lastCheckpointFullSize) > {}",
            chosen.value("factor"),
            chosen.value("window"),
            chosen.value("bytes")
        )
    },
    english: Texts {
        summary: "The state of {{ $labels.job_name }} grows",
        description: "The state of job {{ $labels.job_name }} is {{ $value | humanize1024 }}B, several times what it was.",
    },
    chinese: Texts {
        summary: "作业 {{ $labels.job_name }} 的状态持续增长",
        description: "作业 {{ $labels.job_name }} 的状态为 {{ $value | humanize1024 }}B,是之前的数倍。",
    },
    command: "flinkops job list",
    meaning: "State without a time to live, or keys that never repeat, grow until the disk or the checkpoint's timeout says stop. The full \
              size is compared: that of one incremental checkpoint says little.",
    steps: &[
        "`flinkops job show JOB` shows which vertex's state is large.",
        "State of keys that do not come again needs a time to live, or a timer that clears it.",
    ],
    cases: || {
        vec![
            Case::fires(
                "four times in a day",
                "25h",
                vec![of_job("lastCheckpointFullSize", "1073741824+2147483x2000")],
                &[("cluster", "prod"), ("job_name", "orders")],
                "4Gi",
            ),
            Case::silent("steady", "25h", vec![of_job("lastCheckpointFullSize", "5000000000x2000")]),
            Case::silent("small", "25h", vec![of_job("lastCheckpointFullSize", "1000+100x2000")]),
        ]
    },
};
