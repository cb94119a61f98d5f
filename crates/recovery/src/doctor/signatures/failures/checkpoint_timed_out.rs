//! Checkpoints do not complete in time.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR151",
    name: "checkpoint-timed-out",
    severity: Severity::Error,
    tier: Tier::Consequence,
    finds: "Checkpoints do not complete in time.",
    cause: "A subtask does not get to its barrier (back-pressure), or its state takes longer to write than execution.checkpointing.timeout.",
    steps: &[
        Step::run("See which vertex holds the barrier up, and why.", "flinkops job show {job}"),
        Step::run("Size interval and timeout by what checkpoints take.", "flinkops tune checkpoint {job}"),
        Step::just(
            "Where back-pressure is the reason, let barriers overtake records: execution.checkpointing.unaligned.enabled: true.",
        ),
    ],
    look: Look::Thrown {
        signs: &[Sign::flink("", "Checkpoint expired before completing")],
        fleeting: false,
        examples: &["Checkpoint expired before completing."],
        others: &[],
    },
};
