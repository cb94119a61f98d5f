//! A job that the cluster knows does not run.

use crate::alerts::alert::{Alert, Group, Severity, Texts};
use crate::alerts::case::{Case, JOB, of_job, of_subtask, of_task_manager};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkJobNotRunning",
    group: Group::Jobs,
    severity: Severity::Critical,
    pending: 120,
    parameters: &[],
    expression: |_| {
        "max by (cluster, job_id, job_name) (flink_jobmanager_job_uptime) <= 0\n\
         or\n\
         flink:job_without_tasks:millis"
            .to_owned()
    },
    english: Texts {
        summary: "Job {{ $labels.job_name }} is not running",
        description: "Job {{ $labels.job_name }} ({{ $labels.job_id }}) is known to the JobManager, but its tasks do not run.",
    },
    chinese: Texts {
        summary: "作业 {{ $labels.job_name }} 未在运行",
        description: "JobManager 上有作业 {{ $labels.job_name }}({{ $labels.job_id }}),但它的任务没有运行。",
    },
    command: "flinkops job exceptions {{ $labels.job_id }}",
    meaning: "The job is being restarted, waits for slots, or counts as running while no TaskManager reports a task of it (the \
              default scheduler calls a job running that still waits for slots). A restart that takes less than the waiting time does \
              not fire. A job that has ended for good has no metrics any more; that is FlinkJobVanished and FlinkJobMissing.",
    steps: &[
        "`flinkops job exceptions JOB` names the failure of the last attempt.",
        "`flinkops job show JOB` shows which vertices are not running. Tasks that are SCHEDULED wait for slots: see FlinkSlotsExhausted.",
        "When it cannot come back by itself: `flinkops job restore PATH JAR` from the latest checkpoint, which `flinkops job show JOB` names.",
    ],
    cases: || {
        vec![
            Case::fires("its attempts fail", "5m", vec![of_job("uptime", "60000 120000 0x10")], &JOB, "0"),
            Case::fires(
                "it counts as running and has no task",
                "10m",
                vec![of_job("uptime", "0+60000x20"), of_task_manager("Status_JVM_Threads_Count", "50x20")],
                &JOB,
                "600000",
            ),
            Case::silent(
                "a restart that takes a minute",
                "5m",
                vec![
                    of_job("uptime", "60000 120000 0 60000 120000 180000"),
                    of_subtask("numRecordsIn", 0, "0+100x10"),
                ],
            ),
            Case::silent(
                "a batch job that has finished",
                "10m",
                vec![
                    of_job("uptime", "60000 120000 180000 -1 stale"),
                    of_subtask("numRecordsIn", 0, "0 100 200 stale"),
                ],
            ),
        ]
    },
};
