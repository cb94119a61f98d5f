//! The job does not start, because its checkpoint directory or the savepoint's cannot be used as configured.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR116",
    name: "state-directory-not-claimable",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "The job does not start, because its checkpoint directory or the savepoint's cannot be used as configured.",
    cause: "The directory of savepoints is not set, or a path has no scheme that Flink knows.",
    steps: &[
        Step::change(
            "Set execution.checkpointing.savepoint-dir (state.savepoints.dir before 1.20), or give a directory with the command.",
            "flinkops job savepoint {job} --dir DIR",
            "the size of the state on disk",
        ),
        Step::just(
            "Put the plugin of the file system into a directory of its own below plugins/ on every host.",
        ),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::flink("", "No savepoint directory configured"),
            Sign::flink("UnsupportedFileSystemSchemeException", ""),
        ],
        fleeting: false,
        examples: &[
            "org.apache.flink.core.fs.UnsupportedFileSystemSchemeException: Could not find a file system implementation for scheme 's3'. The scheme is directly supported by Flink through the following plugin(s): flink-s3-fs-hadoop, flink-s3-fs-presto.",
        ],
        others: &[],
    },
};
