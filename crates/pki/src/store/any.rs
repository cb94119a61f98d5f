//! Reading a store of any format, told by its contents.

use std::path::Path;

use ops_core::secret::Secret;
use rustls_pki_types::CertificateDer;

use super::alias::{self, Aliases};
use super::chain::Pool;
use super::cipher::{Budget, CipherError};
use super::detect::FileKind;
use super::error::{StoreError, StoreFileError};
use super::jks::JksFile;
use super::keys;
use super::model::{Entry, Store};
use super::read::{self, Unauthenticated, check_size};
use super::{ber, pkcs7};
use crate::certificate::parse_bounded;
use crate::key::PrivateKey;
use crate::pem::{self, Block};

/// Nobody keeps that many keys in one file.
const MAX_KEYS: usize = 256;

/// What reading a store takes besides its bytes.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// The password of a PKCS#12 or JKS store. Without a key password it also opens keys.
    pub password: Option<Secret>,
    /// The password of the keys of a JKS store, where it differs, or of encrypted keys in PEM and DER.
    pub key_password: Option<Secret>,
    /// Whether stores that carry no proof of their integrity are read.
    pub unauthenticated: Unauthenticated,
}

impl ReadOptions {
    /// One password for everything.
    pub fn with_password(password: Secret) -> Self {
        Self { password: Some(password), ..Self::default() }
    }

    pub(crate) fn for_keys(&self) -> Option<&Secret> {
        self.key_password.as_ref().or(self.password.as_ref())
    }
}

/// Reads a store from its file, whatever its format.
///
/// # Errors
/// The file cannot be read, or [`read_any`] refuses what is in it.
pub fn read_any_file(path: &Path, options: &ReadOptions) -> Result<Store, StoreFileError> {
    let bytes = read::read_bytes(path)?;
    read_any(&bytes, options).map_err(|problem| StoreFileError::Store { path: path.to_owned(), problem })
}

/// Reads a store, whatever its format: PKCS#12, JKS, PEM, and single certificates, keys and PKCS#7 files in DER.
///
/// In PEM the blocks may come in any order. Each key is paired with its certificate by the public key, and its chain
/// put together by names; aliases are made from common names. Certificates in no key's chain are trusted where there
/// is no key at all, as in a `ca.pem`, and otherwise [unlisted](Store::unlisted).
///
/// # Errors
/// It is nothing that entries could be made of, a password is missing or wrong, its contents were changed, or it is
/// beyond the bounds: 4 MiB, about a million iterations in all, 4096 entries, 256 keys.
pub fn read_any(bytes: &[u8], options: &ReadOptions) -> Result<Store, StoreError> {
    check_size(bytes)?;
    let kind = FileKind::detect(bytes);
    let needed = |what| options.password.as_ref().ok_or(StoreError::PasswordNeeded { what });
    match kind {
        FileKind::Pkcs12 => {
            let password = needed("a PKCS#12 store")?;
            if options.key_password.as_ref().is_some_and(|key| key != password) {
                return Err(StoreError::Unsupported { what: "a key password of its own in PKCS#12" });
            }
            read::read_pkcs12(bytes, password, options.unauthenticated).map(|opened| opened.store)
        }
        FileKind::Jks => {
            let file = JksFile::parse(bytes)?;
            match (&options.password, options.unauthenticated) {
                (Some(password), _) => file.verify(bytes, password)?,
                (None, Unauthenticated::DangerAccept) => {}
                (None, Unauthenticated::Refuse) => {
                    return Err(StoreError::PasswordNeeded { what: "a JKS store" });
                }
            }
            file.store(options.for_keys().unwrap_or(&Secret::new("")))
        }
        FileKind::Pem => assemble(from_pem(&pem::blocks(bytes).map_err(StoreError::Pem)?, options)?),
        _ => {
            let definite = ber::definite(bytes);
            let parts = from_der(kind, definite.as_deref().unwrap_or(bytes), options)?;
            assemble(parts.ok_or(StoreError::NotAStore { found: kind.describe() })?)
        }
    }
}

/// Keys and certificates, not yet put together.
#[derive(Default)]
struct Parts {
    keys: Vec<PrivateKey>,
    certificates: Vec<CertificateDer<'static>>,
}

