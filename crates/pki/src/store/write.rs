//! Writing what one leaf needs: keystore, truststore and the files with their passwords.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ops_core::files::{self, Access};
use ops_core::secret::Secret;
use rustls_pki_types::CertificateDer;
use serde::{Deserialize, Serialize};

use super::encode::{Format, StoreProfile, WriteOptions, encode, encode_error};
use super::error::StoreFileError;
use super::model::{Entry, Store};
use crate::authority::Leaf;
use crate::key::{self, PrivateKey};
use crate::pem;

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

/// What [`write_stores`] wrote.
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

/// What [`write_leaf`] wrote: the JSON of `flinkops pki issue`, the same fields for every format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LeafFiles {
    /// `N.keystore.p12` or `.jks`; in PEM the chain, `N.pem`.
    pub keystore: PathBuf,
    /// `N.truststore.p12` or `.jks`; in PEM `ca.pem`.
    pub truststore: PathBuf,
    /// `N.keystore.password`: one line. `null` in PEM, which has no store password.
    pub keystore_password_file: Option<PathBuf>,
    /// `N.truststore.password`: one line. `null` in PEM.
    pub truststore_password_file: Option<PathBuf>,
    /// SHA-1 fingerprint of the leaf.
    pub fingerprint_sha1: String,
    /// SHA-256 fingerprint of the leaf.
    pub fingerprint_sha256: String,
    /// The last second of the leaf's validity.
    pub not_after: Timestamp,
    /// The format.
    pub format: Format,
    /// The private key by itself, `N.key`: in PEM only.
    pub key: Option<PathBuf>,
    /// `N.key.password`: one line, where the key has a password of its own.
    pub key_password_file: Option<PathBuf>,
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
    if chain.is_empty() {
        return Err(encode_error(alias, &"the chain is empty"));
    }
    let store = keystore(alias, key, chain);
    let options = WriteOptions::with_password(password.clone(), Timestamp::UNIX_EPOCH);
    encode(&store, Format::Pkcs12(profile), &options).map(|bytes| bytes.to_vec())
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
    let store = truststore(anchors)?;
    let options = WriteOptions::with_password(password.clone(), Timestamp::UNIX_EPOCH);
    encode(&store, Format::Pkcs12(profile), &options).map(|bytes| bytes.to_vec())
}

