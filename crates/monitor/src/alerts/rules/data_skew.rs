//! One subtask gets most of the records.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::{Case, VERTEX, of_subtask};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkDataSkew",
    group: Group::Flow,
    severity: Severity::Warning,
    pending: 900,
    parameters: &[
        Parameter::number("deviation", 0.8, "standard deviation of the subtasks' throughput, over its mean"),
        Parameter::number("records", 100.0, "a second and subtask, below which nobody cares"),
    ],
    expression: |chosen| {
        let by = "by (cluster, job_id, job_name, task_id, task_name) (flink_taskmanager_job_task_numRecordsInPerSecond)";
        format!("stddev {by}\n  / (avg {by} > {}) > {}", chosen.value("records"), chosen.value("deviation"))
    },
    english: Texts {
        summary: "{{ $labels.task_name }} of {{ $labels.job_name }} is skewed",
        description: "The subtasks of {{ $labels.task_name }} of job {{ $labels.job_name }} get very different numbers of records: they \
                      deviate from their mean by {{ $value | humanizePercentage }}.",
    },
    chinese: Texts {
        summary: "作业 {{ $labels.job_name }} 的 {{ $labels.task_name }} 数据倾斜",
        description: "作业 {{ $labels.job_name }} 的 {{ $labels.task_name }} 各子任务的记录数差异很大:相对均值偏差 {{ $value | humanizePercentage }}。",
    },
    command: "flinkops job show {{ $labels.job_id }}",
    meaning: "Parallelism does not help where one key, or one partition, carries most of the load. A deviation of 100 % is one of two subtasks \
              that gets everything, or one of ten that gets four times its share.",
    steps: &[
        "`flinkops job show JOB` shows the subtasks of the vertex.",
        "Aggregate before the shuffle, or spread hot keys over several and join them behind.",
        "Where a source is skewed, its partitions are: there may be fewer of them than subtasks.",
    ],
    cases: || {
        let rates = |rates: [&str; 4]| {
            let series =
                rates.iter().zip(0..).map(|(rate, index)| of_subtask("numRecordsInPerSecond", index, rate));
            series.collect::<Vec<_>>()
        };
        vec![
            Case::fires("a hot key", "30m", rates(["4000x40", "10x40", "10x40", "10x40"]), &VERTEX, "171.5%"),
            Case::silent("even", "30m", rates(["1000x40", "1100x40", "900x40", "1000x40"])),
            Case::silent("hardly any records", "30m", rates(["10x40", "0x40", "0x40", "0x40"])),
        ]
    },
};
