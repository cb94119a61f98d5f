//! FC105: a key that no cipher suite fits.

use crate::files::KeyType;
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::rules::tls::switch::{SCOPES, enabled, part};
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// With TLS 1.2, a keystore whose key fits no suite of `security.ssl.algorithms`: the defaults are for RSA keys, an
    /// elliptic key needs `TLS_ECDHE_ECDSA_…`. Keystores that can be opened with the passwords of the configuration
    /// are looked into.
    ///
    /// ## Why it matters
    /// The processes start, and no handshake succeeds: TaskManagers never register.
    ///
    /// ## Example
    /// A `rest.keystore.p12` with a P-256 key, and no `security.ssl.algorithms`.
    ///
    /// ## Fix
    /// Unsafe: suites for each kind of key in use are set.
    "FC105", "suites-without-the-key", Error, since "0.1.0", check
}

const ALGORITHMS: &str = "security.ssl.algorithms";

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    // With TLS 1.3 any suite fits any key; FC068 sees to the suites.
    if subject.text("security.ssl.protocol").is_some_and(|protocol| protocol.value == "TLSv1.3") {
        return;
    }
    let Some(algorithms) = subject.text(ALGORITHMS) else { return };
    let mut keys: Vec<_> = SCOPES
        .into_iter()
        .filter(|scope| enabled(subject, scope).is_some())
        .filter_map(|scope| part(subject, scope, "keystore"))
        .filter_map(|entry| Some((entry, subject.stored_key(&entry.key)?)))
        .collect();
    // Both scopes may use one store.
    keys.dedup_by_key(|(entry, _)| &entry.key);
    let mut kinds: Vec<KeyType> = keys.iter().map(|(_, key)| *key).collect();
    kinds.sort_unstable();
    kinds.dedup_by_key(|kind| suites(*kind));
    let value = kinds.iter().flat_map(|kind| suites(*kind)).collect::<Vec<_>>().join(",");
    for (entry, key) in keys {
        let named = algorithms.value.split(',').map(str::trim);
        if named.clone().any(|suite| fits(suite, key)) {
            continue;
        }
        let message = match algorithms.entry {
            Some(_) => format!("the key in it is {key}, and `{ALGORITHMS}` names no suite for such a key"),
            None => {
                format!("the key in it is {key}, and the suites that Flink has by default are for RSA keys")
            }
        };
        let finding = subject.at_value(&RULE, entry, message, format!("set `{ALGORITHMS}` to `{value}`"));
        findings.push(finding.with_unsafe_fix(vec![subject.give(ALGORITHMS, &value)]));
    }
}

fn fits(suite: &str, key: KeyType) -> bool {
    let kinds: &[&str] = match key {
        KeyType::Rsa => &["TLS_ECDHE_RSA_", "TLS_DHE_RSA_", "TLS_RSA_"],
        KeyType::Ecdsa | KeyType::Ed25519 => &["TLS_ECDHE_ECDSA_"],
    };
    kinds.iter().any(|kind| suite.starts_with(kind))
}

fn suites(key: KeyType) -> [&'static str; 2] {
    match key {
        KeyType::Rsa => ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"],
        KeyType::Ecdsa | KeyType::Ed25519 => {
            ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"]
        }
    }
}
