//! The job does not start from the state, because the state has operators that the program does not have.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR112",
    name: "state-of-unknown-operator",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "The job does not start from the state, because the state has operators that the program does not have.",
    cause: "An operator was removed, or its uid changed; operators without a uid get an id from the shape of the graph, so that any change of it changes theirs.",
    steps: &[
        Step::run(
            "See which operators the state has and the program does not, and how large they are.",
            "flinkops recover savepoint fit PATH JAR",
        ),
        Step::just(
            "Give the operator the uid back that it had; setUidHash takes an id as it stands in the message.",
        ),
        Step::destroy(
            "If the operator is gone on purpose, allow its state to be dropped.",
            "flinkops job restore PATH JAR --allow-non-restored-state",
            "the state of the operators that the program does not have",
        ),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::flink("", "because the operator is not available in the new program"),
            Sign::flink("", "Cannot map checkpoint/savepoint state for operator"),
        ],
        fleeting: false,
        examples: &[
            "org.apache.flink.util.FlinkRuntimeException: Failed to start\nCaused by: java.lang.IllegalStateException: Failed to rollback to checkpoint/savepoint file:/s/savepoint-1. Cannot map checkpoint/savepoint state for operator 7a1b2c3d4e5f60718293a4b5c6d7e8f9 to the new program, because the operator is not available in the new program. If you want to allow to skip this, you can set the --allowNonRestoredState option on the CLI.",
        ],
        others: &[],
    },
};
