//! A process that was logged in is no longer.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR142",
    name: "kerberos-ticket-expired",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "A process that was logged in is no longer.",
    cause: "It was started with a ticket cache instead of a keytab, and the ticket cannot be renewed any more; or the delegation token has ended.",
    steps: &[
        Step::run(
            "Give Flink a keytab: security.kerberos.login.keytab and .principal, and use-ticket-cache: false.",
            "flinkops secure kerberos --help",
        ),
        Step::run("Log in with it, as Flink would.", "flinkops keytab check --help"),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::java("", "Failed to find any Kerberos tgt"),
            Sign::java("", "Ticket expired"),
            Sign::elsewhere("", "token can't be found in cache"),
            Sign::elsewhere("", "is expired"),
            Sign::elsewhere("InvalidToken", ""),
        ],
        fleeting: false,
        examples: &[
            "java.io.IOException: DestHost:destPort nn1:8020\nCaused by: javax.security.sasl.SaslException: GSS initiate failed [Caused by GSSException: No valid credentials provided (Mechanism level: Failed to find any Kerberos tgt)]",
        ],
        others: &[],
    },
};
