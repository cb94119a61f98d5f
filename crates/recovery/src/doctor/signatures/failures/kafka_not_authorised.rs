//! Kafka refuses the program a topic, a group or a transaction.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR171",
    name: "kafka-not-authorised",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "Kafka refuses the program a topic, a group or a transaction.",
    cause: "An ACL is missing for the principal, or its credentials are wrong.",
    steps: &[
        Step::just(
            "Read and Describe on the topic and Read on the group; for exactly-once sinks, Write and Describe on the transactional id.",
        ),
        Step::run("Log in with the keytab, where SASL is GSSAPI.", "flinkops keytab check --help"),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::elsewhere("TopicAuthorizationException", ""),
            Sign::elsewhere("GroupAuthorizationException", ""),
            Sign::elsewhere("TransactionalIdAuthorizationException", ""),
            Sign::elsewhere("ClusterAuthorizationException", ""),
            Sign::elsewhere("SaslAuthenticationException", ""),
            Sign::elsewhere("", "Not authorized to access"),
        ],
        fleeting: false,
        examples: &[
            "org.apache.flink.util.FlinkRuntimeException: Failed to get metadata for topics [orders].\nCaused by: org.apache.kafka.common.errors.TopicAuthorizationException: Not authorized to access topics: [orders]",
        ],
        others: &[],
    },
};