fn from_pem(blocks: &[Block], options: &ReadOptions) -> Result<Parts, StoreError> {
    let mut parts = Parts::default();
    let mut budget = Budget::new();
    for block in blocks {
        let malformed = || StoreError::Unreadable {
            reason: format!("the {} block that begins on line {} is malformed", block.label, block.line),
        };
        if block.is_encrypted_in_the_old_way {
            return Err(StoreError::Unsupported {
                what: "openssl's old encryption of keys (`openssl pkcs8 -topk8` encrypts it anew)",
            });
        }
        match block.label.as_str() {
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => {
                parts.certificates.push(certificate(&block.der).ok_or_else(malformed)?);
            }
            "PKCS7" | "CMS" => {
                let definite = ber::definite(&block.der);
                let der = definite.as_deref().unwrap_or(&block.der);
                parts.certificates.extend(pkcs7::certificates(der).ok_or_else(malformed)?);
            }
            "ENCRYPTED PRIVATE KEY" => {
                let password = options.for_keys();
                let password =
                    password.ok_or(StoreError::PasswordNeeded { what: "an encrypted private key" })?;
                let key = keys::decrypt(&block.der, password.expose(), &mut budget);
                parts.keys.push(key.map_err(|error| key_refusal(&error))?);
            }
            label if label.ends_with("PRIVATE KEY") => {
                parts.keys.push(keys::plain(&block.der).ok_or_else(malformed)?);
            }
            // Parameters, requests, revocation lists and what else stands in such files are no entries.
            _ => {}
        }
        if parts.keys.len() > MAX_KEYS {
            return Err(StoreError::Unsupported { what: "more than 256 keys" });
        }
    }
    if parts.keys.is_empty() && parts.certificates.is_empty() {
        return Err(StoreError::NotAStore { found: "PEM text without a certificate or a private key" });
    }
    Ok(parts)
}

fn from_der(kind: FileKind, der: &[u8], options: &ReadOptions) -> Result<Option<Parts>, StoreError> {
    let mut parts = Parts::default();
    match kind {
        FileKind::Certificate => parts.certificates.extend(certificate(der)),
        FileKind::Pkcs7 => parts.certificates = pkcs7::certificates(der).unwrap_or_default(),
        FileKind::PrivateKey | FileKind::RsaPrivateKey | FileKind::EcPrivateKey => {
            parts.keys.extend(keys::plain(der));
        }
        FileKind::EncryptedPrivateKey => {
            let password = options.for_keys();
            let password = password.ok_or(StoreError::PasswordNeeded { what: "an encrypted private key" })?;
            let key = keys::decrypt(der, password.expose(), &mut Budget::new());
            parts.keys.push(key.map_err(|error| key_refusal(&error))?);
        }
        _ => {}
    }
    Ok(Some(parts).filter(|parts| !parts.keys.is_empty() || !parts.certificates.is_empty()))
}

pub(crate) fn certificate(der: &[u8]) -> Option<CertificateDer<'static>> {
    parse_bounded(der).ok()?;
    Some(CertificateDer::from(der.to_vec()))
}

fn key_refusal(error: &CipherError) -> StoreError {
    match error {
        CipherError::Unsupported(what) => StoreError::Unsupported { what },
        CipherError::TooCostly => StoreError::Unsupported { what: "a key derivation that costs too much" },
        CipherError::Password => StoreError::WrongPassword,
    }
}

/// Pairs keys with certificates and puts chains together.
fn assemble(parts: Parts) -> Result<Store, StoreError> {
    let Parts { keys, mut certificates } = parts;
    let mut seen = std::collections::HashSet::new();
    certificates.retain(|certificate| seen.insert(certificate.clone()));
    let pool = Pool::new(&certificates);
    let mut aliases = Aliases::default();
    let mut used = vec![false; certificates.len()];
    let mut entries = Vec::new();
    for key in keys {
        let chain = pool.of_key(&key).map(|leaf| pool.chain(leaf)).unwrap_or_default();
        chain.iter().for_each(|at| used[*at] = true);
        let chain = pool
            .certificates(&chain)
            .ok_or(StoreError::Unsupported { what: "chains of more than 16 MiB" })?;
        let alias = chain.first().map_or_else(|| "key".to_owned(), |leaf| alias::of_certificate(leaf));
        entries.push(Entry::key(aliases.unique(&alias), key, chain));
    }
    let has_keys = !entries.is_empty();
    let others =
        certificates.into_iter().zip(used).filter(|(_, used)| !used).map(|(certificate, _)| certificate);
    if has_keys {
        let mut store = Store::new(entries);
        store.unlisted = others.collect();
        return Ok(store);
    }
    Ok(Store::new(
        others
            .map(|certificate| {
                Entry::trusted(aliases.unique(&alias::of_certificate(&certificate)), certificate)
            })
            .collect(),
    ))
}
