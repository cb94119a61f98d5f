//! A process has no room on its heap, or spends nearly all its time looking for some.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR101",
    name: "heap-exhausted",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "A process has no room on its heap, or spends nearly all its time looking for some.",
    cause: "What the program keeps is larger than the heap: state of the hashmap backend, collections in user code, records that are too large.",
    steps: &[
        Step::run(
            "See how the process's memory is divided, and what to give to the heap.",
            "flinkops tune memory --conf conf/config.yaml --process taskmanager",
        ),
        Step::run("Keep state in RocksDB: it lies outside of the heap.", "flinkops tune rocksdb --help"),
        Step::just(
            "Let the JVM write a dump where it dies: env.java.opts.taskmanager: -XX:+HeapDumpOnOutOfMemoryError.",
        ),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::java("java.lang.OutOfMemoryError", "Java heap space"),
            Sign::java("java.lang.OutOfMemoryError", "GC overhead limit exceeded"),
        ],
        fleeting: false,
        examples: &[
            "java.lang.OutOfMemoryError: Java heap space\n\tat com.example.Grow.map(Grow.java:12)\n\tat org.apache.flink.streaming.api.operators.StreamMap.processElement(StreamMap.java:38)",
            "java.lang.OutOfMemoryError: GC overhead limit exceeded",
        ],
        others: &["java.lang.OutOfMemoryError: Metaspace"],
    },
};
