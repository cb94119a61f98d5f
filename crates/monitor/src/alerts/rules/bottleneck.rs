//! A vertex that works all the time while others wait for it.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::{Case, VERTEX, of_subtask, of_vertex};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkBottleneck",
    group: Group::Flow,
    severity: Severity::Warning,
    pending: 900,
    parameters: &[
        Parameter::number("busy", 0.9, "share of its time that the busiest subtask works"),
        Parameter::number("waiting", 0.5, "share of its time that some vertex of the job waits"),
    ],
    expression: |chosen| {
        format!(
            "flink:vertex_busy:ratio > {}\n\
             and on (cluster, job_id) flink:vertex_backpressured:ratio > {}",
            chosen.value("busy"),
            chosen.value("waiting")
        )
    },
    english: Texts {
        summary: "{{ $labels.task_name }} is the bottleneck of {{ $labels.job_name }}",
        description: "Vertex {{ $labels.task_name }} of job {{ $labels.job_name }} is busy {{ $value | humanizePercentage }} of the time, \
                      and others wait for it.",
    },
    chinese: Texts {
        summary: "{{ $labels.task_name }} 是作业 {{ $labels.job_name }} 的瓶颈",
        description: "作业 {{ $labels.job_name }} 的节点 {{ $labels.task_name }} 有 {{ $value | humanizePercentage }} 的时间在忙,其他节点在等它。",
    },
    command: "flinkops monitor top --job {{ $labels.job_id }}",
    meaning: "Busy alone is no fault: it is one when others wait. Where one subtask is busy and its siblings are not, it is skew: \
              see FlinkDataSkew.",
    steps: &[
        "More parallelism for this vertex: `flinkops job scale JOB -p N`, if slots are free.",
        "Where every record costs a call to somewhere else, asynchronous I/O or batching does more than parallelism.",
    ],
    cases: || {
        vec![
            Case::fires(
                "one vertex holds the source back",
                "30m",
                vec![
                    of_subtask("busyTimeMsPerSecond", 0, "980x40"),
                    of_subtask("backPressuredTimeMsPerSecond", 0, "0x40"),
                    of_vertex(("v0", "source"), "backPressuredTimeMsPerSecond", 0, "900x40"),
                    of_vertex(("v0", "source"), "busyTimeMsPerSecond", 0, "100x40"),
                ],
                &VERTEX,
                "98%",
            ),
            Case::silent(
                "busy, and nobody waits",
                "30m",
                vec![
                    of_subtask("busyTimeMsPerSecond", 0, "980x40"),
                    of_vertex(("v0", "source"), "backPressuredTimeMsPerSecond", 0, "10x40"),
                ],
            ),
            Case::silent(
                "a source that cannot say how busy it is",
                "30m",
                vec![
                    of_vertex(("v0", "source"), "busyTimeMsPerSecond", 0, &["NaN"; 40].join(" ")),
                    of_vertex(("v0", "source"), "backPressuredTimeMsPerSecond", 0, "900x40"),
                ],
            ),
        ]
    },
};
