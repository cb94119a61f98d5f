//! Setting keys in a copy of the document, and keeping account of it.

use std::collections::BTreeSet;
use std::path::Path;

use ops_core::catalogue::Catalogue;
use ops_core::conf::{ConfDocument, is_sensitive};
use ops_core::secret::Secret;
use ops_core::version::FlinkVersion;
use serde::Serialize;

use super::facts;
use super::wiring::{ClientTls, Ordered, SslWiring, StorePaths, StoreType, Stores, TlsProtocol, Truststore};
use crate::error::SecureConfError;

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

/// A copy of the document, and what was changed in it.
pub(super) struct Editor {
    pub(super) doc: ConfDocument,
    pub(super) version: FlinkVersion,
    pub(super) changes: Vec<Change>,
    pub(super) paths: StorePaths,
}

impl Editor {
    pub(super) fn set(&mut self, key: &str, value: &str) -> Result<(), SecureConfError> {
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

    fn remove(&mut self, key: &str) {
        let Some(before) = self.doc.get(key).map(ToOwned::to_owned) else { return };
        if self.doc.unset(key) {
            let before = Some(if is_sensitive(key) { "…".to_owned() } else { before });
            self.changes.push(Change { key: key.to_owned(), before, after: None });
        }
    }

    pub(super) fn set_stores(&mut self, scope: &str, stores: &Stores) -> Result<(), SecureConfError> {
        let passwords = [&stores.keystore_password, &stores.key_password];
        self.set_keystore(scope, &stores.keystore, stores.keystore_type, passwords)?;
        self.set_truststore(scope, &stores.truststore)
    }

    /// The passwords are that of the store and that of the key.
    fn set_keystore(
        &mut self,
        scope: &str,
        path: &Path,
        store_type: StoreType,
        [password, key_password]: [&Secret; 2],
    ) -> Result<(), SecureConfError> {
        if store_type == StoreType::Pkcs12 && key_password != password {
            return Err(SecureConfError::KeyPassword { path: path.to_owned() });
        }
        self.set(&format!("{scope}.keystore"), path_text(path, self.paths)?)?;
        self.set_type(&format!("{scope}.keystore-type"), store_type)?;
        self.set(&format!("{scope}.keystore-password"), password.expose())?;
        self.set(&format!("{scope}.key-password"), key_password.expose())
    }

    fn set_truststore(&mut self, scope: &str, store: &Truststore) -> Result<(), SecureConfError> {
        self.set(&format!("{scope}.truststore"), path_text(&store.path, self.paths)?)?;
        self.set_type(&format!("{scope}.truststore-type"), store.store_type)?;
        self.set(&format!("{scope}.truststore-password"), store.password.expose())
    }

    fn set_type(&mut self, key: &str, store_type: StoreType) -> Result<(), SecureConfError> {
        if facts::has_store_types(self.version) {
            return self.set(key, store_type.java_name());
        }
        Ok(())
    }

    pub(super) fn set_client(&mut self, client: &ClientTls) -> Result<(), SecureConfError> {
        let scope = "security.ssl.rest";
        self.set("security.ssl.rest.enabled", "true")?;
        if let Some(own) = &client.identity {
            let passwords = [&own.keystore_password, &own.key_password];
            self.set_keystore(scope, &own.keystore, own.keystore_type, passwords)?;
        }
        self.set_truststore(scope, &client.truststore)?;
        let shows = if client.identity.is_some() { "true" } else { "false" };
        self.set(facts::REST_AUTHENTICATION, shows)?;
        self.verify_hostname()
    }

    pub(super) fn verify_hostname(&mut self) -> Result<(), SecureConfError> {
        if facts::has_rest_verify_hostname(self.version) {
            return self.set(facts::REST_VERIFY_HOSTNAME, "true");
        }
        Ok(())
    }

    /// The history server serves with the REST stores, where it is told to.
    pub(super) fn secure_history_server(&mut self) -> Result<(), SecureConfError> {
        let in_use = self.doc.effective().any(|entry| entry.key.starts_with("historyserver."));
        if in_use { self.set(facts::HISTORY_SERVER_SSL, "true") } else { Ok(()) }
    }

    /// Names suites where those in effect do not do: for each kind of key there must be a current one, and no other
    /// kind of suite may be offered. A choice that meets this is kept.
    pub(super) fn set_algorithms(
        &mut self,
        protocol: TlsProtocol,
        keys: &BTreeSet<Ordered>,
    ) -> Result<(), SecureConfError> {
        let in_effect = self.doc.get(facts::ALGORITHMS).unwrap_or(facts::default_algorithms(self.version));
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

    /// Removes TLS keys that this version does not know, and the switches that decide nothing. A host that runs
    /// `bin/flink` has no internal connections, and no need of their secrets.
    pub(super) fn remove_what_decides_nothing(&mut self, wiring: &SslWiring) -> Result<(), SecureConfError> {
        let catalogue = Catalogue::of(self.version);
        let keys = self.doc.effective().map(|entry| entry.key.clone());
        let dead: Vec<_> = keys
            .filter(|key| key.starts_with("security.ssl.") && key != facts::LEGACY_ENABLED)
            .filter(|key| {
                let internal = wiring.client.is_some() && key.starts_with("security.ssl.internal.");
                internal || key == facts::VERIFY_HOSTNAME || catalogue.lookup(key).is_none()
            })
            .collect();
        dead.iter().for_each(|key| self.remove(key));
        let scopes = ["security.ssl.internal.enabled", "security.ssl.rest.enabled"];
        let both = scopes.iter().all(|key| self.doc.get(key).is_some());
        if !facts::legacy_enabled_counts(self.version) || both || wiring.client.is_some() {
            self.remove(facts::LEGACY_ENABLED);
        }
        Ok(())
    }
}

fn path_text(path: &Path, paths: StorePaths) -> Result<&str, SecureConfError> {
    if paths == StorePaths::Absolute && !path.is_absolute() {
        return Err(SecureConfError::RelativePath { path: path.to_owned() });
    }
    path.to_str().ok_or_else(|| SecureConfError::PathNotText { path: path.to_owned() })
}
