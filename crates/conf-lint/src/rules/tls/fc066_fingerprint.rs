//! FC066: fingerprints that Flink refuses.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// `security.ssl.….cert.fingerprint` that is not 20 bytes in hexadecimal digits.
    ///
    /// ## Why it matters
    /// Flink compares SHA-1 fingerprints only. Another length ends the process.
    ///
    /// ## Example
    /// ```yaml
    /// security.ssl.internal.cert.fingerprint: SHA256:…
    /// ```
    ///
    /// ## Fix
    /// None: ask the certificate. `flinkops pki inspect` shows its SHA-1 fingerprint.
    "FC066", "fingerprint", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for entry in subject.below("security.ssl.").filter(|entry| entry.key.ends_with("cert.fingerprint")) {
        let digits: String = entry.value.chars().filter(|c| *c != ':').collect();
        if digits.len() == 40 && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            continue;
        }
        let message = match digits.len() {
            64 => format!("`{}` looks like SHA-256, and Flink takes SHA-1 only", entry.key),
            _ => format!("`{}` is not 20 bytes in hexadecimal digits", entry.key),
        };
        let help =
            "write the SHA-1 fingerprint, such as `AB:CD:…` with 20 pairs (`flinkops pki inspect` shows it)";
        findings.push(subject.at_value(&RULE, entry, message, help));
    }
}
