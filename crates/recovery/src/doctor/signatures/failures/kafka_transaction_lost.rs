//! A transaction of an exactly-once sink is no longer there, or is somebody else's.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR174",
    name: "kafka-transaction-lost",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "A transaction of an exactly-once sink is no longer there, or is somebody else's.",
    cause: "It ended before the checkpoint that would commit it (transaction.timeout.ms against checkpoint interval and downtime), or two jobs share a transactional-id prefix.",
    steps: &[
        Step::run(
            "Set transaction.timeout.ms longer than interval, timeout and the longest outage together, and transaction.max.timeout.ms of the brokers no less.",
            "flinkops tune checkpoint {job}",
        ),
        Step::just("Give every job its own transactional-id prefix."),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::elsewhere("ProducerFencedException", ""),
            Sign::elsewhere("InvalidPidMappingException", ""),
            Sign::elsewhere("InvalidTxnStateException", ""),
            Sign::elsewhere("", "transaction timeout is larger than the maximum"),
        ],
        fleeting: false,
        examples: &[
            "org.apache.kafka.common.errors.ProducerFencedException: There is a newer producer with the same transactionalId which fences the current one.",
        ],
        others: &[],
    },
};
