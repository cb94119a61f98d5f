//! A task does not find the data of the one that it reads from.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR164",
    name: "result-partition-gone",
    severity: Severity::Error,
    tier: Tier::Consequence,
    finds: "A task does not find the data of the one that it reads from.",
    cause: "The other task failed or was not ready in time; on its own, after many restarts, the network is slow or taskmanager.network.request-backoff.max too short.",
    steps: &[
        Step::run("Look for what failed before it.", "flinkops job exceptions {job}"),
        Step::run(
            "Give large jobs more time: taskmanager.network.request-backoff.max.",
            "flinkops conf explain taskmanager.network.request-backoff.max",
        ),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::flink("PartitionNotFoundException", ""),
            Sign::flink("PartitionConnectionException", ""),
        ],
        fleeting: true,
        examples: &[
            "org.apache.flink.runtime.io.network.partition.PartitionNotFoundException: Partition 0123#0@4567 not found.",
        ],
        others: &[],
    },
};
