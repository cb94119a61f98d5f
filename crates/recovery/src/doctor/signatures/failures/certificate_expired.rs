//! A certificate is out of date, or not valid yet.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR131",
    name: "certificate-expired",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "A certificate is out of date, or not valid yet.",
    cause: "A keystore was not renewed in time, or was renewed and the process not restarted: Flink does not read stores again by default. Not yet valid: the clocks differ.",
    steps: &[
        Step::run("See which certificates end when.", "flinkops pki status --dir pki"),
        Step::change(
            "Renew them, and restart the processes one after another.",
            "flinkops pki renew --dir pki --out stores",
            "new stores; processes have to be restarted to use them",
        ),
        Step::run("Check the stores of a conf directory as Java would.", "flinkops secure check conf"),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::java("java.security.cert.CertificateExpiredException", ""),
            Sign::java("java.security.cert.CertificateNotYetValidException", ""),
            Sign::java("", "NotAfter: "),
            Sign::java("", "NotBefore: "),
            Sign::java("", "certificate_expired"),
        ],
        fleeting: false,
        examples: &[
            "org.apache.flink.util.FlinkException: x\nCaused by: javax.net.ssl.SSLHandshakeException: PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed\nCaused by: java.security.cert.CertificateExpiredException: NotAfter: Thu Jan 01 00:00:00 UTC 2026",
        ],
        others: &[],
    },
};
