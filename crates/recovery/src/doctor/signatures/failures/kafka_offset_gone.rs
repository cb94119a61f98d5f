//! The offset that the job wants to go on from is no longer in Kafka.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR173",
    name: "kafka-offset-gone",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "The offset that the job wants to go on from is no longer in Kafka.",
    cause: "The job was away for longer than the topic keeps its records, or there is no offset and no rule what to do then.",
    steps: &[
        Step::just(
            "Decide where to go on: OffsetsInitializer.earliest() loses nothing that is still there; what is gone is gone.",
        ),
        Step::just("Keep records for longer than the longest time that a job may be away: retention.ms."),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::elsewhere("OffsetOutOfRangeException", ""),
            Sign::elsewhere("NoOffsetForPartitionException", ""),
        ],
        fleeting: false,
        examples: &[
            "org.apache.kafka.clients.consumer.OffsetOutOfRangeException: Fetch position FetchPosition{offset=7} is out of range for partition orders-0",
        ],
        others: &[],
    },
};
