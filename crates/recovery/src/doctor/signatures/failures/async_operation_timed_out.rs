//! A request of an asynchronous operator was not answered in time.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR184",
    name: "async-operation-timed-out",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "A request of an asynchronous operator was not answered in time.",
    cause: "The service that it asks is slow or down, or more requests are under way than it can take.",
    steps: &[
        Step::just("Look at that service's own figures."),
        Step::just(
            "Handle it: override timeout() in the AsyncFunction, or give AsyncDataStream a retry strategy.",
        ),
    ],
    look: Look::Thrown {
        signs: &[Sign::flink("", "Async function call has timed out")],
        fleeting: false,
        examples: &["java.util.concurrent.TimeoutException: Async function call has timed out."],
        others: &[],
    },
};
