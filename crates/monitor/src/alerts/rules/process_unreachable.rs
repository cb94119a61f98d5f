//! Prometheus does not reach a process.

use crate::alerts::alert::{Alert, Group, Severity, Texts};
use crate::alerts::case::{Case, up};

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkProcessUnreachable",
    group: Group::Cluster,
    severity: Severity::Warning,
    pending: 60,
    parameters: &[],
    expression: |_| "up{job=~\"flink-(jobmanager|taskmanager)\"} == 0".to_owned(),
    english: Texts {
        summary: "{{ $labels.instance }} does not answer",
        description: "Prometheus gets no metrics of {{ $labels.instance }} ({{ $labels.job }}).",
    },
    chinese: Texts {
        summary: "{{ $labels.instance }} 没有响应",
        description: "Prometheus 无法从 {{ $labels.instance }}({{ $labels.job }})获取指标。",
    },
    command: "curl -s http://{{ $labels.instance }}/metrics",
    meaning: "The process is gone, or its metrics port cannot be reached. The jobs are those of `flinkops monitor scrape`. Where service \
              discovery takes targets away, a scaled-down cluster has none that is down.",
    steps: &[
        "Is the process there? With FlinkTaskManagersLost beside it, it is not.",
        "Is the port another one? Where several processes share a host, each takes the next one of the range: \
         `flinkops monitor scrape` knows them all.",
    ],
    cases: || {
        vec![
            Case::fires(
                "a TaskManager was killed",
                "10m",
                vec![up("taskmanager", "tm-1:9249", "1 1 0x20")],
                &[("cluster", "prod"), ("instance", "tm-1:9249"), ("job", "flink-taskmanager")],
                "0",
            ),
            Case::silent("one scrape failed", "10m", vec![up("taskmanager", "tm-1:9249", "1 1 0 1x20")]),
            Case::silent(
                "the target was taken away",
                "10m",
                vec![up("taskmanager", "tm-1:9249", "1 1 stale")],
            ),
        ]
    },
};
