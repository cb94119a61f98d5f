//! When certificates end and keys grow old.

use super::board::{Dashboard, Panel, Row, Shape, Target, Unit};

pub(super) static BOARD: Dashboard = Dashboard {
    name: "security",
    title: "Flink: security",
    description: "When certificates end and keys grow old, from what flinkops writes for the textfile collector.",
    variables: &[],
    rows: &[
        Row {
            title: "Certificates",
            panels: &[
                Panel {
                    title: "Days left",
                    description: "Until each certificate ends.",
                    shape: Shape::Table,
                    unit: Unit::Seconds,
                    targets: &[Target {
                        expression: "sort(flinkops_certificate_not_after_seconds - time())",
                        legend: "{{name}}",
                    }],
                },
                Panel {
                    title: "The next three",
                    description: "Which end first.",
                    shape: Shape::Lines,
                    unit: Unit::Seconds,
                    targets: &[Target {
                        expression: "bottomk(3, flinkops_certificate_not_after_seconds - time())",
                        legend: "{{name}}",
                    }],
                },
            ],
        },
        Row {
            title: "Keys and reports",
            panels: &[
                Panel {
                    title: "Age of keys",
                    description: "The newest key of each principal.",
                    shape: Shape::Table,
                    unit: Unit::Seconds,
                    targets: &[Target {
                        expression: "time() - max by (keytab, principal) (flinkops_keytab_entry_timestamp_seconds != 0)",
                        legend: "{{principal}}",
                    }],
                },
                Panel {
                    title: "Age of the report",
                    description: "How old what is shown here is.",
                    shape: Shape::Numbers,
                    unit: Unit::Seconds,
                    targets: &[Target {
                        expression: "time() - flinkops_certificate_status_timestamp_seconds",
                        legend: "report",
                    }],
                },
            ],
        },
    ],
};