/// A store of one key.
fn keystore(alias: &str, key: &PrivateKey, chain: &[CertificateDer<'_>]) -> Store {
    let chain = chain.iter().map(|certificate| certificate.clone().into_owned()).collect();
    Store::new(vec![Entry::key(alias, key.clone(), chain)])
}

/// A store of trusted certificates.
fn truststore(anchors: &[CertificateDer<'_>]) -> Result<Store, StoreFileError> {
    if anchors.is_empty() {
        return Err(encode_error("the trusted certificates", &"there are none"));
    }
    let entries = anchors.iter().enumerate().map(|(number, anchor)| {
        let alias = if anchors.len() == 1 { "ca".to_owned() } else { format!("ca-{}", number + 1) };
        Entry::trusted(alias, anchor.clone().into_owned())
    });
    Ok(Store::new(entries.collect()))
}

/// Writes the stores of a leaf as PKCS#12 in the modern profile, see [`write_leaf`].
///
/// # Errors
/// As for [`write_leaf`].
pub fn write_stores(
    dir: &Path,
    leaf: &Leaf,
    anchors: &[CertificateDer<'_>],
    passwords: &StorePasswords,
) -> Result<IssuedStores, StoreFileError> {
    let format = Format::Pkcs12(StoreProfile::Modern);
    let written = write_leaf(dir, leaf, anchors, format, passwords, None)?;
    let at = |suffix: &str| dir.join(format!("{}.{suffix}", leaf.name));
    Ok(IssuedStores {
        keystore: written.keystore,
        truststore: written.truststore,
        keystore_password_file: at("keystore.password"),
        truststore_password_file: at("truststore.password"),
        fingerprint_sha1: written.fingerprint_sha1,
        fingerprint_sha256: written.fingerprint_sha256,
        not_after: written.not_after,
    })
}

/// Writes the files of a leaf into `dir`, which is created for the owner alone if it is missing. Files of these names
/// are replaced, each as a whole.
///
/// In PKCS#12 and JKS: `N.keystore.EXT` with the full chain, `N.truststore.EXT` with the anchors, and beside each a
/// file with its password. In PEM: `N.pem` with the full chain, `N.key` with the key, `ca.pem` with the anchors; the
/// passwords of stores are not used then.
///
/// With a key password the key has it for itself, in JKS and PEM, and `N.key.password` holds it.
///
/// # Errors
/// A password is one that Java could not use, PKCS#12 was to have a separate key password, or the directory is not
/// writable. Everything is encoded before the first file is touched.
pub fn write_leaf(
    dir: &Path,
    leaf: &Leaf,
    anchors: &[CertificateDer<'_>],
    format: Format,
    passwords: &StorePasswords,
    key_password: Option<&Secret>,
) -> Result<LeafFiles, StoreFileError> {
    let at = |suffix: &str| dir.join(format!("{}.{suffix}", leaf.name));
    let is_pem = format == Format::Pem;
    let extension = format.extension();
    let written = LeafFiles {
        keystore: at(&if is_pem { "pem".to_owned() } else { format!("keystore.{extension}") }),
        truststore: if is_pem { dir.join("ca.pem") } else { at(&format!("truststore.{extension}")) },
        keystore_password_file: (!is_pem).then(|| at("keystore.password")),
        truststore_password_file: (!is_pem).then(|| at("truststore.password")),
        fingerprint_sha1: leaf.fingerprint_sha1.clone(),
        fingerprint_sha256: leaf.fingerprint_sha256.clone(),
        not_after: leaf.not_after,
        format,
        key: is_pem.then(|| at("key")),
        key_password_file: key_password.map(|_| at("key.password")),
    };
    let line = |password: &Secret| format!("{}\n", password.expose()).into_bytes();
    let mut parts = Parts::default();
    let trusted = truststore(anchors)?;
    if let (Some(file), Some(password)) = (&written.key_password_file, key_password) {
        parts.add(file, line(password), Access::Private);
    }
    if let Some(key_file) = &written.key {
        let key = match key_password {
            Some(password) => key::encrypt(&leaf.key, password.expose())
                .map_err(|error| encode_error(leaf.name.as_str(), &error))?
                .into_bytes(),
            None => leaf.key.to_pem().as_bytes().to_vec(),
        };
        parts.add(key_file, key, Access::Private);
        parts.add(&written.keystore, pem::certificates(&leaf.chain).into_bytes(), Access::Public);
        parts.add(&written.truststore, pem::certificates(anchors).into_bytes(), Access::Public);
    } else {
        // Java compares aliases without case and shows them in lower case.
        let alias = leaf.name.as_str().to_ascii_lowercase();
        let options = |password: &Secret| WriteOptions::with_password(password.clone(), leaf.not_before);
        let with_key = options(&passwords.keystore).and_key_password(key_password.cloned());
        let keys = encode(&keystore(&alias, &leaf.key, &leaf.chain), format, &with_key)?;
        let trusted = encode(&trusted, format, &options(&passwords.truststore))?;
        parts.add(&at("keystore.password"), line(&passwords.keystore), Access::Private);
        parts.add(&at("truststore.password"), line(&passwords.truststore), Access::Private);
        parts.add(&written.keystore, keys.to_vec(), Access::Private);
        parts.add(&written.truststore, trusted.to_vec(), Access::Private);
    }
    if !dir.is_dir() {
        files::create_directory(dir, Access::Private)?;
    }
    parts.write()?;
    Ok(written)
}

/// Files that are written one after another once all are encoded.
#[derive(Default)]
struct Parts(Vec<(PathBuf, zeroize::Zeroizing<Vec<u8>>, Access)>);

impl Parts {
    fn add(&mut self, path: &Path, bytes: Vec<u8>, access: Access) {
        self.0.push((path.to_owned(), bytes.into(), access));
    }

    fn write(&self) -> Result<(), StoreFileError> {
        Ok(self.0.iter().try_for_each(|(path, bytes, access)| files::write(path, bytes, *access))?)
    }
}
