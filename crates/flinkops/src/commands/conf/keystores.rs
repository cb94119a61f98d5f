//! Reading what is linted, with the kinds of keys in the keystores that the configuration names.

use std::path::Path;

use conf_lint::{Files, KeyType};
use ops_core::conf::{ConfDocument, Entry};
use ops_core::secret::Secret;
use ops_core::version::FlinkVersion;
use pki::certificate::{CertificateInfo, KeyAlgorithm};
use pki::store::{ReadOptions, read_any_file};

use crate::failure::Failure;

/// The files of a configuration. A keystore that does not open is for `flinkops secure check` to report.
pub(in crate::commands) fn read(path: &Path, version: FlinkVersion) -> Result<Files, Failure> {
    let files = Files::read(path, version)?;
    let keys: Vec<_> =
        files.document().effective().filter_map(|entry| key_of(files.document(), entry)).collect();
    Ok(keys.into_iter().fold(files, |files, (option, key)| files.with_key(option, key)))
}

/// `security.ssl.keystore`, or that of a scope, whose file is on this host.
fn key_of(document: &ConfDocument, entry: &Entry) -> Option<(String, KeyType)> {
    let scope = entry.key.strip_prefix("security.ssl.")?.strip_suffix("keystore")?;
    let path = Path::new(&entry.value);
    if !path.is_absolute() {
        return None;
    }
    let password = document.get(&format!("security.ssl.{scope}keystore-password"))?;
    let store = read_any_file(path, &ReadOptions::with_password(Secret::new(password))).ok()?;
    let (_, _, chain) = store.keys().next()?;
    let key = match CertificateInfo::parse(chain.first()?).ok()?.key {
        KeyAlgorithm::Rsa => KeyType::Rsa,
        KeyAlgorithm::Ecdsa => KeyType::Ecdsa,
        KeyAlgorithm::Ed25519 => KeyType::Ed25519,
        _ => return None,
    };
    Some((entry.key.clone(), key))
}
