//! A task cannot start, because its TaskManager has too few network buffers.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR105",
    name: "network-buffers-insufficient",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "A task cannot start, because its TaskManager has too few network buffers.",
    cause: "The number of buffers grows with the square of the parallelism for every shuffle, and the network memory was left at what suits small jobs.",
    steps: &[
        Step::run("See how many the job needs, and what to set.", "flinkops tune network {job}"),
        Step::just("Raise taskmanager.memory.network.fraction and .max, or .min on small processes."),
    ],
    look: Look::Thrown {
        signs: &[Sign::flink("", "Insufficient number of network buffers")],
        fleeting: false,
        examples: &[
            "java.io.IOException: Insufficient number of network buffers: required 65, but only 12 available. The total number of network buffers is currently set to 2048 of 32768 bytes each.",
        ],
        others: &[],
    },
};
