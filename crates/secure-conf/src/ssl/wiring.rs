//! Setting the TLS keys of a configuration, exactly those that the version understands.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ops_core::conf::{ConfDocument, is_sensitive};
use ops_core::secret::Secret;
use ops_core::version::FlinkVersion;
use pki::certificate::KeyAlgorithm;
use pki::store::{IssuedStores, StorePasswords};
use serde::Serialize;

use super::facts;
use crate::error::SecureConfError;

/// What is to be secured. What is `None` stays as it is in the configuration.
#[derive(Clone, Debug, Default)]
pub struct SslWiring {
    /// Connections between Flink's own processes; always with certificates on both sides.
    pub internal: Option<Stores>,
    /// The REST endpoint.
    pub rest: Option<RestTls>,
    /// The TLS version. It holds for internal connections and for REST with client certificates; REST without them
    /// negotiates what Java and the client prefer, on every version of Flink.
    pub protocol: TlsProtocol,
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

/// A keystore and a truststore in PKCS#12.
#[derive(Clone, Debug)]
pub struct Stores {
    /// Absolute path of the keystore, on the hosts that read the configuration.
    pub keystore: PathBuf,
    /// Its password.
    pub keystore_password: Secret,
    /// The password of the key in it: the same in PKCS#12.
    pub key_password: Secret,
    /// Absolute path of the truststore.
    pub truststore: PathBuf,
    /// Its password.
    pub truststore_password: Secret,
    /// The kind of the key, which decides on the cipher suites.
    pub key_algorithm: KeyAlgorithm,
}

impl Stores {
    /// The stores that `pki` wrote, under the paths it wrote them to.
    pub fn issued(stores: &IssuedStores, passwords: &StorePasswords, key_algorithm: KeyAlgorithm) -> Self {
        Self {
            keystore: stores.keystore.clone(),
            keystore_password: passwords.keystore.clone(),
            key_password: passwords.keystore.clone(),
            truststore: stores.truststore.clone(),
            truststore_password: passwords.truststore.clone(),
            key_algorithm,
        }
    }
}

/// One key that was changed. Values that are secrets are shown as `…`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The key.
    pub key: String,
    /// What it was; `None` where it was not set.
    pub before: Option<String>,
    /// What it is now; `None` where it was removed.
    pub after: Option<String>,
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
    let mut editor = Editor { doc: doc.clone(), changes: Vec::new() };
    if let Some(stores) = &wiring.internal {
        editor.set("security.ssl.internal.enabled", "true")?;
        editor.set_stores("security.ssl.internal", stores, version)?;
    }
    if let Some(rest) = &wiring.rest {
        editor.set("security.ssl.rest.enabled", "true")?;
        editor.set_stores("security.ssl.rest", &rest.stores, version)?;
        let required = rest.client_authentication == ClientAuthentication::Required;
        editor.set(facts::REST_AUTHENTICATION, if required { "true" } else { "false" })?;
        if facts::has_rest_verify_hostname(version) {
            editor.set(facts::REST_VERIFY_HOSTNAME, "true")?;
        }
    }
    let keys: BTreeSet<_> = wiring
        .internal
        .iter()
        .chain(wiring.rest.iter().map(|rest| &rest.stores))
        .map(|stores| Ordered(stores.key_algorithm))
        .collect();
    if !keys.is_empty() {
        editor.set(facts::PROTOCOL, wiring.protocol.java_name())?;
        editor.set_algorithms(version, wiring.protocol, &keys)?;
        editor.remove_legacy_switch(version)?;
    }
    *doc = editor.doc;
    Ok(editor.changes)
}

/// Key algorithms in the order in which their suites are named: RSA first.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ordered(KeyAlgorithm);

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

/// A copy of the document, and what was changed in it.
struct Editor {
    doc: ConfDocument,
    changes: Vec<Change>,
}

impl Editor {
    fn set(&mut self, key: &str, value: &str) -> Result<(), SecureConfError> {
        let before = self.doc.get(key).map(ToOwned::to_owned);
        if before.as_deref() == Some(value) {
            return Ok(());
        }
        self.doc.set(key, value)?;
        let shown = |value: &str| if is_sensitive(key) { "…".to_owned() } else { value.to_owned() };
        self.changes.push(Change {
            key: key.to_owned(),
            before: before.as_deref().map(shown),
            after: Some(shown(value)),
        });
        Ok(())
    }

    fn set_stores(
        &mut self,
        scope: &str,
        stores: &Stores,
        version: FlinkVersion,
    ) -> Result<(), SecureConfError> {
        if stores.key_password != stores.keystore_password {
            return Err(SecureConfError::KeyPassword { path: stores.keystore.clone() });
        }
        self.set(&format!("{scope}.keystore"), path_text(&stores.keystore)?)?;
        self.set(&format!("{scope}.keystore-password"), stores.keystore_password.expose())?;
        self.set(&format!("{scope}.key-password"), stores.key_password.expose())?;
        self.set(&format!("{scope}.truststore"), path_text(&stores.truststore)?)?;
        self.set(&format!("{scope}.truststore-password"), stores.truststore_password.expose())?;
        if facts::has_store_types(version) {
            self.set(&format!("{scope}.keystore-type"), "PKCS12")?;
            self.set(&format!("{scope}.truststore-type"), "PKCS12")?;
        }
        Ok(())
    }

    /// Names suites where those in effect do not do: for each kind of key there must be a current one, and no other
    /// kind of suite may be offered. A choice that meets this is kept.
    fn set_algorithms(
        &mut self,
        version: FlinkVersion,
        protocol: TlsProtocol,
        keys: &BTreeSet<Ordered>,
    ) -> Result<(), SecureConfError> {
        let in_effect = self.doc.get(facts::ALGORITHMS).unwrap_or(facts::default_algorithms(version));
        let fits = |suite: &str, key: &Ordered| facts::suite_fits(suite, protocol.java_name(), key.0);
        let enough = keys.iter().all(|key| facts::suites(in_effect).any(|suite| fits(suite, key)))
            && facts::suites(in_effect).all(facts::is_current);
        if enough {
            return Ok(());
        }
        let suites: Vec<_> = match protocol {
            TlsProtocol::Tls12 => keys.iter().flat_map(|key| facts::tls12_suites(key.0)).collect(),
            TlsProtocol::Tls13 => facts::TLS13_SUITES.to_vec(),
        };
        self.set(facts::ALGORITHMS, &suites.join(","))
    }

    /// Removes `security.ssl.enabled` where it decides nothing: from 2.0 on, and before where both newer keys are set.
    fn remove_legacy_switch(&mut self, version: FlinkVersion) -> Result<(), SecureConfError> {
        let Some(before) = self.doc.get(facts::LEGACY_ENABLED).map(ToOwned::to_owned) else { return Ok(()) };
        let scopes = ["security.ssl.internal.enabled", "security.ssl.rest.enabled"];
        if facts::legacy_enabled_counts(version) && !scopes.iter().all(|key| self.doc.get(key).is_some()) {
            return Ok(());
        }
        self.doc.unset(facts::LEGACY_ENABLED);
        self.changes.push(Change {
            key: facts::LEGACY_ENABLED.to_owned(),
            before: Some(before),
            after: None,
        });
        Ok(())
    }
}

fn path_text(path: &Path) -> Result<&str, SecureConfError> {
    if !path.is_absolute() {
        return Err(SecureConfError::RelativePath { path: path.to_owned() });
    }
    path.to_str().ok_or_else(|| SecureConfError::PathNotText { path: path.to_owned() })
}
