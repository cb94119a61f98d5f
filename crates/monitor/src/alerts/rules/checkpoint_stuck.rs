//! A checkpoint is going on, and none has completed for long.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::{Case, JOB, of_job};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkCheckpointStuck",
    group: Group::Checkpoints,
    severity: Severity::Warning,
    pending: 300,
    parameters: &[Parameter::span(
        "window",
        1800,
        "in which at least one checkpoint has to complete; longer than the interval between two",
    )],
    expression: |chosen| {
        let window = chosen.value("window");
        format!(
            "max by (cluster, job_id, job_name) (flink_jobmanager_job_numberOfInProgressCheckpoints) > 0\n\
             unless max by (cluster, job_id, job_name) (changes(flink_jobmanager_job_numberOfCompletedCheckpoints[{window}])) > 0\n\
             and max by (cluster, job_id, job_name) (flink_jobmanager_job_uptime) > {}",
            chosen.times("window", 1000.0)
        )
    },
    english: Texts {
        summary: "No checkpoint of {{ $labels.job_name }} completes",
        description: "A checkpoint of job {{ $labels.job_name }} ({{ $labels.job_id }}) is going on, and none has completed for long.",
    },
    chinese: Texts {
        summary: "作业 {{ $labels.job_name }} 没有 Checkpoint 完成",
        description: "作业 {{ $labels.job_name }}({{ $labels.job_id }})有 Checkpoint 在进行,但很久没有一次完成。",
    },
    command: "flinkops job show {{ $labels.job_id }}",
    meaning: "A checkpoint that hangs does not fail before its timeout, so no counter of failures moves. The job has run longer than the \
              window, so it is not its first checkpoint that takes its time.",
    steps: &[
        "`flinkops job show JOB` shows how far it has got: subtasks that have not acknowledged are the ones that hold it.",
        "Back-pressure holds barriers up: see FlinkBackpressure.",
        "Long synchronous or asynchronous times point at the storage or at the size of the state.",
    ],
    cases: || {
        vec![
            Case::fires(
                "barriers do not get through",
                "60m",
                vec![
                    of_job("numberOfInProgressCheckpoints", "0 1x80"),
                    of_job("numberOfCompletedCheckpoints", "4 4x80"),
                    of_job("uptime", "0+60000x80"),
                ],
                &JOB,
                "1",
            ),
            Case::silent(
                "the first one takes its time",
                "20m",
                vec![
                    of_job("numberOfInProgressCheckpoints", "0 1x80"),
                    of_job("numberOfCompletedCheckpoints", "0x80"),
                    of_job("uptime", "0+60000x80"),
                ],
            ),
            Case::silent(
                "slow, but one after another completes",
                "60m",
                vec![
                    of_job("numberOfInProgressCheckpoints", "1x80"),
                    of_job("numberOfCompletedCheckpoints", "0x19 1x19 2x19 3x19"),
                    of_job("uptime", "0+60000x80"),
                ],
            ),
            Case::silent(
                "no checkpoints are asked for",
                "60m",
                vec![
                    of_job("numberOfInProgressCheckpoints", "0x80"),
                    of_job("numberOfCompletedCheckpoints", "0x80"),
                    of_job("uptime", "0+60000x80"),
                ],
            ),
        ]
    },
};
