//! A streaming job that is not there any more.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::{Case, named_job, of_job, of_job_manager};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkJobVanished",
    group: Group::Jobs,
    severity: Severity::Warning,
    pending: 180,
    parameters: &[Parameter::span("window", 1800, "how long a job that is gone is remembered")],
    expression: |chosen| {
        format!(
            "max by (cluster, job_name) (max_over_time(flink_jobmanager_job_numberOfCompletedCheckpoints[{}])) > 0\n\
             unless on (cluster, job_name) flink_jobmanager_job_uptime\n\
             and on (cluster) flink_jobmanager_numRegisteredTaskManagers",
            chosen.value("window")
        )
    },
    english: Texts {
        summary: "Job {{ $labels.job_name }} is gone",
        description: "Job {{ $labels.job_name }} had completed {{ $value }} checkpoints and is not on the cluster any more: it failed \
                      for good, was cancelled, or was lost with a JobManager.",
    },
    chinese: Texts {
        summary: "作业 {{ $labels.job_name }} 已消失",
        description: "作业 {{ $labels.job_name }} 曾完成 {{ $value }} 个 Checkpoint,现在已不在集群上:彻底失败、被取消,或随 JobManager 丢失。",
    },
    command: "flinkops job list --all",
    meaning: "Flink removes a job's metrics when the job ends, however it ends, so no metric can say `failed`. A job that has completed \
              checkpoints is taken for one that should go on. It is known by its name: an upgrade under another id stays silent as long \
              as the new one comes within the waiting time. The alert ends by itself when the window is over; for jobs that must always \
              run, use `--expect-job`, which does not forget.",
    steps: &[
        "`flinkops job list --all` shows how it ended; `flinkops job exceptions JOB` why.",
        "If it was stopped on purpose, nothing is to be done.",
        "If not, `flinkops job restore PATH JAR` from its latest checkpoint or savepoint; `flinkops job history` knows those of `job apply`.",
    ],
    cases: || {
        vec![
            Case::fires(
                "a streaming job fails for good",
                "10m",
                vec![
                    of_job("numberOfCompletedCheckpoints", "1 2 3 stale"),
                    of_job("uptime", "60000 120000 180000 stale"),
                    of_job_manager("numRegisteredTaskManagers", "2x20"),
                ],
                &[("cluster", "prod"), ("job_name", "orders")],
                "3",
            ),
            Case::silent(
                "a batch job finishes",
                "10m",
                vec![
                    named_job("report", "numberOfCompletedCheckpoints", "0 0 0 stale"),
                    named_job("report", "uptime", "60000 120000 180000 stale"),
                    of_job_manager("numRegisteredTaskManagers", "2x20"),
                ],
            ),
            Case::silent(
                "an upgrade under another id",
                "10m",
                vec![
                    of_job("numberOfCompletedCheckpoints", "1 2 3 stale"),
                    of_job("uptime", "60000 120000 180000 stale"),
                    (
                        "flink_jobmanager_job_uptime{cluster=\"prod\",job_id=\"a2\",job_name=\"orders\"}"
                            .to_owned(),
                        "_ _ _ _ 1000 61000+60000x10".to_owned(),
                    ),
                    of_job_manager("numRegisteredTaskManagers", "2x20"),
                ],
            ),
        ]
    },
};
