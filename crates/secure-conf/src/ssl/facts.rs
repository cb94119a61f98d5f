//! What the TLS options of each Flink version are, and which cipher suites fit which keys.
//!
//! Taken from `org.apache.flink.configuration.SecurityOptions` of the releases in `FlinkVersion::KNOWN`.

use ops_core::version::FlinkVersion;
use pki::certificate::KeyAlgorithm;

pub(super) const PROTOCOL: &str = "security.ssl.protocol";
pub(super) const ALGORITHMS: &str = "security.ssl.algorithms";
/// The switch of Flink before 1.4. Up to 1.20 it is what the two `enabled` keys fall back to; 2.0 does not know it.
pub(super) const LEGACY_ENABLED: &str = "security.ssl.enabled";
pub(super) const REST_AUTHENTICATION: &str = "security.ssl.rest.authentication-enabled";
pub(super) const REST_VERIFY_HOSTNAME: &str = "security.ssl.rest.verify-hostname";

/// Flink's `security.ssl.protocol` where none is set.
pub(super) const DEFAULT_PROTOCOL: &str = "TLSv1.2";

/// Whether the `keystore-type` and `truststore-type` keys exist.
pub(super) fn has_store_types(version: FlinkVersion) -> bool {
    version.at_least(1, 20)
}

/// Whether REST clients can be told to check the server's name.
pub(super) fn has_rest_verify_hostname(version: FlinkVersion) -> bool {
    version.at_least(2, 3)
}

/// Whether `security.ssl.enabled` still decides where the newer keys are missing.
pub(super) fn legacy_enabled_counts(version: FlinkVersion) -> bool {
    version.major < 2
}

/// `security.ssl.algorithms` where none is set. Up to 1.19 that is a suite without forward secrecy, which rustls,
/// Python and other current clients do not speak.
pub(super) fn default_algorithms(version: FlinkVersion) -> &'static str {
    if version.at_least(1, 20) {
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
    } else {
        "TLS_RSA_WITH_AES_128_CBC_SHA"
    }
}

/// The TLS 1.2 suites to name for keys of one kind.
pub(super) fn tls12_suites(key: KeyAlgorithm) -> [&'static str; 2] {
    match key {
        KeyAlgorithm::Rsa => {
            ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"]
        }
        _ => ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"],
    }
}

/// The TLS 1.3 suites, which fit any key.
pub(super) const TLS13_SUITES: [&str; 2] = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"];

/// Whether a suite can be negotiated with a certificate of this kind, in either protocol.
pub(super) fn suite_fits(suite: &str, protocol: &str, key: KeyAlgorithm) -> bool {
    if is_tls13_suite(suite) || protocol == "TLSv1.3" {
        return is_tls13_suite(suite) && protocol == "TLSv1.3";
    }
    match key {
        KeyAlgorithm::Rsa => {
            ["TLS_ECDHE_RSA_", "TLS_DHE_RSA_", "TLS_RSA_"].iter().any(|kind| suite.starts_with(kind))
        }
        KeyAlgorithm::Ecdsa | KeyAlgorithm::Ed25519 => suite.starts_with("TLS_ECDHE_ECDSA_"),
        _ => false,
    }
}

/// A suite with forward secrecy and authenticated encryption: what current clients speak.
pub(super) fn is_current(suite: &str) -> bool {
    let authenticated = suite.contains("_GCM_") || suite.contains("CHACHA20_POLY1305");
    authenticated
        && (is_tls13_suite(suite) || suite.starts_with("TLS_ECDHE_") || suite.starts_with("TLS_DHE_"))
}

fn is_tls13_suite(suite: &str) -> bool {
    suite.starts_with("TLS_AES_") || suite.starts_with("TLS_CHACHA20_")
}

/// The suites of a `security.ssl.algorithms` value.
pub(super) fn suites(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim).filter(|suite| !suite.is_empty())
}
