//! What the TLS options of each Flink version are. Which cipher suites fit which keys is `pki`'s to know.
//!
//! Taken from `org.apache.flink.configuration.SecurityOptions` of the releases in `FlinkVersion::KNOWN`.

use ops_core::version::FlinkVersion;
pub(crate) use pki::verify::suites::{
    DEFAULT_PROTOCOL, TLS13_SUITES, default_algorithms, is_current, suite_fits, suites, tls12_suites,
};

pub(crate) const PROTOCOL: &str = "security.ssl.protocol";
pub(crate) const ALGORITHMS: &str = "security.ssl.algorithms";
/// The switch of Flink before 1.4. Up to 1.20 it is what the two `enabled` keys fall back to; 2.0 does not know it.
pub(crate) const LEGACY_ENABLED: &str = "security.ssl.enabled";
pub(crate) const REST_AUTHENTICATION: &str = "security.ssl.rest.authentication-enabled";
pub(crate) const REST_VERIFY_HOSTNAME: &str = "security.ssl.rest.verify-hostname";

/// No version reads it for Flink's own clients: up to 2.2 it has no effect, and 2.3 has the key above.
pub(crate) const VERIFY_HOSTNAME: &str = "security.ssl.verify-hostname";
/// TLS on the history server, with the REST stores.
pub(crate) const HISTORY_SERVER_SSL: &str = "historyserver.web.ssl.enabled";

/// Whether the `keystore-type` and `truststore-type` keys exist.
pub(crate) fn has_store_types(version: FlinkVersion) -> bool {
    version.at_least(1, 20)
}

/// Whether REST clients can be told to check the server's name.
pub(crate) fn has_rest_verify_hostname(version: FlinkVersion) -> bool {
    version.at_least(2, 3)
}

/// The property of Netty 4.2, under the name that it has in Flink, that decides on names where the caller does not. Flink says
/// so for REST, and nothing for its data connections.
const NETTY_NAMES: &str =
    "org.apache.flink.shaded.netty4.io.netty.handler.ssl.defaultEndpointVerificationAlgorithm";

/// Whether TaskManagers compare the name of a peer's address with its certificate.
pub fn compares_internal_names(version: FlinkVersion) -> bool {
    version.at_least(2, 3)
}

/// The Java option with which TaskManagers do not compare names.
pub fn without_internal_names() -> String {
    format!("-D{NETTY_NAMES}=NONE")
}

/// Whether `security.ssl.enabled` still decides where the newer keys are missing.
pub(crate) fn legacy_enabled_counts(version: FlinkVersion) -> bool {
    version.major < 2
}
