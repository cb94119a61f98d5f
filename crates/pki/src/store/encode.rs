//! Writing a whole store in any format.

use std::path::Path;

use aws_lc_rs::digest;
use jiff::Timestamp;
use ops_core::files::{self, Access};
use ops_core::secret::Secret;
use p12_keystore::{
    Certificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, PrivateKeyChain,
};
use rustls_pki_types::CertificateDer;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::alias::{Aliases, check_alias};
use super::any::{ReadOptions, read_any};
use super::error::{StoreError, StoreFileError};
use super::jks::{JksEntry, JksFile};
use super::model::{EntryKind, Store};
use super::password::check_password;
use super::{keys, read};
use crate::key::{self, PrivateKey};
use crate::pem;

/// How a PKCS#12 store is encrypted and authenticated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreProfile {
    /// AES-256 and HMAC-SHA256, 10,000 iterations each: what Java writes since 8u301 and 11.0.12.
    #[default]
    Modern,
    /// Triple DES and HMAC-SHA1, 10,000 iterations each, for JVMs before those. It keeps secrets less well.
    Legacy,
}

impl StoreProfile {
    fn encryption(self) -> (EncryptionAlgorithm, MacAlgorithm, u32) {
        match self {
            Self::Modern => {
                (EncryptionAlgorithm::PbeWithHmacSha256AndAes256, MacAlgorithm::HmacSha256, 10_000)
            }
            Self::Legacy => {
                (EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc, MacAlgorithm::HmacSha1, 10_000)
            }
        }
    }
}

/// The formats that stores are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", into = "&'static str", try_from = "String")]
#[non_exhaustive]
pub enum Format {
    /// PKCS#12. Java's default type, and what Flink expects.
    Pkcs12(StoreProfile),
    /// JKS, Java's own older format, with a separate password for keys where that is wanted.
    Jks,
    /// PEM text: certificates, and keys in PKCS#8.
    Pem,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 4] =
        [Self::Pkcs12(StoreProfile::Modern), Self::Pkcs12(StoreProfile::Legacy), Self::Jks, Self::Pem];

    /// `p12`, `p12-legacy`, `jks` or `pem`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pkcs12(StoreProfile::Modern) => "p12",
            Self::Pkcs12(StoreProfile::Legacy) => "p12-legacy",
            Self::Jks => "jks",
            Self::Pem => "pem",
        }
    }

    /// How files of this format end: `p12`, `jks` or `pem`.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pkcs12(_) => "p12",
            Self::Jks => "jks",
            Self::Pem => "pem",
        }
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl From<Format> for &'static str {
    fn from(format: Format) -> Self {
        format.name()
    }
}

/// A text that names no store format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is no store format; use p12, p12-legacy, jks or pem")]
pub struct FormatError {
    found: String,
}

impl std::str::FromStr for Format {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == text)
            .ok_or_else(|| FormatError { found: text.to_owned() })
    }
}

impl TryFrom<String> for Format {
    type Error = FormatError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// What writing a store takes besides its entries.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WriteOptions {
    /// The password of the store. PKCS#12 and JKS need one; PEM has none.
    pub password: Option<Secret>,
    /// The password of its keys, where it differs: in JKS, and in PEM, whose keys are encrypted with it. Without it
    /// keys have the store's password, and in PEM none.
    pub key_password: Option<Secret>,
    /// The date of entries that have none. Only JKS keeps dates.
    pub created: Timestamp,
}

impl WriteOptions {
    /// Without passwords, which only PEM can be written with.
    pub fn new(created: Timestamp) -> Self {
        Self { password: None, key_password: None, created }
    }

    /// One password for the store and its keys.
    pub fn with_password(password: Secret, created: Timestamp) -> Self {
        Self { password: Some(password), key_password: None, created }
    }

    /// A separate password for the keys.
    pub fn and_key_password(mut self, password: Option<Secret>) -> Self {
        self.key_password = password;
        self
    }
}

