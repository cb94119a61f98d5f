//! Something failed that no signature knows.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR189",
    name: "failure-not-known",
    severity: Severity::Error,
    tier: Tier::Generic,
    finds: "Something failed that no signature knows.",
    cause: "Not known.",
    steps: &[
        Step::run("See the whole of it.", "flinkops job exceptions {job} -v"),
        Step::run(
            "Pack what was seen, without secrets, for somebody who may know.",
            "flinkops doctor {job} --bundle doctor.tar.gz",
        ),
    ],
    look: Look::Thrown { signs: &[Sign::Anything], fleeting: true, examples: &[], others: &[] },
};
