//! A checkpoint or savepoint is there, and is no such thing or not all of it.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR115",
    name: "state-damaged",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "A checkpoint or savepoint is there, and is no such thing or not all of it.",
    cause: "The file was cut off (a disk that was full, a copy that was broken off) or overwritten.",
    steps: &[
        Step::run("See what is wrong with it.", "flinkops recover savepoint inspect PATH"),
        Step::run("Start from an older one that is whole.", "flinkops recover plan {job}"),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::flink("", "Unexpected magic number"),
            Sign::flink("", "Unrecognized checkpoint version number"),
        ],
        fleeting: false,
        examples: &[
            "java.io.IOException: Unexpected magic number. This can have multiple reasons: (1) You are trying to load a Flink 1.0 savepoint, which is not supported by this version of Flink.",
        ],
        others: &[],
    },
};
