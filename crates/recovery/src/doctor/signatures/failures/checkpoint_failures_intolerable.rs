//! The job fails, because its checkpoints do.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR183",
    name: "checkpoint-failures-intolerable",
    severity: Severity::Error,
    tier: Tier::Consequence,
    finds: "The job fails, because its checkpoints do.",
    cause: "More checkpoints in a row failed than execution.checkpointing.tolerable-failed-checkpoints allows.",
    steps: &[
        Step::run(
            "See why they fail: the reason stands in the JobManager's log only.",
            "flinkops doctor {job} --logs DIR",
        ),
        Step::run(
            "Tolerate some: execution.checkpointing.tolerable-failed-checkpoints.",
            "flinkops conf explain execution.checkpointing.tolerable-failed-checkpoints",
        ),
    ],
    look: Look::Thrown {
        signs: &[Sign::flink("", "Exceeded checkpoint tolerable failure threshold")],
        fleeting: false,
        examples: &[
            "org.apache.flink.util.FlinkRuntimeException: Exceeded checkpoint tolerable failure threshold. The latest checkpoint failed due to Asynchronous task checkpoint failed., view the Checkpoint History tab or the Job Manager log to find out why continuous checkpoints failed.",
        ],
        others: &[],
    },
};
