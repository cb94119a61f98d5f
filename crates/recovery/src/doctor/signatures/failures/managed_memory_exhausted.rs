//! An operator or RocksDB does not get the managed memory that it needs.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR108",
    name: "managed-memory-exhausted",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "An operator or RocksDB does not get the managed memory that it needs.",
    cause: "taskmanager.memory.managed.size or .fraction is too small for the slots, or was set to nothing while an operator (sort, batch join, RocksDB, Python) needs some.",
    steps: &[
        Step::run("See how much managed memory a slot has.", "flinkops tune slots --help"),
        Step::run(
            "Raise taskmanager.memory.managed.fraction, or take fewer slots a TaskManager.",
            "flinkops tune memory --conf conf/config.yaml --process taskmanager",
        ),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::flink("MemoryAllocationException", ""),
            Sign::flink("MemoryReservationException", ""),
            Sign::flink("", "Too few memory segments provided"),
        ],
        fleeting: false,
        examples: &[
            "org.apache.flink.runtime.memory.MemoryAllocationException: Could not allocate 512 pages\nCaused by: org.apache.flink.runtime.memory.MemoryReservationException: Could not allocate 16777216 bytes, only 0 bytes are remaining.",
        ],
        others: &[],
    },
};
