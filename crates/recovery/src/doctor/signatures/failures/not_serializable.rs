//! The program cannot be sent to the TaskManagers, because a function holds something that is not serializable.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR124",
    name: "not-serializable",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "The program cannot be sent to the TaskManagers, because a function holds something that is not serializable.",
    cause: "A connection, a logger or the enclosing object is a field of the function, or is caught by a lambda.",
    steps: &[Step::just(
        "Make the field transient and create it in open(), or make the function a static class.",
    )],
    look: Look::Thrown {
        signs: &[
            Sign::java("java.io.NotSerializableException", ""),
            Sign::flink("InvalidProgramException", "is not serializable"),
            Sign::flink("", "The implementation of the"),
        ],
        fleeting: false,
        examples: &[
            "org.apache.flink.api.common.InvalidProgramException: The implementation of the MapFunction is not serializable. The object probably contains or references non serializable fields.\nCaused by: java.io.NotSerializableException: com.example.Client",
        ],
        others: &[],
    },
};
