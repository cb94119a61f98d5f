//! FC003: TLS that is switched on without what it needs.

use ops_core::conf::Entry;

use crate::finding::{Finding, Severity};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// Internal or REST TLS is enabled, and a keystore, truststore or password that it needs is not set, neither by
    /// its own key (`security.ssl.internal.…`, `security.ssl.rest.…`) nor by the common one (`security.ssl.…`).
    ///
    /// ## Why it matters
    /// The JobManager ends at its start: `The config option … is missing`. A REST truststore that is missing stops
    /// only the clients that use this configuration, `flink list` and the others.
    ///
    /// ## Example
    /// ```yaml
    /// security.ssl.internal.enabled: true
    /// security.ssl.internal.keystore: /etc/ssl/flink/keystore.p12
    /// security.ssl.internal.keystore-password: …
    /// security.ssl.internal.key-password: …
    /// security.ssl.internal.truststore: /etc/ssl/flink/truststore.p12
    /// ```
    /// The password of the truststore is missing.
    ///
    /// ## Fix
    /// None: the linter does not know your passwords. Set the key that the finding names.
    "FC003", "ssl-incomplete", Error, since "0.1.0", check
}

/// The parts of a TLS configuration, each with the one that it belongs to.
const KEYSTORE: [(&str, &str); 3] =
    [("keystore", "keystore"), ("keystore-password", "keystore"), ("key-password", "keystore")];
const TRUSTSTORE: [(&str, &str); 2] = [("truststore", "truststore"), ("truststore-password", "truststore")];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if let Some(enabled) = enabled(subject, "internal") {
        let needs = KEYSTORE.iter().chain(&TRUSTSTORE);
        findings.extend(needs.filter_map(|need| missing(subject, "internal", enabled, *need)));
    }
    if let Some(enabled) = enabled(subject, "rest") {
        findings.extend(KEYSTORE.iter().filter_map(|need| missing(subject, "rest", enabled, *need)));
        // The server itself needs to trust somebody only where it asks for client certificates.
        let severity = match subject.enabled("security.ssl.rest.authentication-enabled") {
            Some(_) => Severity::Error,
            None => Severity::Warning,
        };
        let trust = TRUSTSTORE.iter().filter_map(|need| missing(subject, "rest", enabled, *need));
        findings.extend(trust.map(|finding| finding.with_severity(severity)));
    }
}

/// The entry that switches TLS on. Before 2.0, `security.ssl.enabled` stands in for a switch that is not set.
fn enabled<'a>(subject: &Subject<'a>, scope: &str) -> Option<&'a Entry> {
    let key = format!("security.ssl.{scope}.enabled");
    match subject.entry(&key) {
        Some(_) => subject.enabled(&key),
        None => subject.enabled("security.ssl.enabled"),
    }
}

fn missing(
    subject: &Subject<'_>,
    scope: &str,
    enabled: &Entry,
    (part, owner): (&str, &str),
) -> Option<Finding> {
    let set = |part: &str| {
        let own = subject.entry(&format!("security.ssl.{scope}.{part}"));
        own.or_else(|| subject.entry(&format!("security.ssl.{part}")))
    };
    if set(part).is_some_and(|entry| !entry.value.is_empty()) {
        return None;
    }
    let key = format!("security.ssl.{scope}.{part}");
    let message = format!("`{}` is true, and `{key}`, which that needs, is not set", enabled.key);
    let help = match part {
        "keystore" => format!("set `{key}` to the path of the store with the certificate and its key"),
        "truststore" => format!("set `{key}` to the path of the store with the certificate authority"),
        "key-password" => format!(
            "set `{key}` to the password of the key in the keystore; in a PKCS#12 store it is the store's own"
        ),
        _ => format!("set `{key}` to the password of the {owner}"),
    };
    // Beside the store that lacks its password, or beside the switch.
    let beside = set(owner).unwrap_or(enabled);
    Some(subject.at(&RULE, (beside.line, beside.column), Some(key), message, help))
}
