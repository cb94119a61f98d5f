//! A service that the program or Flink needs does not take connections.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR166",
    name: "connection-refused",
    severity: Severity::Error,
    tier: Tier::Consequence,
    finds: "A service that the program or Flink needs does not take connections.",
    cause: "It is down, listens on another port or address, or a firewall refuses.",
    steps: &[Step::run("Connect from the host that says so.", "flinkops deploy preflight --help")],
    look: Look::Thrown {
        signs: &[
            Sign::java("java.net.ConnectException", "Connection refused"),
            Sign::java("", "Connection refused"),
            Sign::java("java.net.ConnectException", ""),
            Sign::java("java.net.NoRouteToHostException", ""),
        ],
        fleeting: false,
        examples: &[
            "java.io.IOException: cannot write\nCaused by: java.net.ConnectException: Connection refused\n\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)",
        ],
        others: &[],
    },
};
