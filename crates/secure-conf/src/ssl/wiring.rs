//! Setting the TLS keys of a configuration, exactly those that the version understands.

use std::collections::BTreeSet;
use std::path::PathBuf;

use ops_core::conf::ConfDocument;
use ops_core::secret::Secret;
use ops_core::version::FlinkVersion;
use pki::certificate::KeyAlgorithm;
use pki::store::{IssuedStores, StorePasswords};

use super::editor::{Change, Editor};
use super::facts;
use crate::error::SecureConfError;

/// What is to be secured. What is `None` stays as it is in the configuration.
#[derive(Clone, Debug, Default)]
pub struct SslWiring {
    /// Connections between Flink's own processes; always with certificates on both sides.
    pub internal: Option<Stores>,
    /// The REST endpoint, and the other endpoints that take its stores: the SQL gateway's always does, the history
    /// server's is switched on where the configuration speaks of one.
    pub rest: Option<RestTls>,
    /// Flink's own clients on a host that runs `bin/flink` and nothing else. Not together with the other two.
    pub client: Option<ClientTls>,
    /// The certificate that internal connections are pinned to: its SHA-1 fingerprint, in the place of the truststore.
    pub internal_pin: Option<String>,
    /// The certificate that a client pins of its server, or, with client certificates, a server of its clients.
    pub rest_pin: Option<String>,
    /// The TLS version. It holds for internal connections and for REST with client certificates; REST without them
    /// negotiates what Java and the client prefer, on every version of Flink.
    pub protocol: TlsProtocol,
    /// Whether stores may be named relative to the directory that a process is started in.
    pub paths: StorePaths,
}

/// How stores are named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StorePaths {
    /// By absolute paths: the same wherever a process is started.
    #[default]
    Absolute,
    /// By any path: on YARN, which starts processes in a directory with what was shipped, and nowhere else.
    Relative,
}

/// The TLS versions that Flink can be set to, one at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TlsProtocol {
    /// TLS 1.2, Flink's default.
    #[default]
    Tls12,
    /// TLS 1.3.
    Tls13,
}

impl TlsProtocol {
    /// The name that Java has for it.
    pub fn java_name(self) -> &'static str {
        match self {
            Self::Tls12 => "TLSv1.2",
            Self::Tls13 => "TLSv1.3",
        }
    }
}

/// TLS on the REST endpoint.
#[derive(Clone, Debug)]
pub struct RestTls {
    /// The server's identity, and whom it and the clients that read this configuration trust.
    pub stores: Stores,
    /// Whether clients need a certificate.
    pub client_authentication: ClientAuthentication,
}

/// Whether the REST endpoint demands a client certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// Only clients with a certificate that the truststore vouches for may talk to it.
    Required,
    /// Anyone who can reach it may.
    None,
}

/// A keystore and a truststore.
#[derive(Clone, Debug)]
pub struct Stores {
    /// Absolute path of the keystore, on the hosts that read the configuration.
    pub keystore: PathBuf,
    /// Its format.
    pub keystore_type: StoreType,
    /// Its password.
    pub keystore_password: Secret,
    /// The password of the key in it: the same in PKCS#12.
    pub key_password: Secret,
    /// The certificates that are trusted.
    pub truststore: Truststore,
    /// The kind of the key, which decides on the cipher suites.
    pub key_algorithm: KeyAlgorithm,
}

/// A truststore.
#[derive(Clone, Debug)]
pub struct Truststore {
    /// Absolute path, on the hosts that read the configuration.
    pub path: PathBuf,
    /// Its format.
    pub store_type: StoreType,
    /// Its password.
    pub password: Secret,
}

/// A format that Flink reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StoreType {
    /// PKCS#12, Flink's default where it asks for the type.
    #[default]
    Pkcs12,
    /// Java's own format of old, which has a password for each key.
    Jks,
}

impl StoreType {
    /// As `security.ssl.*.keystore-type` takes it.
    pub fn java_name(self) -> &'static str {
        match self {
            Self::Pkcs12 => "PKCS12",
            Self::Jks => "JKS",
        }
    }
}

