//! A keystore or truststore cannot be opened.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR135",
    name: "store-cannot-be-opened",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "A keystore or truststore cannot be opened.",
    cause: "The password is another one, the file is not there or not readable, or it is of another kind than security.ssl.…-type says.",
    steps: &[
        Step::run("Open the stores as Java would.", "flinkops secure check conf"),
        Step::run("See what a store holds.", "flinkops pki inspect STORE"),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::java("", "keystore password was incorrect"),
            Sign::java("", "Keystore was tampered with, or password was incorrect"),
            Sign::java("java.security.UnrecoverableKeyException", ""),
            Sign::java("", "Invalid keystore format"),
        ],
        fleeting: false,
        examples: &[
            "java.io.IOException: keystore password was incorrect\n\tat java.base/sun.security.pkcs12.PKCS12KeyStore.engineLoad(PKCS12KeyStore.java:2159)\nCaused by: java.security.UnrecoverableKeyException: failed to decrypt safe contents entry",
        ],
        others: &[],
    },
};
