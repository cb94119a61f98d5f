//! A source has more to read than it reads.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::Case;

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkConsumerLag",
    group: Group::Flow,
    severity: Severity::Warning,
    pending: 600,
    parameters: &[
        Parameter::number("records", 100_000.0, "pending, over all subtasks of a source"),
        Parameter::span("window", 900, "in which they do not become fewer"),
    ],
    expression: |chosen| {
        format!(
            "flink:source_pending_records:sum > {}\n\
             and deriv(flink:source_pending_records:sum[{}]) >= 0",
            chosen.value("records"),
            chosen.value("window")
        )
    },
    english: Texts {
        summary: "{{ $labels.operator_name }} of {{ $labels.job_name }} does not keep up",
        description: "Source {{ $labels.operator_name }} of job {{ $labels.job_name }} has {{ $value | humanize }} records to read, and they \
                      do not become fewer.",
    },
    chinese: Texts {
        summary: "作业 {{ $labels.job_name }} 的 {{ $labels.operator_name }} 消费滞后",
        description: "作业 {{ $labels.job_name }} 的数据源 {{ $labels.operator_name }} 还有 {{ $value | humanize }} 条未读记录,且没有减少。",
    },
    command: "flinkops monitor top --job {{ $labels.job_id }}",
    meaning: "`pendingRecords` is what the source itself knows: Kafka's and Pulsar's have it, sources of the old kind do not. A lag that \
              shrinks is a job that catches up, and stays silent.",
    steps: &[
        "Where the source waits, something behind it is slow: see FlinkBottleneck.",
        "Where it is busy itself, it wants more parallelism, up to the number of partitions.",
    ],
    cases: || {
        let pending = |values: &str| {
            let series = "flink_taskmanager_job_task_operator_pendingRecords{cluster=\"prod\",job_id=\"a1\",job_name=\"orders\",\
                          task_id=\"v0\",task_name=\"source\",operator_name=\"Source:_kafka\",subtask_index=\"0\"}";
            vec![(series.to_owned(), values.to_owned())]
        };
        let labels = [
            ("cluster", "prod"),
            ("job_id", "a1"),
            ("job_name", "orders"),
            ("operator_name", "Source:_kafka"),
            ("task_id", "v0"),
            ("task_name", "source"),
        ];
        vec![
            Case::fires("it falls behind", "40m", pending("0+10000x60"), &labels, "400k"),
            Case::silent("it catches up", "40m", pending("1000000-10000x60")),
            Case::silent("a little is always pending", "40m", pending("500x60")),
        ]
    },
};
