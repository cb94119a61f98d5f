//! Checkpoints fail more often than they succeed.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::{Case, JOB, of_job, of_task_manager};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkCheckpointsFailing",
    group: Group::Checkpoints,
    severity: Severity::Warning,
    pending: 0,
    parameters: &[
        Parameter::span("window", 900, "in which failures are counted"),
        Parameter::number("failures", 3.0, "so many of them, and more than successes"),
    ],
    expression: |chosen| {
        let window = chosen.value("window");
        format!(
            "max by (cluster, job_id, job_name) (changes(flink_jobmanager_job_numberOfFailedCheckpoints[{window}])) >= {}\n\
             and\n\
             max by (cluster, job_id, job_name) (changes(flink_jobmanager_job_numberOfFailedCheckpoints[{window}]))\n  \
             > max by (cluster, job_id, job_name) (changes(flink_jobmanager_job_numberOfCompletedCheckpoints[{window}]))\n\
             unless on (cluster, job_id) flink:job_without_tasks:millis",
            chosen.value("failures")
        )
    },
    english: Texts {
        summary: "Checkpoints of {{ $labels.job_name }} fail",
        description: "At least {{ $value }} checkpoints of job {{ $labels.job_name }} ({{ $labels.job_id }}) have failed lately, more \
                      than were completed.",
    },
    chinese: Texts {
        summary: "作业 {{ $labels.job_name }} 的 Checkpoint 失败",
        description: "作业 {{ $labels.job_name }}({{ $labels.job_id }})近期至少有 {{ $value }} 次 Checkpoint 失败,多于成功次数。",
    },
    command: "flinkops job show {{ $labels.job_id }}",
    meaning: "One failed checkpoint means nothing: a restart aborts the one that was going on, and it counts as failed. Several, and more \
              than succeeded, mean that the job could not be restored from anything recent. Of a job that waits for slots every checkpoint \
              fails: that is FlinkJobNotRunning.",
    steps: &[
        "`flinkops job show JOB` names the last failure: a directory that cannot be written, space that has run out, a timeout.",
        "A timeout under back-pressure: see FlinkBackpressure; `flinkops tune checkpoint` says whether unaligned checkpoints would help.",
        "`flinkops deploy preflight` looks at the storage from a host.",
    ],
    cases: || {
        vec![
            Case::fires(
                "the directory cannot be written",
                "10m",
                vec![
                    of_job("numberOfFailedCheckpoints", "0 0 1 2 3 4 5 6 7 8 9 10"),
                    of_job("numberOfCompletedCheckpoints", "1 2 2x20"),
                ],
                &JOB,
                "9",
            ),
            Case::silent(
                "a job that waits for slots",
                "10m",
                vec![
                    of_job("numberOfFailedCheckpoints", "0 0 1 2 3 4 5 6 7 8 9 10"),
                    of_job("numberOfCompletedCheckpoints", "1 2 2x20"),
                    of_job("uptime", "0+60000x20"),
                    of_task_manager("Status_JVM_Threads_Count", "50x20"),
                ],
            ),
            Case::silent(
                "a restart aborts one",
                "10m",
                vec![
                    of_job("numberOfFailedCheckpoints", "0 0 1x20"),
                    of_job("numberOfCompletedCheckpoints", "0+1x20"),
                ],
            ),
            Case::silent(
                "a few among many that succeed",
                "14m",
                vec![
                    of_job("numberOfFailedCheckpoints", "0 0 0 1 1 1 2 2 2 3 3 3 4 4 4"),
                    of_job("numberOfCompletedCheckpoints", "0+1x20"),
                ],
            ),
        ]
    },
};
