//! FC003: TLS that is switched on without what it needs.

use ops_core::conf::Entry;

use super::switch::enabled;
use crate::finding::{Edit, Finding, Severity};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// Internal or REST TLS is enabled, and a keystore, truststore or password that it needs is not set, neither by
    /// its own key (`security.ssl.internal.…`, `security.ssl.rest.…`) nor by the common one (`security.ssl.…`).
    ///
    /// ## Why it matters
    /// The JobManager ends at its start: `The config option … is missing`. Without client authentication, a REST
    /// truststore without its password (or the reverse) stops only the clients that use this configuration, `flink
    /// list` and the others. Where REST asks for client certificates and no truststore is set at all, Flink takes
    /// Java's own: everybody with a certificate from a public authority is let in, and your own clients are not.
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
    /// Unsafe, where another password of the same scope is set: it is taken, since stores that are issued together
    /// mostly have the same one. Otherwise none: the linter does not know your stores.
    "FC003", "ssl-incomplete", Error, since "0.1.0", check
}

/// The parts of a TLS configuration, each with the one that it belongs to.
const KEYSTORE: [(&str, &str); 3] =
    [("keystore", "keystore"), ("keystore-password", "keystore"), ("key-password", "keystore")];
const TRUSTSTORE: [(&str, &str); 2] = [("truststore", "truststore"), ("truststore-password", "truststore")];
const PASSWORDS: [&str; 3] = ["keystore-password", "key-password", "truststore-password"];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if let Some(enabled) = enabled(subject, "internal") {
        let needs = KEYSTORE.iter().chain(&TRUSTSTORE);
        findings.extend(needs.filter_map(|need| missing(subject, "internal", enabled, *need)));
    }
    if let Some(enabled) = enabled(subject, "rest") {
        findings.extend(KEYSTORE.iter().filter_map(|need| missing(subject, "rest", enabled, *need)));
        findings.extend(rest_truststore(subject, enabled));
    }
}

/// The REST server needs to trust somebody only where it asks for client certificates, its clients always; and where
/// nothing is set, Java's own truststore is taken.
fn rest_truststore(subject: &Subject<'_>, enabled: &Entry) -> Option<Finding> {
    let authentication = subject.enabled("security.ssl.rest.authentication-enabled");
    let mut lacking = TRUSTSTORE.iter().filter_map(|need| missing(subject, "rest", enabled, *need));
    match (lacking.next(), lacking.next(), authentication) {
        (Some(_), Some(_), Some(authentication)) => {
            let key = "security.ssl.rest.truststore";
            let message = format!(
                "`{}` is true, and `{key}` is not set, so every client with a certificate from a public authority is let in",
                authentication.key
            );
            let help = format!(
                "set `{key}` to the path of the store with your certificate authority, and its password"
            );
            let place = (authentication.line, authentication.column);
            Some(subject.at(&RULE, place, Some(key.to_owned()), message, help))
        }
        (Some(one), None, Some(_)) => Some(one),
        (Some(one), None, None) => Some(one.with_severity(Severity::Warning)),
        _ => None,
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
    let finding = subject.at(&RULE, (beside.line, beside.column), Some(key.clone()), message, help);
    let other = PASSWORDS.iter().filter(|other| **other != part).find_map(|other| set(other));
    Some(match other.filter(|other| part.ends_with("password") && !other.value.is_empty()) {
        Some(other) => finding.with_unsafe_fix(vec![Edit::Copy { key: other.key.clone(), to: key }]),
        None => finding,
    })
}
