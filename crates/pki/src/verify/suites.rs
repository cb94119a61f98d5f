//! Which cipher suites fit which keys, and which ones each Flink version has by default.
//!
//! Names are Java's. The defaults are those of `org.apache.flink.configuration.SecurityOptions` in the releases of
//! `FlinkVersion::KNOWN`.

use ops_core::version::FlinkVersion;

use crate::certificate::KeyAlgorithm;

/// Flink's `security.ssl.protocol` where none is set.
pub const DEFAULT_PROTOCOL: &str = "TLSv1.2";

/// `security.ssl.algorithms` where none is set. Up to 1.19 that is a suite without forward secrecy, which rustls,
/// Python and other current clients do not speak.
pub fn default_algorithms(version: FlinkVersion) -> &'static str {
    if version.at_least(1, 20) {
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
    } else {
        "TLS_RSA_WITH_AES_128_CBC_SHA"
    }
}

/// The TLS 1.2 suites to name for keys of one kind.
pub fn tls12_suites(key: KeyAlgorithm) -> [&'static str; 2] {
    match key {
        KeyAlgorithm::Rsa => {
            ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"]
        }
        _ => ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"],
    }
}

/// The TLS 1.3 suites, which fit any key.
pub const TLS13_SUITES: [&str; 2] = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"];

/// Whether a suite can be negotiated with a certificate of this kind, in either protocol.
pub fn suite_fits(suite: &str, protocol: &str, key: KeyAlgorithm) -> bool {
    if is_tls13_suite(suite) || protocol == "TLSv1.3" {
        return is_tls13_suite(suite) && protocol == "TLSv1.3";
    }
    match key {
        KeyAlgorithm::Rsa => {
            ["TLS_ECDHE_RSA_", "TLS_DHE_RSA_", "TLS_RSA_"].iter().any(|kind| suite.starts_with(kind))
        }
        KeyAlgorithm::Ecdsa | KeyAlgorithm::Ed25519 => suite.starts_with("TLS_ECDHE_ECDSA_"),
        KeyAlgorithm::Other => false,
    }
}

/// A suite with forward secrecy and authenticated encryption: what current clients speak.
pub fn is_current(suite: &str) -> bool {
    let authenticated = suite.contains("_GCM_") || suite.contains("CHACHA20_POLY1305");
    authenticated
        && (is_tls13_suite(suite) || suite.starts_with("TLS_ECDHE_") || suite.starts_with("TLS_DHE_"))
}

fn is_tls13_suite(suite: &str) -> bool {
    suite.starts_with("TLS_AES_") || suite.starts_with("TLS_CHACHA20_")
}

/// The suites of a `security.ssl.algorithms` value.
pub fn suites(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim).filter(|suite| !suite.is_empty())
}
