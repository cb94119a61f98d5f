//! Checkpoints fail, because they are kept in the JobManager's memory and are too large for it.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR154",
    name: "state-larger-than-memory-storage",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "Checkpoints fail, because they are kept in the JobManager's memory and are too large for it.",
    cause: "No directory for checkpoints is set: then at most 5 MiB of each state is kept, on the JobManager's heap.",
    steps: &[Step::run(
        "Set execution.checkpointing.dir (state.checkpoints.dir before 1.20) to a place that every host sees.",
        "flinkops conf explain execution.checkpointing.dir",
    )],
    look: Look::Thrown {
        signs: &[Sign::flink("", "larger than the maximum permitted memory-backed state")],
        fleeting: false,
        examples: &[
            "java.io.IOException: Size of the state is larger than the maximum permitted memory-backed state. Size=6312345, maxSize=5242880. Consider using a different checkpoint storage, like the FileSystemCheckpointStorage.",
        ],
        others: &[],
    },
};
