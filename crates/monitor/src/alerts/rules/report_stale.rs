//! Nobody has looked at the certificates for long.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::Case;

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkCertificateReportStale",
    group: Group::Security,
    severity: Severity::Warning,
    pending: 0,
    parameters: &[Parameter::span("age", 172_800, "of what `pki status` has written")],
    expression: |chosen| {
        format!("time() - flinkops_certificate_status_timestamp_seconds > {}", chosen.times("age", 1.0))
    },
    english: Texts {
        summary: "The report on certificates is old",
        description: "`flinkops pki status --prometheus` has not run for {{ $value | humanizeDuration }}.",
    },
    chinese: Texts {
        summary: "证书报告已过期",
        description: "`flinkops pki status --prometheus` 已有 {{ $value | humanizeDuration }} 未运行。",
    },
    command: "flinkops pki status --dir pki --prometheus /var/lib/node_exporter/flinkops_pki.prom",
    meaning: "The textfile collector goes on to show the last file that was written; alerts on certificates are as old as that.",
    steps: &["Look at the timer that runs `flinkops pki status`."],
    cases: || {
        let written = |values: &str| {
            vec![("flinkops_certificate_status_timestamp_seconds".to_owned(), values.to_owned())]
        };
        vec![
            Case::fires("three days", "5m", written("-258900x10"), &[], "3d 0h 0m 0s"),
            Case::silent("today", "5m", written("-3600x10")),
        ]
    },
};
