//! A vertex waits for the ones behind it.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::{Case, VERTEX, of_subtask};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkBackpressure",
    group: Group::Flow,
    severity: Severity::Warning,
    pending: 900,
    parameters: &[Parameter::number("share", 0.5, "of its time that a vertex waits, over its subtasks")],
    expression: |chosen| format!("flink:vertex_backpressured:ratio > {}", chosen.value("share")),
    english: Texts {
        summary: "{{ $labels.task_name }} of {{ $labels.job_name }} is back-pressured",
        description: "Vertex {{ $labels.task_name }} of job {{ $labels.job_name }} waits {{ $value | humanizePercentage }} of its time \
                      for room downstream.",
    },
    chinese: Texts {
        summary: "作业 {{ $labels.job_name }} 的 {{ $labels.task_name }} 存在反压",
        description: "作业 {{ $labels.job_name }} 的节点 {{ $labels.task_name }} 有 {{ $value | humanizePercentage }} 的时间在等待下游。",
    },
    command: "flinkops monitor top --job {{ $labels.job_id }}",
    meaning: "This vertex is a victim: the cause is the first busy vertex downstream of it, which FlinkBottleneck names. \
              `isBackPressured` is true at the moment of the scrape only; the time per second is a measure.",
    steps: &[
        "`flinkops monitor top --job JOB` shows the graph with the busy vertex.",
        "See FlinkBottleneck for what to do about it.",
    ],
    cases: || {
        vec![
            Case::fires(
                "the sink is slow",
                "30m",
                vec![
                    of_subtask("backPressuredTimeMsPerSecond", 0, "800x40"),
                    of_subtask("backPressuredTimeMsPerSecond", 1, "600x40"),
                ],
                &VERTEX,
                "70%",
            ),
            Case::silent(
                "a burst",
                "30m",
                vec![of_subtask("backPressuredTimeMsPerSecond", 0, "0x10 900x10 0x30")],
            ),
            Case::silent("it flows", "30m", vec![of_subtask("backPressuredTimeMsPerSecond", 0, "20x40")]),
        ]
    },
};
