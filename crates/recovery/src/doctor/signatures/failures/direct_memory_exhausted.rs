//! A process has no room for direct buffers.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR103",
    name: "direct-memory-exhausted",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "A process has no room for direct buffers.",
    cause: "A library or connector uses direct memory that Flink does not know of.",
    steps: &[
        Step::run(
            "Tell Flink how much the program needs: taskmanager.memory.task.off-heap.size.",
            "flinkops tune memory --conf conf/config.yaml --process taskmanager",
        ),
        Step::just(
            "Where nothing of the program uses direct memory, raise taskmanager.memory.framework.off-heap.size.",
        ),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::flink("", "Direct buffer memory"),
            Sign::java("java.lang.OutOfMemoryError", "Cannot reserve"),
            Sign::flink("OutOfDirectMemoryError", ""),
        ],
        fleeting: false,
        examples: &[
            "java.lang.OutOfMemoryError: Cannot reserve 33554432 bytes of direct buffer memory (allocated: 134217728, limit: 134217728)\n\tat java.base/java.nio.Bits.reserveMemory(Bits.java:178)",
            "java.lang.OutOfMemoryError: Direct buffer memory. The direct out-of-memory error has occurred.",
        ],
        others: &["java.lang.OutOfMemoryError: Java heap space"],
    },
};
