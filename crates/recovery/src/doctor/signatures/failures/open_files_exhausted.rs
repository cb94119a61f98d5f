//! A process may not open a further file or socket.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR109",
    name: "open-files-exhausted",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "A process may not open a further file or socket.",
    cause: "The limit of open files is that of an interactive user; RocksDB alone keeps hundreds open for each subtask.",
    steps: &[
        Step::run("Check the limits of every host.", "flinkops deploy preflight --help"),
        Step::just("Raise LimitNOFILE in the unit, or nofile in limits.conf, to 65536 or more."),
    ],
    look: Look::Thrown {
        signs: &[Sign::system("Too many open files")],
        fleeting: false,
        examples: &[
            "java.io.FileNotFoundException: /tmp/flink-io/x/MANIFEST (Too many open files)\n\tat java.base/java.io.FileOutputStream.open0(Native Method)",
        ],
        others: &[],
    },
};
