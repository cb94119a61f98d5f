//! A process cannot start a further thread.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR107",
    name: "native-threads-exhausted",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "A process cannot start a further thread.",
    cause: "The limit of processes and threads of the user or of the container (ulimit -u, pids.max) is reached, or something starts threads without end.",
    steps: &[
        Step::run("Check the limits of every host.", "flinkops deploy preflight --help"),
        Step::run(
            "Look for threads of one name by the thousands in a thread dump.",
            "flinkops job logs {job}",
        ),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::java("java.lang.OutOfMemoryError", "unable to create native thread"),
            Sign::elsewhere("java.lang.OutOfMemoryError", "unable to create new native thread"),
        ],
        fleeting: false,
        examples: &[
            "java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory or process/resource limits reached",
        ],
        others: &[],
    },
};
