//! Max parallelism changed.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR113",
    name: "max-parallelism-changed",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "The job does not start from the state, because an operator's maximum parallelism is another one, or is smaller than its parallelism.",
    cause: "Keyed state lies in as many key groups as the maximum parallelism was when it was first written; that cannot be changed afterwards.",
    steps: &[
        Step::run(
            "See the maximum parallelism that each operator of the state has.",
            "flinkops recover savepoint inspect PATH",
        ),
        Step::change(
            "Set it to that in the program (setMaxParallelism), or scale to no more than that.",
            "flinkops job scale {job} --parallelism N",
            "a restart; what was processed since its latest checkpoint is processed again",
        ),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::flink("", "Max parallelism mismatch between checkpoint/savepoint state and new program"),
            Sign::flink("", "is higher than the max parallelism"),
        ],
        fleeting: false,
        examples: &[
            "java.lang.IllegalStateException: Failed to rollback to checkpoint/savepoint file:/s/savepoint-1. Max parallelism mismatch between checkpoint/savepoint state and new program. Cannot map operator 7a1b with max parallelism 128 to new program with max parallelism 256.",
        ],
        others: &[],
    },
};
