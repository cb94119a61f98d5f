//! A job that fails again and again.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::{Case, JOB, of_job, of_job_manager};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkJobRestartLoop",
    group: Group::Jobs,
    severity: Severity::Critical,
    // Longer than heartbeat.timeout: until then a lost TaskManager still counts, and its slots with it.
    pending: 60,
    parameters: &[
        Parameter::span("window", 900, "in which restarts are counted"),
        Parameter::number("restarts", 3.0, "so many of them are a loop"),
    ],
    expression: |chosen| {
        let window = chosen.value("window");
        format!(
            "max by (cluster, job_id, job_name) (changes(flink_jobmanager_job_numRestarts[{window}])) >= {}\n\
             unless on (cluster) (max by (cluster) (max_over_time(flink_jobmanager_taskSlotsTotal[{window}]))\n  \
             > max by (cluster) (flink_jobmanager_taskSlotsTotal))",
            chosen.value("restarts")
        )
    },
    english: Texts {
        summary: "Job {{ $labels.job_name }} restarts again and again",
        description: "Job {{ $labels.job_name }} ({{ $labels.job_id }}) has restarted at least {{ $value }} times lately.",
    },
    chinese: Texts {
        summary: "作业 {{ $labels.job_name }} 反复重启",
        description: "作业 {{ $labels.job_name }}({{ $labels.job_id }})近期至少重启了 {{ $value }} 次。",
    },
    command: "flinkops job exceptions {{ $labels.job_id }}",
    meaning: "`numRestarts` is a gauge that begins anew with another JobManager, so changes are counted: restarts between two scrapes \
              count as one. Each restart reads everything since the last checkpoint again. A job that has lost its slots tries again and \
              again too: while a cluster has fewer slots than at the beginning of the window, FlinkTaskManagersLost speaks.",
    steps: &[
        "`flinkops job exceptions JOB` shows the failures side by side: the same one each time is the job's or its data's, different \
         ones are the cluster's.",
        "When checkpoints fail too, see FlinkCheckpointsFailing: by default the first failed checkpoint makes the job fail.",
        "`flinkops job stop JOB` ends the loop and keeps the state, if a savepoint still succeeds.",
    ],
    cases: || {
        vec![
            Case::fires(
                "a record that always throws",
                "10m",
                vec![of_job("numRestarts", "0 0 1 2 3 4 4 4 4 4 4")],
                &JOB,
                "4",
            ),
            Case::silent(
                "its slots are lost",
                "10m",
                vec![
                    of_job("numRestarts", "0 0 1 2 3 4 4 4 4 4 4"),
                    of_job_manager("taskSlotsTotal", "2 2 1x20"),
                ],
            ),
            Case::silent("one restart", "10m", vec![of_job("numRestarts", "0 0 1x20")]),
            Case::silent("a loop that is long over", "60m", vec![of_job("numRestarts", "0 1 2 3 4x80")]),
        ]
    },
};
