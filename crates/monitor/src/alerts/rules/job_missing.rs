//! A job that must always run does not.

use crate::alerts::alert::{Alert, Group, Severity, Texts};
use crate::alerts::case::{Case, named_job, of_job};
use crate::catalogue::filtered;

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkJobMissing",
    group: Group::Jobs,
    severity: Severity::Critical,
    pending: 180,
    parameters: &[],
    expression: |chosen| {
        let expected = chosen.expected();
        let selectors = expected.jobs.iter().flat_map(|job| {
            // The reporter's own spelling, which needs no quoting either.
            let job = format!("job_name=\"{}\"", filtered(job));
            match expected.clusters.is_empty() {
                true => vec![job],
                false => {
                    expected.clusters.iter().map(|cluster| format!("cluster={cluster:?},{job}")).collect()
                }
            }
        });
        let rules = selectors.map(|selector| {
            format!(
                "absent(flink_jobmanager_job_uptime{{{selector}}})\nor\n\
                 max by (cluster, job_name) (flink_jobmanager_job_uptime{{{selector}}}) <= 0"
            )
        });
        rules.collect::<Vec<_>>().join("\nor\n")
    },
    english: Texts {
        summary: "Job {{ $labels.job_name }} is missing",
        description: "Job {{ $labels.job_name }} must always run, and no JobManager reports that it does.",
    },
    chinese: Texts {
        summary: "缺少作业 {{ $labels.job_name }}",
        description: "作业 {{ $labels.job_name }} 必须一直运行,但没有 JobManager 报告它在运行。",
    },
    command: "flinkops job list --all",
    meaning: "Only there when jobs were named with `--expect-job`. Names are \
              those of labels: Flink's reporter writes `_` for whatever is no letter, digit or colon. It knows no window: it goes on until the job runs again, also when \
              the whole cluster is gone.",
    steps: &[
        "`flinkops job list --all` shows whether it is there, and how it ended.",
        "`flinkops job apply -f JOB.yaml` starts it again from its latest state, if it is described.",
    ],
    cases: || {
        let labels = [("job_name", "orders")];
        vec![
            Case::fires(
                "it was never there",
                "5m",
                vec![named_job("other", "uptime", "0+60000x10")],
                &labels,
                "1",
            ),
            Case::fires(
                "it is there and restarts all the time",
                "6m",
                vec![of_job("uptime", "0x10")],
                &[("cluster", "prod"), ("job_name", "orders")],
                "0",
            ),
            Case::silent("it runs", "10m", vec![of_job("uptime", "0+60000x10")]),
        ]
    },
};
