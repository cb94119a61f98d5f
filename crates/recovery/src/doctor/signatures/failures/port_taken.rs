//! A process cannot listen where it is told to.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR167",
    name: "port-taken",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "A process cannot listen where it is told to.",
    cause: "Another process has the port: an old Flink that did not end, or two processes with one port instead of a range.",
    steps: &[
        Step::just("See who has it: ss -ltnp."),
        Step::run("Give a range of ports: rest.bind-port: 8081-8099.", "flinkops conf lint conf"),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::java("java.net.BindException", ""),
            Sign::system("Address already in use"),
            Sign::flink("", "Could not start rest endpoint on any port in port range"),
        ],
        fleeting: false,
        examples: &["java.net.BindException: Could not start rest endpoint on any port in port range 8081"],
        others: &[],
    },
};
