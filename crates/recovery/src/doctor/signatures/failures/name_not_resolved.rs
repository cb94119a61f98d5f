//! A host name cannot be resolved.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR165",
    name: "name-not-resolved",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "A host name cannot be resolved.",
    cause: "The name stands in no DNS that this host or pod asks, or it is misspelt.",
    steps: &[Step::run(
        "Resolve it on the host that says so: getent hosts NAME.",
        "flinkops deploy preflight --help",
    )],
    look: Look::Thrown {
        signs: &[
            Sign::java("java.net.UnknownHostException", ""),
            Sign::java("java.nio.channels.UnresolvedAddressException", ""),
        ],
        fleeting: false,
        examples: &[
            "java.net.UnknownHostException: kafka-1.internal: Name or service not known\n\tat java.base/java.net.Inet6AddressImpl.lookupAllHostAddr(Native Method)",
        ],
        others: &[],
    },
};
