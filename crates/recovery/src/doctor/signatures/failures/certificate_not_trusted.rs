//! A process does not trust the certificate of another one.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR133",
    name: "certificate-not-trusted",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "A process does not trust the certificate of another one.",
    cause: "The truststore does not hold the authority that issued it: another one since a rotation, a self-signed certificate, stores of another cluster.",
    steps: &[
        Step::run("Compare the stores of all hosts.", "flinkops secure check conf"),
        Step::run(
            "Let both authorities be trusted while certificates are exchanged.",
            "flinkops pki rotate --help",
        ),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::java("", "PKIX path building failed"),
            Sign::java("", "unable to find valid certification path"),
            Sign::java("", "certificate_unknown"),
            Sign::java("SSLHandshakeException", "unknown_ca"),
            Sign::java("SSLHandshakeException", "bad_certificate"),
            Sign::java("", "Empty client certificate chain"),
        ],
        fleeting: false,
        examples: &[
            "javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target",
            "javax.net.ssl.SSLHandshakeException: Received fatal alert: certificate_unknown",
        ],
        others: &[],
    },
};
