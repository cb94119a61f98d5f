//! Kafka does not answer, or does not know the topic.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR172",
    name: "kafka-not-reached",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "Kafka does not answer, or does not know the topic.",
    cause: "The bootstrap servers are wrong or down, they name themselves by addresses that are not reached from here (advertised.listeners), or the topic does not exist.",
    steps: &[Step::just("Ask for the topic from a TaskManager's host: kafka-topics.sh --describe.")],
    look: Look::Thrown {
        signs: &[
            Sign::elsewhere("org.apache.kafka.common.errors.TimeoutException", ""),
            Sign::elsewhere("UnknownTopicOrPartitionException", ""),
            Sign::elsewhere("", "Failed to update metadata after"),
            Sign::elsewhere("", "Timed out waiting for a node assignment"),
            Sign::elsewhere("", "Bootstrap broker"),
        ],
        fleeting: false,
        examples: &[
            "org.apache.flink.util.FlinkRuntimeException: Failed to list subscribed topic partitions due to\nCaused by: org.apache.kafka.common.errors.TimeoutException: Timed out waiting for a node assignment. Call: describeTopics",
        ],
        others: &[],
    },
};