/// TLS towards the REST endpoint.
#[derive(Clone, Debug)]
pub struct ClientTls {
    /// Whom the client trusts.
    pub truststore: Truststore,
    /// Its identity, where the endpoint asks for one. The truststore in it is not used.
    pub identity: Option<ClientIdentity>,
}

/// What a client shows.
#[derive(Clone, Debug)]
pub struct ClientIdentity {
    /// Absolute path of the keystore.
    pub keystore: PathBuf,
    /// Its format.
    pub keystore_type: StoreType,
    /// Its password.
    pub keystore_password: Secret,
    /// The password of the key in it: the same in PKCS#12.
    pub key_password: Secret,
}

impl Stores {
    /// The stores that `pki` wrote, under the paths it wrote them to.
    pub fn issued(stores: &IssuedStores, passwords: &StorePasswords, key_algorithm: KeyAlgorithm) -> Self {
        Self {
            keystore: stores.keystore.clone(),
            keystore_password: passwords.keystore.clone(),
            keystore_type: StoreType::Pkcs12,
            key_password: passwords.keystore.clone(),
            truststore: Truststore {
                path: stores.truststore.clone(),
                store_type: StoreType::Pkcs12,
                password: passwords.truststore.clone(),
            },
            key_algorithm,
        }
    }
}

/// Wires TLS into a configuration. What is right already stays as it is, so wiring twice changes nothing.
///
/// The REST keystore is the server's identity and, where client certificates are required, also the one that Flink's
/// own command line shows when it reads this file: a `rest-server` certificate will not do for that. A host that
/// runs `bin/flink` needs a configuration of its own with a `rest-client` certificate.
///
/// # Errors
/// The version does not read this dialect, a path or password cannot be used, or the document cannot be edited. The
/// document is as it was then.
pub fn wire_ssl(
    doc: &mut ConfDocument,
    version: FlinkVersion,
    wiring: &SslWiring,
) -> Result<Vec<Change>, SecureConfError> {
    if !version.reads(doc.dialect()) {
        return Err(SecureConfError::Dialect { version, dialect: doc.dialect() });
    }
    let mut editor = Editor { doc: doc.clone(), version, changes: Vec::new(), paths: wiring.paths };
    let mut keys = BTreeSet::new();
    if let Some(stores) = &wiring.internal {
        editor.set("security.ssl.internal.enabled", "true")?;
        editor.set_stores("security.ssl.internal", stores)?;
        keys.insert(Ordered(stores.key_algorithm));
    }
    if let Some(rest) = &wiring.rest {
        editor.set("security.ssl.rest.enabled", "true")?;
        editor.set_stores("security.ssl.rest", &rest.stores)?;
        let required = rest.client_authentication == ClientAuthentication::Required;
        editor.set(facts::REST_AUTHENTICATION, if required { "true" } else { "false" })?;
        editor.verify_hostname()?;
        editor.secure_history_server()?;
        keys.insert(Ordered(rest.stores.key_algorithm));
    }
    if let Some(client) = &wiring.client {
        editor.set_client(client)?;
        // The server's key decides, and it may be of either kind.
        keys.extend([Ordered(KeyAlgorithm::Rsa), Ordered(KeyAlgorithm::Ecdsa)]);
    }
    if let Some(pin) = &wiring.internal_pin {
        editor.set("security.ssl.internal.cert.fingerprint", pin)?;
    }
    if let Some(pin) = &wiring.rest_pin {
        editor.set("security.ssl.rest.cert.fingerprint", pin)?;
    }
    if !keys.is_empty() {
        editor.set(facts::PROTOCOL, wiring.protocol.java_name())?;
        editor.set_algorithms(wiring.protocol, &keys)?;
        editor.remove_what_decides_nothing(wiring)?;
    }
    *doc = editor.doc;
    Ok(editor.changes)
}

/// Key algorithms in the order in which their suites are named: RSA first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Ordered(pub(super) KeyAlgorithm);

impl Ordered {
    fn rank(self) -> u8 {
        u8::from(self.0 != KeyAlgorithm::Rsa)
    }
}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}