/// Encodes a store. In PEM keys come first, each with its chain, then trusted and unlisted certificates; aliases and
/// marks of trust are lost. In PKCS#12 and JKS aliases are in lower case, as Java keeps them, and unlisted
/// certificates are left out, since Java would not list them.
///
/// # Errors
/// A password or an alias is one that Java could not use, two aliases differ in nothing but case, a key has no
/// certificate (which only PEM can hold), PKCS#12 was to have a separate key password, or a part cannot be encoded.
pub fn encode(
    store: &Store,
    format: Format,
    options: &WriteOptions,
) -> Result<Zeroizing<Vec<u8>>, StoreFileError> {
    if format == Format::Pem {
        return encode_pem(store, options);
    }
    let missing =
        || encode_error(format.name(), &"the store needs a password; give one with --password-from");
    let password = options.password.as_ref().ok_or_else(missing)?;
    check_password(password)?;
    let mut aliases = Aliases::default();
    let mut checked = Vec::new();
    for entry in &store.entries {
        let alias = check_alias(&entry.alias)?;
        if !aliases.take(&alias) {
            return Err(encode_error(&alias, &"two entries have this alias, and Java tells case not apart"));
        }
        if matches!(&entry.kind, EntryKind::Key { chain, .. } if chain.is_empty()) {
            let reason = "the key has no certificate, and only PEM holds keys without";
            return Err(encode_error(&alias, &reason));
        }
        checked.push((alias, entry));
    }
    let key_password = options.key_password.as_ref().unwrap_or(password);
    match format {
        Format::Jks => {
            check_password(key_password)?;
            let mut file = JksFile::default();
            for (alias, entry) in checked {
                let created = entry.created.unwrap_or(options.created);
                file.entries.push(match &entry.kind {
                    EntryKind::Key { key, chain } => JksEntry::key(
                        &alias,
                        created,
                        &keys::version_1(key.clone()),
                        chain.clone(),
                        key_password,
                    )
                    .map_err(|error| encode_error(&alias, &error))?,
                    EntryKind::Trusted(certificate) => {
                        JksEntry::trusted(&alias, created, certificate.clone())
                    }
                });
            }
            let bytes = file.encode(password).map_err(|error| encode_error("a JKS store", &error))?;
            Ok(Zeroizing::new(bytes))
        }
        Format::Pkcs12(profile) => {
            if key_password != password {
                let reason = "Java reads no PKCS#12 key whose password differs from its store's; use JKS, or one password";
                return Err(encode_error("a PKCS#12 store", &reason));
            }
            let mut out = KeyStore::new();
            for (alias, entry) in checked {
                let entry = match &entry.kind {
                    EntryKind::Key { key, chain } => {
                        KeyStoreEntry::PrivateKeyChain(key_chain(&alias, key, chain)?)
                    }
                    EntryKind::Trusted(certificate) => KeyStoreEntry::Certificate(
                        Certificate::from_der(certificate).map_err(|error| encode_error(&alias, &error))?,
                    ),
                };
                out.add_entry(&alias, entry);
            }
            let (encryption, mac, iterations) = profile.encryption();
            let bytes = out
                .writer(password.expose())
                .encryption_algorithm(encryption)
                .encryption_iterations(iterations)
                .mac_algorithm(mac)
                .mac_iterations(iterations)
                .write()
                .map_err(|error| encode_error("a PKCS#12 store", &error))?;
            Ok(Zeroizing::new(bytes))
        }
        Format::Pem => unreachable!("PEM was encoded above"),
    }
}

fn encode_pem(store: &Store, options: &WriteOptions) -> Result<Zeroizing<Vec<u8>>, StoreFileError> {
    let mut text = Zeroizing::new(String::new());
    for (alias, key, chain) in store.keys() {
        let key = &keys::version_1(key.clone());
        match &options.key_password {
            Some(password) => {
                let pem =
                    key::encrypt(key, password.expose()).map_err(|error| encode_error(alias, &error))?;
                text.push_str(&pem);
            }
            None => text.push_str(&key.to_pem()),
        }
        text.push_str(&pem::certificates(chain));
    }
    let others: Vec<_> = store.trusted().chain(&store.unlisted).cloned().collect();
    text.push_str(&pem::certificates(&others));
    Ok(Zeroizing::new(text.as_bytes().to_vec()))
}

fn key_chain(
    alias: &str,
    key: &PrivateKey,
    chain: &[CertificateDer<'_>],
) -> Result<PrivateKeyChain, StoreFileError> {
    let failed = |error: p12_keystore::error::Error| encode_error(alias, &error);
    // Java pairs key and certificate by this id, so it must be unique in the store. The alias makes it so even where
    // two entries share a certificate.
    let mut id = digest::Context::new(&digest::SHA256);
    id.update(alias.as_bytes());
    id.update(&[0]);
    id.update(chain.first().map_or(&[][..], |leaf| leaf));
    let id = id.finish().as_ref()[..20].to_vec();
    let key = keys::version_1(key.clone());
    let key = p12_keystore::PrivateKey::from_der(key.pkcs8_der()).map_err(failed)?;
    let chain =
        chain.iter().map(|certificate| Certificate::from_der(certificate)).collect::<Result<Vec<_>, _>>();
    Ok(PrivateKeyChain::new(id, key, chain.map_err(failed)?))
}

/// What [`convert`] did not carry over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Conversion {
    /// Private keys written.
    pub keys: usize,
    /// Trusted certificates written.
    pub trusted: usize,
    /// Certificates that were neither trusted nor in a key's chain: written to PEM, left out elsewhere.
    pub unlisted: usize,
    /// Secret keys, left out always.
    pub secret_keys: usize,
}

/// Reads a store of any format and writes its entries in another, as a new file for its owner alone. `to` may be the
/// file that was read; it is replaced as a whole, or untouched on any error.
///
/// # Errors
/// As for [`read_any`] and [`encode`], or a file cannot be read or written.
pub fn convert(
    from: &Path,
    reading: &ReadOptions,
    to: &Path,
    format: Format,
    writing: &WriteOptions,
) -> Result<Conversion, StoreFileError> {
    let at = |problem: StoreError| StoreFileError::Store { path: from.to_owned(), problem };
    let store = read_any(&read::read_bytes(from)?, reading).map_err(at)?;
    let bytes = encode(&store, format, writing)?;
    files::write(to, &bytes, Access::Private)?;
    Ok(Conversion {
        keys: store.keys().count(),
        trusted: store.trusted().count(),
        unlisted: store.unlisted.len(),
        secret_keys: store.secret_keys,
    })
}

pub(crate) fn encode_error(name: &str, reason: &dyn std::fmt::Display) -> StoreFileError {
    StoreFileError::Encode { name: name.to_owned(), reason: reason.to_string() }
}
