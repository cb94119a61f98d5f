//! The platform has killed a process, because it used more memory than its container may.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR104",
    name: "container-killed",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "The platform has killed a process, because it used more memory than its container may.",
    cause: "Memory outside of the JVM's pools (RocksDB, native libraries, thread stacks, malloc arenas) is larger than taskmanager.memory.jvm-overhead.",
    steps: &[
        Step::run(
            "Let the JVM's overhead be larger: taskmanager.memory.jvm-overhead.fraction and .max.",
            "flinkops tune memory --conf conf/config.yaml --process taskmanager",
        ),
        Step::run(
            "Bound RocksDB by managed memory: state.backend.rocksdb.memory.managed: true.",
            "flinkops tune rocksdb --help",
        ),
        Step::just("Use jemalloc in the image; glibc keeps what was freed."),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::system("running beyond physical memory limits"),
            Sign::system("running beyond virtual memory limits"),
            Sign::system("OOMKilled"),
            Sign::system("exit code 137"),
            Sign::system("exitCode=137"),
            Sign::system("Exit code is 137"),
        ],
        fleeting: false,
        examples: &[
            "java.lang.Exception: Container container_1_0001_01_000003 on host h1 failed. Exit code is 137. Killed by external signal",
            "java.lang.Exception: Container [pid=1,containerID=c] is running beyond physical memory limits. Current usage: 4.1 GB of 4 GB physical memory used",
        ],
        others: &[],
    },
};
