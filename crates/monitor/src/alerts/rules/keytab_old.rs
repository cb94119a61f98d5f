//! A key in a keytab is old.

use crate::alerts::alert::{Alert, Group, Parameter, Severity, Texts};
use crate::alerts::case::Case;

pub(crate) static ALERT: Alert = Alert {
    name: "FlinkKeytabOld",
    group: Group::Security,
    severity: Severity::Warning,
    pending: 0,
    parameters: &[Parameter::number(
        "days",
        335.0,
        "since the key was made: a month before a password's year is over",
    )],
    expression: |chosen| {
        format!(
            "time() - max by (keytab, principal) (flinkops_keytab_entry_timestamp_seconds != 0) > {} * 86400",
            chosen.value("days")
        )
    },
    english: Texts {
        summary: "The key of {{ $labels.principal }} is old",
        description: "The newest key of {{ $labels.principal }} in {{ $labels.keytab }} is {{ $value | humanizeDuration }} old.",
    },
    chinese: Texts {
        summary: "{{ $labels.principal }} 的密钥过旧",
        description: "{{ $labels.keytab }} 中 {{ $labels.principal }} 的最新密钥已有 {{ $value | humanizeDuration }}。",
    },
    command: "flinkops keytab check {{ $labels.keytab }}",
    meaning: "A keytab does not end, but the password at the KDC may. From `flinkops keytab list FILE --prometheus OUT`.",
    steps: &[
        "`flinkops keytab check FILE` logs in at the KDC with it.",
        "Have the KDC make new keys, and `flinkops keytab merge` them in before the old ones are taken away.",
    ],
    cases: || {
        // promtool's clock begins in 1970.
        let key = |values: &str| {
            let series = "flinkops_keytab_entry_timestamp_seconds{keytab=\"flink.keytab\",principal=\"flink/tm@EXAMPLE.COM\",kvno=\"1\",etype=\"aes256-cts-hmac-sha1-96\"}";
            vec![(series.to_owned(), values.to_owned())]
        };
        let labels = [("keytab", "flink.keytab"), ("principal", "flink/tm@EXAMPLE.COM")];
        vec![
            Case::fires("a year", "5m", key("-31535700x10"), &labels, "365d 0h 0m 0s"),
            Case::silent("a month", "5m", key("-2592000x10")),
            Case::silent("a keytab that does not say", "5m", key("0x10")),
        ]
    },
};
