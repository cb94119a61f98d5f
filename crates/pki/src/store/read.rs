//! Reading PKCS#12 stores, of any origin.
//!
//! A store is authenticated before its contents are looked at, with a bounded number of iterations, so that a hostile
//! file costs little and cannot pass as a good one.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use der::asn1::AnyRef;
use der::{Decode as _, Encode as _, Reader as _, SliceReader};
use ops_core::files::context;
use ops_core::secret::Secret;
use p12_keystore::Pkcs12Archive;
use rustls_pki_types::CertificateDer;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::error::{StoreError, StoreFileError};
use crate::key::PrivateKey;

/// A truststore of every public CA is about 200 KB.
const MAX_STORE: u64 = 4 << 20;

/// A chain longer than this is a mistake or a trap.
const MAX_CHAIN: usize = 10;

/// The object identifier of scrypt (RFC 7914) in DER. Java reads no store that uses it.
const SCRYPT: &[u8] = &[0x06, 0x09, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x04, 0x0b];

/// What a store holds, as Java sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Store {
    /// The entries in the order of the file, keys first.
    pub entries: Vec<Entry>,
    /// Certificates that are neither marked as trusted nor part of a key's chain. Java's keystores do not list them,
    /// so to Flink they are not there.
    pub unlisted: Vec<CertificateDer<'static>>,
}

/// One entry of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Its alias; empty where the store gives none.
    pub alias: String,
    /// What it is.
    pub kind: EntryKind,
}

/// The kinds of entries that TLS uses. Secret keys are not among them and are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EntryKind {
    /// A private key, and its chain as far as the store holds it: leaf first, empty when there is no certificate.
    Key {
        /// The key.
        key: PrivateKey,
        /// Its chain.
        chain: Vec<CertificateDer<'static>>,
    },
    /// A trusted certificate.
    Trusted(CertificateDer<'static>),
}

impl Store {
    /// The private keys with their chains.
    pub fn keys(&self) -> impl Iterator<Item = (&str, &PrivateKey, &[CertificateDer<'static>])> {
        self.entries.iter().filter_map(|entry| match &entry.kind {
            EntryKind::Key { key, chain } => Some((entry.alias.as_str(), key, chain.as_slice())),
            EntryKind::Trusted(_) => None,
        })
    }

    /// The trusted certificates.
    pub fn trusted(&self) -> impl Iterator<Item = &CertificateDer<'static>> {
        self.entries.iter().filter_map(|entry| match &entry.kind {
            EntryKind::Trusted(certificate) => Some(certificate),
            EntryKind::Key { .. } => None,
        })
    }
}

/// Reads a store from its file.
///
/// # Errors
/// The file cannot be read, or [`read`] refuses what is in it.
pub fn read_file(path: &Path, password: &Secret) -> Result<Store, StoreFileError> {
    let mut bytes = Vec::new();
    let size = File::open(path)
        .and_then(|file| {
            if file.metadata()?.is_dir() {
                return Err(std::io::Error::new(
                    std::io::ErrorKind::IsADirectory,
                    "it is a directory, not a file",
                ));
            }
            file.take(MAX_STORE + 1).read_to_end(&mut bytes)
        })
        .map_err(context("read", path))?;
    debug_assert_eq!(size, bytes.len());
    read(&bytes, password).map_err(|problem| StoreFileError::Store { path: path.to_owned(), problem })
}

/// Reads a store.
///
/// # Errors
/// It is none, has no MAC, the password is wrong, its contents were changed, or it is beyond the bounds: 4 MiB, a
/// million iterations, no scrypt.
pub fn read(bytes: &[u8], password: &Secret) -> Result<Store, StoreError> {
    let size = bytes.len() as u64;
    if size > MAX_STORE {
        return Err(StoreError::TooLarge { size, limit: MAX_STORE });
    }
    let outer = Outer::parse(bytes)?;
    if outer.mac.is_none() {
        return Err(StoreError::Unauthenticated);
    }
    if bytes.windows(SCRYPT.len()).any(|window| window == SCRYPT) {
        return Err(StoreError::Unsupported { what: "scrypt" });
    }
    match Pkcs12Archive::from_pkcs12(bytes, password.expose()) {
        Ok(archive) => Ok(arrange(archive)),
        Err(p12_keystore::error::Error::MacError(_)) => Err(outer.why_the_mac_does_not_fit(password)),
        Err(p12_keystore::error::Error::InvalidParameters) => {
            Err(StoreError::Unsupported { what: "more than a million iterations" })
        }
        Err(p12_keystore::error::Error::UnsupportedMacAlgorithm) => {
            Err(StoreError::Unsupported { what: "another MAC" })
        }
        Err(p12_keystore::error::Error::UnsupportedEncryptionScheme) => {
            Err(StoreError::Unsupported { what: "another encryption scheme" })
        }
        Err(error) => Err(StoreError::Unreadable { reason: error.to_string() }),
    }
}

