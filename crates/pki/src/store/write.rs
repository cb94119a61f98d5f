//! Writing keystores and truststores.

use std::path::{Path, PathBuf};

use aws_lc_rs::digest;
use jiff::Timestamp;
use ops_core::files::{self, Access};
use ops_core::secret::Secret;
use p12_keystore::{
    Certificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, PrivateKeyChain,
};
use rustls_pki_types::CertificateDer;
use serde::{Deserialize, Serialize};

use super::error::{PasswordError, StoreFileError};
use crate::authority::Leaf;
use crate::key::PrivateKey;

/// keytool refuses shorter ones.
const MIN_PASSWORD: usize = 6;

/// How a store is encrypted and authenticated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreProfile {
    /// AES-256 and HMAC-SHA256, 10,000 iterations each: what Java writes since 8u301 and 11.0.12.
    #[default]
    Modern,
}

impl StoreProfile {
    fn encryption(self) -> (EncryptionAlgorithm, MacAlgorithm, u32) {
        match self {
            Self::Modern => {
                (EncryptionAlgorithm::PbeWithHmacSha256AndAes256, MacAlgorithm::HmacSha256, 10_000)
            }
        }
    }
}

/// The passwords of one leaf's two stores. A PKCS#12 store has one password for everything in it, so the keystore's
/// is the key's as well.
#[derive(Clone, Debug)]
pub struct StorePasswords {
    /// Of the keystore and its key.
    pub keystore: Secret,
    /// Of the truststore.
    pub truststore: Secret,
}

impl StorePasswords {
    /// Two random passwords.
    pub fn generate() -> Self {
        Self { keystore: Secret::generate(), truststore: Secret::generate() }
    }
}

/// What [`write_stores`] wrote: the JSON of `flinkops pki issue`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedStores {
    /// `N.keystore.p12`.
    pub keystore: PathBuf,
    /// `N.truststore.p12`.
    pub truststore: PathBuf,
    /// `N.keystore.password`: one line.
    pub keystore_password_file: PathBuf,
    /// `N.truststore.password`: one line.
    pub truststore_password_file: PathBuf,
    /// SHA-1 fingerprint of the leaf.
    pub fingerprint_sha1: String,
    /// SHA-256 fingerprint of the leaf.
    pub fingerprint_sha256: String,
    /// The last second of the leaf's validity.
    pub not_after: Timestamp,
}

/// Whether Java can use a password for a store.
///
/// # Errors
/// It cannot, for the reason given.
pub fn check_password(password: &Secret) -> Result<(), PasswordError> {
    let text = password.expose();
    if !text.is_ascii() {
        return Err(PasswordError::NotAscii);
    }
    if text.bytes().any(|byte| byte.is_ascii_control()) {
        return Err(PasswordError::Control);
    }
    if text.len() < MIN_PASSWORD {
        return Err(PasswordError::TooShort);
    }
    Ok(())
}

