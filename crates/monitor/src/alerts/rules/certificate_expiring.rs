//! A certificate ends soon.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::Case;

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkCertificateExpiring",
    group: Group::Security,
    severity: Severity::Warning,
    pending: 0,
    parameters: &[Parameter::number("days", 30.0, "before its end")],
    expression: |chosen| {
        format!("flinkops_certificate_not_after_seconds - time() < {} * 86400", chosen.value("days"))
    },
    english: Texts {
        summary: "Certificate {{ $labels.name }} ends soon",
        description: "Certificate {{ $labels.name }} ends in {{ $value | humanizeDuration }}.",
    },
    chinese: Texts {
        summary: "证书 {{ $labels.name }} 即将到期",
        description: "证书 {{ $labels.name }} 将在 {{ $value | humanizeDuration }} 后到期。",
    },
    command: "flinkops pki renew --dir pki --out renewed",
    meaning: "From `flinkops pki status --prometheus FILE`, which a timer writes for the textfile collector of node_exporter.",
    steps: &[
        "`flinkops pki renew --dir pki --out renewed` issues what ends soon again; then restart the processes one after another.",
    ],
    cases: || {
        let (name, labels) = (CERTIFICATE, LABELS);
        vec![
            Case::fires(
                "three weeks",
                "5m",
                vec![(name.to_owned(), "1814700x20".to_owned())],
                &labels,
                "21d 0h 0m 0s",
            ),
            Case::silent("a year", "5m", vec![(name.to_owned(), "31536000x20".to_owned())]),
        ]
    },
};

/// A certificate as `pki status --prometheus` writes it.
pub(super) const CERTIFICATE: &str =
    "flinkops_certificate_not_after_seconds{name=\"tm-1\",kind=\"internal\",serial=\"01\"}";

/// Its labels.
pub(super) const LABELS: [(&str, &str); 3] = [("kind", "internal"), ("name", "tm-1"), ("serial", "01")];