/// The outermost structure of a PKCS#12 file (RFC 7292, PFX).
struct Outer<'a> {
    version: AnyRef<'a>,
    contents: AnyRef<'a>,
    mac: Option<AnyRef<'a>>,
}

impl<'a> Outer<'a> {
    fn parse(bytes: &'a [u8]) -> Result<Self, StoreError> {
        let decode = || -> der::Result<Self> {
            let mut reader = SliceReader::new(bytes)?;
            let outer = reader.sequence(|reader| {
                let version = AnyRef::decode(reader)?;
                let contents = AnyRef::decode(reader)?;
                let mac = if reader.is_finished() { None } else { Some(AnyRef::decode(reader)?) };
                Ok::<_, der::Error>(Self { version, contents, mac })
            })?;
            reader.finish()?;
            Ok(outer)
        };
        let outer = decode().ok().filter(|outer| outer.version.value() == [3]);
        outer.ok_or_else(|| StoreError::NotPkcs12 { found: what_else(bytes) })
    }

    /// A wrong password and changed contents both make the MAC fail. Contents that decrypt with the password, down to
    /// readable certificates, tell that the password is right.
    fn why_the_mac_does_not_fit(&self, password: &Secret) -> StoreError {
        let without_mac = || -> der::Result<Vec<u8>> {
            let parts = [self.version.to_der()?, self.contents.to_der()?].concat();
            AnyRef::new(der::Tag::Sequence, &parts)?.to_der()
        };
        let opens = without_mac().is_ok_and(|bytes| {
            Pkcs12Archive::from_pkcs12(&bytes, password.expose())
                .is_ok_and(|archive| !archive.certs.is_empty() || !archive.keys.is_empty())
        });
        if opens { StoreError::Corrupted } else { StoreError::WrongPassword }
    }
}

fn what_else(bytes: &[u8]) -> &'static str {
    match bytes {
        [] => "an empty file",
        [0xfe, 0xed, 0xfe, 0xed, ..] => "a JKS store; `keytool -importkeystore` converts it",
        [0xce, 0xce, 0xce, 0xce, ..] => "a JCEKS store; `keytool -importkeystore` converts it",
        _ if bytes.starts_with(b"-----BEGIN") => "PEM text; Flink reads stores only",
        [0x30, ..] => "another or a damaged DER structure",
        _ => "something else",
    }
}

/// Pairs keys with certificates as Java does: by local key id, then from issuer to issuer.
fn arrange(archive: Pkcs12Archive) -> Store {
    let Pkcs12Archive { keys, certs, .. } = archive;
    let mut used = vec![false; certs.len()];
    let names: Vec<_> = certs.iter().map(|bag| names(bag.cert.as_der())).collect();
    let mut entries = Vec::new();
    for bag in keys {
        let id = bag.local_key_id.as_ref().map(AsRef::as_ref);
        let mut chain = Vec::new();
        let mut next = certs.iter().position(|cert| id.is_some() && cert.local_key_id.as_deref() == id);
        let mut in_chain: Vec<usize> = Vec::new();
        while let Some(at) = next {
            if in_chain.contains(&at) || in_chain.len() == MAX_CHAIN {
                break;
            }
            in_chain.push(at);
            used[at] = true;
            chain.push(CertificateDer::from(certs[at].cert.as_der().to_vec()));
            next =
                names[at].as_ref().filter(|(subject, issuer)| subject != issuer).and_then(|(_, issuer)| {
                    names
                        .iter()
                        .position(|other| other.as_ref().is_some_and(|(subject, _)| subject == issuer))
                });
        }
        let key = PrivateKey::from_pkcs8_der(bag.key.as_der().to_vec());
        entries.push(Entry {
            alias: bag.friendly_name.unwrap_or_default(),
            kind: EntryKind::Key { key, chain },
        });
    }
    let mut unlisted = Vec::new();
    for (at, bag) in certs.into_iter().enumerate() {
        let certificate = CertificateDer::from(bag.cert.as_der().to_vec());
        if bag.trusted {
            let kind = EntryKind::Trusted(certificate);
            entries.push(Entry { alias: bag.friendly_name.unwrap_or_default(), kind });
        } else if !used[at] {
            unlisted.push(certificate);
        }
    }
    Store { entries, unlisted }
}

/// Subject and issuer as they are encoded.
fn names(certificate: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    Some((certificate.subject().as_raw().to_vec(), certificate.issuer().as_raw().to_vec()))
}
