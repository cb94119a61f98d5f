//! FC075: files that are no stores to Java.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A keystore or truststore that is named like a PEM, DER or BKS file, or a store type other than PKCS12 and JKS.
    ///
    /// ## Why it matters
    /// Flink opens stores of Java. PEM fails with `toDerInputStream rejects tag type 45`, and the process ends.
    ///
    /// ## Example
    /// ```yaml
    /// security.ssl.internal.truststore: /etc/flink/ca.pem
    /// ```
    ///
    /// ## Fix
    /// None: `flinkops pki convert` makes a store of it.
    "FC075", "store-format", Error, since "0.1.0", check
}

const NO_STORE: [&str; 7] = [".pem", ".crt", ".cer", ".der", ".key", ".bks", ".csr"];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for entry in subject.below("security.ssl.") {
        let value = entry.value.to_ascii_lowercase();
        let ends = |name: &str| entry.key.ends_with(&format!(".{name}"));
        let message = if ends("keystore") || ends("truststore") {
            let Some(ending) = NO_STORE.iter().find(|ending| value.ends_with(**ending)) else { continue };
            format!("`{}` is a {ending} file by its name, and Flink needs a store", entry.key)
        } else if (ends("keystore-type") || ends("truststore-type"))
            && !["pkcs12", "jks"].contains(&value.as_str())
        {
            format!("`{}` is {}, which Java does not open", entry.key, entry.value)
        } else {
            continue;
        };
        let help = "use a PKCS#12 or JKS store; `flinkops pki convert` makes one";
        findings.push(subject.at_value(&RULE, entry, message, help));
    }
}
