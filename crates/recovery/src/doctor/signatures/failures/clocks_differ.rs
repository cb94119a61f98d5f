//! The clock of a host differs too much from the KDC's.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR143",
    name: "clocks-differ",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "The clock of a host differs too much from the KDC's.",
    cause: "No time service runs on one of them.",
    steps: &[Step::run(
        "Compare the clocks, and let chrony or systemd-timesyncd run everywhere.",
        "flinkops deploy preflight --help",
    )],
    look: Look::Thrown {
        signs: &[Sign::java("", "Clock skew too great")],
        fleeting: false,
        examples: &["javax.security.auth.login.LoginException: Clock skew too great (37) - PREAUTH_FAILED"],
        others: &[],
    },
};
