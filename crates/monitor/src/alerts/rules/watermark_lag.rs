//! Event time stays behind.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::{Case, VERTEX, of_subtask};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkWatermarkLag",
    group: Group::Flow,
    severity: Severity::Warning,
    pending: 600,
    parameters: &[Parameter::span("lag", 900, "so far behind the clock")],
    expression: |chosen| format!("time() - flink:vertex_watermark:min > {}", chosen.times("lag", 1.0)),
    english: Texts {
        summary: "Event time of {{ $labels.job_name }} is behind",
        description: "The watermark at {{ $labels.task_name }} of job {{ $labels.job_name }} is {{ $value | humanizeDuration }} behind.",
    },
    chinese: Texts {
        summary: "作业 {{ $labels.job_name }} 的事件时间落后",
        description: "作业 {{ $labels.job_name }} 在 {{ $labels.task_name }} 处的水位线落后 {{ $value | humanizeDuration }}。",
    },
    command: "flinkops job show {{ $labels.job_id }}",
    meaning: "Windows and timers wait for the slowest input. Values of before the first watermark (Long.MIN_VALUE) and after the last \
              (Long.MAX_VALUE) are left out. A job that reads history is behind until it has caught up.",
    steps: &[
        "When lag grows by a second a second, the watermark stands still: an idle partition holds it; `withIdleness` lets it go.",
        "When it grows slower, the job is too slow: see FlinkBottleneck and FlinkConsumerLag.",
    ],
    cases: || {
        vec![
            // promtool's clock begins in 1970.
            Case::fires(
                "a partition has gone silent",
                "60m",
                vec![
                    of_subtask("currentInputWatermark", 0, "0+60000x80"),
                    of_subtask("currentInputWatermark", 1, "1 600000x80"),
                ],
                &VERTEX,
                "50m 0s",
            ),
            Case::silent("it keeps up", "60m", vec![of_subtask("currentInputWatermark", 0, "1+60000x80")]),
            Case::silent(
                "no watermark yet, and none any more",
                "60m",
                vec![
                    of_subtask("currentInputWatermark", 0, "-9223372036854775808x80"),
                    of_subtask("currentInputWatermark", 1, "9223372036854775807x80"),
                ],
            ),
        ]
    },
};
