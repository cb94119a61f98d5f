//! There is no space left where something is written.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR153",
    name: "storage-full",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "There is no space left where something is written.",
    cause: "Checkpoints, savepoints or logs that nobody deletes, or local files of RocksDB, have filled the disk or the quota.",
    steps: &[
        Step::run(
            "See how large the state is, and which files belong to it.",
            "flinkops recover savepoint inspect PATH",
        ),
        Step::just("Make room: retained checkpoints of jobs that are no more, old savepoints, rotated logs."),
        Step::just("Watch the disks: alerts on node_filesystem_avail_bytes."),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::system("No space left on device"),
            Sign::system("Disk quota exceeded"),
            Sign::elsewhere("DSQuotaExceededException", ""),
            Sign::elsewhere("NSQuotaExceededException", ""),
        ],
        fleeting: false,
        examples: &[
            "java.io.IOException: Could not flush to file and close the file system output stream to file:/data/chk-3/8f1c in order to obtain the stream state handle\nCaused by: java.io.IOException: No space left on device",
        ],
        others: &[],
    },
};
