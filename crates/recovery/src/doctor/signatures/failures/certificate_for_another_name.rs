//! A certificate does not hold the name or address under which its process was called.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR132",
    name: "certificate-for-another-name",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "A certificate does not hold the name or address under which its process was called.",
    cause: "The certificate lacks the host as subject alternative name. REST compares names in every version; between TaskManagers, 2.3 does too.",
    steps: &[
        Step::run("See the names that the certificate holds.", "flinkops secure check conf --connect"),
        Step::run("Issue it again with the host's names and addresses.", "flinkops pki issue --help"),
    ],
    look: Look::Thrown {
        signs: &[Sign::java("", "No subject alternative"), Sign::java("", "No name matching")],
        fleeting: false,
        examples: &[
            "javax.net.ssl.SSLHandshakeException: No subject alternative DNS name matching tm-7.internal found.\nCaused by: java.security.cert.CertificateException: No subject alternative DNS name matching tm-7.internal found.",
        ],
        others: &[],
    },
};
