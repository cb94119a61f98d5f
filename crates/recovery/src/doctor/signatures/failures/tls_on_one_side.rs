//! One side of a connection speaks TLS and the other does not, or both have no version or suite in common.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR134",
    name: "tls-on-one-side",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "One side of a connection speaks TLS and the other does not, or both have no version or suite in common.",
    cause: "security.ssl.internal.enabled or security.ssl.rest.enabled differ between hosts, or protocol and algorithms do.",
    steps: &[
        Step::run("Compare the settings of all hosts.", "flinkops secure check conf-of-jm conf-of-tm"),
        Step::run("Wire both sides from one description.", "flinkops render --help"),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::flink("NotSslRecordException", ""),
            Sign::java("", "Unsupported or unrecognized SSL message"),
            Sign::java("", "no cipher suites in common"),
            Sign::java("SSLHandshakeException", "handshake_failure"),
            Sign::java("SSLHandshakeException", "protocol_version"),
            Sign::java("", "No appropriate protocol"),
        ],
        fleeting: false,
        examples: &[
            "org.apache.flink.shaded.netty4.io.netty.handler.codec.DecoderException: x\nCaused by: org.apache.flink.shaded.netty4.io.netty.handler.ssl.NotSslRecordException: not an SSL/TLS record: 474554",
            "javax.net.ssl.SSLException: Unsupported or unrecognized SSL message",
        ],
        others: &[],
    },
};
