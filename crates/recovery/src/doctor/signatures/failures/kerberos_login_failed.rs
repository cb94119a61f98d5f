//! A process cannot log in at the KDC.

use crate::doctor::finding::Severity;
use crate::doctor::signature::{Look, Sign, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR141",
    name: "kerberos-login-failed",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "A process cannot log in at the KDC.",
    cause: "The keytab is of another principal, or of an old key (the password was changed), or is not readable; or krb5.conf names another KDC.",
    steps: &[
        Step::run("Log in with the keytab, as Flink would.", "flinkops keytab check --help"),
        Step::run("See principals and key versions.", "flinkops keytab list KEYTAB"),
    ],
    look: Look::Thrown {
        signs: &[
            Sign::java("javax.security.auth.login.LoginException", ""),
            Sign::java("", "Client not found in Kerberos database"),
            Sign::java("", "Pre-authentication information was invalid"),
            Sign::java("", "Unable to obtain password from user"),
            Sign::java("", "Checksum failed"),
            Sign::java("", "Cannot locate KDC"),
            Sign::java("", "Cannot find key of appropriate type"),
        ],
        fleeting: false,
        examples: &[
            "org.apache.flink.runtime.security.modules.SecurityModule$SecurityInstallException: Unable to set the Hadoop login user\nCaused by: javax.security.auth.login.LoginException: Unable to obtain password from user",
            "KrbException: Client not found in Kerberos database (6) - CLIENT_NOT_FOUND",
        ],
        others: &[],
    },
};
