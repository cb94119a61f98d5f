//! A process has no room for further classes.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR102",
    name: "metaspace-exhausted",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "A process has no room for further classes.",
    cause: "Each job and each restart loads the classes of its jar again, and something (a thread, a static cache, a driver) holds on to the old ones; or the program simply has many classes.",
    steps: &[
        Step::just("Restart the TaskManagers: that is the only way to get rid of what is held."),
        Step::run(
            "Give more: taskmanager.memory.jvm-metaspace.size, or jobmanager.memory.jvm-metaspace.size where plans are compiled.",
            "flinkops tune memory --conf conf/config.yaml --process taskmanager",
        ),
        Step::just("Put drivers and libraries that cache classes into lib/, where they are loaded once."),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::java("java.lang.OutOfMemoryError", "Metaspace"),
            Sign::java("java.lang.OutOfMemoryError", "Compressed class space"),
        ],
        fleeting: false,
        examples: &[
            "org.apache.flink.util.FlinkException: x\nCaused by: java.lang.OutOfMemoryError: Metaspace. The metaspace out-of-memory error has occurred. This can mean two things: either Flink requires a larger size of JVM metaspace.",
        ],
        others: &["java.lang.OutOfMemoryError: Java heap space"],
    },
};
