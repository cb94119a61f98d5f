//! A certificate has ended, or ends within days.

use super::certificate_expiring::{CERTIFICATE, LABELS};
use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::Case;

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkCertificateEnds",
    group: Group::Security,
    severity: Severity::Critical,
    pending: 0,
    parameters: &[Parameter::number("days", 7.0, "before its end")],
    expression: |chosen| {
        format!("flinkops_certificate_not_after_seconds - time() < {} * 86400", chosen.value("days"))
    },
    english: Texts {
        summary: "Certificate {{ $labels.name }} ends within days, or has ended",
        description: "Certificate {{ $labels.name }} ends in {{ $value | humanizeDuration }}: after that, no connection is made.",
    },
    chinese: Texts {
        summary: "证书 {{ $labels.name }} 数日内到期或已到期",
        description: "证书 {{ $labels.name }} 将在 {{ $value | humanizeDuration }} 后到期:到期后无法建立连接。",
    },
    command: "flinkops pki renew --dir pki --out renewed",
    meaning: "Running processes keep their connections; the next TaskManager that starts, or the next job whose tasks connect, fails.",
    steps: &[
        "`flinkops pki renew --dir pki --out renewed`, and restart the processes one after another before the end.",
    ],
    cases: || {
        vec![
            Case::fires(
                "two days",
                "5m",
                vec![(CERTIFICATE.to_owned(), "173100x20".to_owned())],
                &LABELS,
                "2d 0h 0m 0s",
            ),
            Case::silent("three weeks", "5m", vec![(CERTIFICATE.to_owned(), "1814700x20".to_owned())]),
        ]
    },
};
