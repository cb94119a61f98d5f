//! State cannot be written where it should be.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR152",
    name: "storage-not-writable",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "State cannot be written where it should be.",
    cause: "The directory belongs to somebody else or is mounted read-only; on object storage, the role lacks a permission.",
    steps: &[
        Step::run(
            "Write there as the user that Flink runs as, on every host.",
            "flinkops deploy preflight --help",
        ),
        Step::just(
            "Give the directory to that user, or the role the permissions to get, put, list and delete.",
        ),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::java("java.nio.file.AccessDeniedException", ""),
            Sign::system("Permission denied"),
            Sign::system("Read-only file system"),
            Sign::flink("", "Mkdirs failed to create"),
            Sign::flink("", "Failed to create directory for shared state"),
            Sign::elsewhere("AccessControlException", ""),
            Sign::elsewhere("", "Access Denied"),
            Sign::elsewhere("", "AccessDenied"),
        ],
        fleeting: false,
        examples: &[
            "java.io.IOException: Could not perform checkpoint 4\nCaused by: java.io.FileNotFoundException: /data/checkpoints/0123/shared/8f1c (Permission denied)",
            "java.io.IOException: Mkdirs failed to create file:/data/checkpoints/0123/chk-8",
        ],
        others: &[],
    },
};