/// A keystore with one key, under `alias`, and its chain, leaf first.
///
/// # Errors
/// The password is one that Java could not use, or a part cannot be encoded.
pub fn encode_keystore(
    alias: &str,
    key: &PrivateKey,
    chain: &[CertificateDer<'_>],
    password: &Secret,
    profile: StoreProfile,
) -> Result<Vec<u8>, StoreFileError> {
    let failed = |error: p12_keystore::error::Error| encode_error(alias, &error);
    // Java pairs key and certificate by this id. Derived from the leaf it is unique in any store.
    let leaf = chain.first().ok_or_else(|| encode_error(alias, &"the chain is empty"))?;
    let id = digest::digest(&digest::SHA256, leaf).as_ref()[..20].to_vec();
    let key = p12_keystore::PrivateKey::from_der(key.pkcs8_der()).map_err(failed)?;
    let chain =
        chain.iter().map(|certificate| Certificate::from_der(certificate)).collect::<Result<Vec<_>, _>>();
    let chain = PrivateKeyChain::new(id, key, chain.map_err(failed)?);
    let mut store = KeyStore::new();
    store.add_entry(alias, KeyStoreEntry::PrivateKeyChain(chain));
    encode(&store, alias, password, profile)
}

/// A truststore whose entries Java takes for trusted. The aliases are `ca`, or `ca-1`, `ca-2` … for several anchors.
///
/// # Errors
/// As for [`encode_keystore`].
pub fn encode_truststore(
    anchors: &[CertificateDer<'_>],
    password: &Secret,
    profile: StoreProfile,
) -> Result<Vec<u8>, StoreFileError> {
    const NAME: &str = "the trusted certificates";
    if anchors.is_empty() {
        return Err(encode_error(NAME, &"there are none"));
    }
    let mut store = KeyStore::new();
    for (number, anchor) in anchors.iter().enumerate() {
        let alias = if anchors.len() == 1 { "ca".to_owned() } else { format!("ca-{}", number + 1) };
        let anchor = Certificate::from_der(anchor).map_err(|error| encode_error(NAME, &error))?;
        store.add_entry(&alias, KeyStoreEntry::Certificate(anchor));
    }
    encode(&store, NAME, password, profile)
}

/// Writes the stores of a leaf into `dir`, which is created for the owner alone if it is missing: `N.keystore.p12` with
/// the full chain, `N.truststore.p12` with the anchors, and beside each a file with its password. Files of these names
/// are replaced, each as a whole.
///
/// # Errors
/// A password is one that Java could not use, or the directory is not writable. Stores are encoded before the first
/// file is touched.
pub fn write_stores(
    dir: &Path,
    leaf: &Leaf,
    anchors: &[CertificateDer<'_>],
    passwords: &StorePasswords,
) -> Result<IssuedStores, StoreFileError> {
    let profile = StoreProfile::default();
    // Java compares aliases without case and shows them in lower case.
    let alias = leaf.name.as_str().to_ascii_lowercase();
    let keystore = encode_keystore(&alias, &leaf.key, &leaf.chain, &passwords.keystore, profile)?;
    let truststore = encode_truststore(anchors, &passwords.truststore, profile)?;
    let at = |suffix: &str| dir.join(format!("{}.{suffix}", leaf.name));
    let written = IssuedStores {
        keystore: at("keystore.p12"),
        truststore: at("truststore.p12"),
        keystore_password_file: at("keystore.password"),
        truststore_password_file: at("truststore.password"),
        fingerprint_sha1: leaf.fingerprint_sha1.clone(),
        fingerprint_sha256: leaf.fingerprint_sha256.clone(),
        not_after: leaf.not_after,
    };
    if !dir.is_dir() {
        files::create_directory(dir, Access::Private)?;
    }
    let line = |password: &Secret| Secret::new(format!("{}\n", password.expose()));
    files::write(
        &written.keystore_password_file,
        line(&passwords.keystore).expose().as_bytes(),
        Access::Private,
    )?;
    files::write(
        &written.truststore_password_file,
        line(&passwords.truststore).expose().as_bytes(),
        Access::Private,
    )?;
    files::write(&written.keystore, &keystore, Access::Private)?;
    files::write(&written.truststore, &truststore, Access::Private)?;
    Ok(written)
}

fn encode(
    store: &KeyStore,
    name: &str,
    password: &Secret,
    profile: StoreProfile,
) -> Result<Vec<u8>, StoreFileError> {
    check_password(password)?;
    let (encryption, mac, iterations) = profile.encryption();
    store
        .writer(password.expose())
        .encryption_algorithm(encryption)
        .encryption_iterations(iterations)
        .mac_algorithm(mac)
        .mac_iterations(iterations)
        .write()
        .map_err(|error| encode_error(name, &error))
}

fn encode_error(name: &str, reason: &dyn std::fmt::Display) -> StoreFileError {
    StoreFileError::Encode { name: name.to_owned(), reason: reason.to_string() }
}
