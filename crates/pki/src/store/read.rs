//! Reading PKCS#12 stores, of any origin, as Java sees them.
//!
//! A store is authenticated before its contents are looked at, with a bounded number of iterations, so that a hostile
//! file costs little and cannot pass as a good one.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use ops_core::files::{FileError, context};
use ops_core::secret::Secret;
use rustls_pki_types::CertificateDer;

use super::ber;
use super::chain::Pool;
use super::cipher::Budget;
use super::detect::FileKind;
use super::error::{StoreError, StoreFileError};
use super::model::{Entry, Store};
use super::pkcs12::{Archive, Pfx};

/// A truststore of every public CA is about 200 KB.
pub(crate) const MAX_STORE: u64 = 4 << 20;

/// What to do with a store that nothing proves to be as its maker wrote it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unauthenticated {
    /// Refuse it.
    #[default]
    Refuse,
    /// Read it all the same: whoever could write the file may have put anything into it.
    DangerAccept,
}

/// Reads a PKCS#12 store from its file.
///
/// # Errors
/// The file cannot be read, or [`read`] refuses what is in it.
pub fn read_file(path: &Path, password: &Secret) -> Result<Store, StoreFileError> {
    let bytes = read_bytes(path)?;
    read(&bytes, password).map_err(|problem| StoreFileError::Store { path: path.to_owned(), problem })
}

/// The bytes of a file, one more than a store may have at most.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    File::open(path)
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
    Ok(bytes)
}

/// Reads a PKCS#12 store.
///
/// # Errors
/// It is none, has no MAC, the password is wrong, its contents were changed, or it is beyond the bounds: 4 MiB, about
/// a million iterations in all, no scrypt.
pub fn read(bytes: &[u8], password: &Secret) -> Result<Store, StoreError> {
    read_pkcs12(bytes, password, Unauthenticated::Refuse).map(|opened| opened.store)
}

/// A PKCS#12 store, and how it was written.
pub(crate) struct Opened {
    pub(crate) store: Store,
    /// Whether it is encrypted with the old schemes.
    pub(crate) is_legacy: bool,
}

pub(crate) fn read_pkcs12(
    bytes: &[u8],
    password: &Secret,
    unauthenticated: Unauthenticated,
) -> Result<Opened, StoreError> {
    let archive = open_pkcs12(bytes, password, unauthenticated)?;
    let is_legacy = archive.encryptions.iter().any(|encryption| encryption.is_legacy);
    Ok(Opened { store: arrange(archive)?, is_legacy })
}

pub(crate) fn open_pkcs12(
    bytes: &[u8],
    password: &Secret,
    unauthenticated: Unauthenticated,
) -> Result<Archive, StoreError> {
    check_size(bytes)?;
    let definite = ber::definite(bytes);
    let bytes = definite.as_deref().unwrap_or(bytes);
    let pfx = Pfx::parse(bytes).ok_or_else(|| StoreError::NotPkcs12 { found: what_else(bytes) })?;
    let mut budget = Budget::new();
    if pfx.mac.is_none() {
        if unauthenticated == Unauthenticated::Refuse {
            return Err(StoreError::Unauthenticated);
        }
    } else if !pfx.is_authentic(password.expose(), &mut budget)? {
        // A wrong password and changed contents both make the MAC fail. Contents that decrypt with the password, down
        // to readable certificates or keys, tell that the password is right.
        let opens = pfx
            .open(Some(password.expose()), &mut budget)
            .is_ok_and(|archive| !archive.encryptions.is_empty());
        return Err(if opens { StoreError::Corrupted } else { StoreError::WrongPassword });
    }
    pfx.open(Some(password.expose()), &mut budget).map_err(|error| match error {
        // The MAC has proved the password of the store.
        StoreError::WrongPassword if pfx.mac.is_some() => StoreError::Unreadable {
            reason: "a part of it is encrypted with another password, which Java does not read".to_owned(),
        },
        error => error,
    })
}

pub(crate) fn check_size(bytes: &[u8]) -> Result<(), StoreError> {
    let size = bytes.len() as u64;
    if size > MAX_STORE { Err(StoreError::TooLarge { size, limit: MAX_STORE }) } else { Ok(()) }
}

fn what_else(bytes: &[u8]) -> &'static str {
    match FileKind::detect(bytes) {
        FileKind::Jks => "a JKS store; `flinkops pki convert` makes a PKCS#12 store of it",
        FileKind::Pem => "PEM text; Flink reads stores only",
        FileKind::Unknown if bytes.first() == Some(&0x30) => "another or a damaged DER structure",
        FileKind::Unknown => "something else",
        kind => kind.describe(),
    }
}

/// Pairs keys with certificates as Java does: by local key id, then from issuer to issuer.
pub(crate) fn arrange(archive: Archive) -> Result<Store, StoreError> {
    const TOO_MANY: StoreError = StoreError::Unsupported { what: "chains of more than 16 MiB" };
    let Archive { keys, certificates, secrets, .. } = archive;
    let all: Vec<_> = certificates.iter().map(|bag| bag.certificate.clone()).collect();
    let pool = Pool::new(&all);
    let mut by_id: HashMap<&[u8], usize> = HashMap::new();
    for (at, bag) in certificates.iter().enumerate() {
        if let Some(id) = &bag.local_key_id {
            by_id.entry(id).or_insert(at);
        }
    }
    let mut used = vec![false; certificates.len()];
    let mut entries = Vec::new();
    for bag in keys {
        let leaf = bag.local_key_id.as_deref().and_then(|id| by_id.get(id));
        let chain = leaf.map(|leaf| pool.chain(*leaf)).unwrap_or_default();
        chain.iter().for_each(|at| used[*at] = true);
        let chain = pool.certificates(&chain).ok_or(TOO_MANY)?;
        if let Some(key) = bag.key {
            entries.push(Entry::key(bag.alias.unwrap_or_default(), key, chain));
        }
    }
    // The same certificate may stand in the file twice: in a chain and as a trusted entry.
    let listed: HashSet<&CertificateDer<'_>> = certificates
        .iter()
        .zip(&used)
        .filter(|(bag, used)| bag.is_trusted || **used)
        .map(|(bag, _)| &bag.certificate)
        .collect();
    let unlisted = all.iter().filter(|certificate| !listed.contains(certificate)).cloned().collect();
    for bag in certificates.iter().filter(|bag| bag.is_trusted) {
        entries.push(Entry::trusted(bag.alias.clone().unwrap_or_default(), bag.certificate.clone()));
    }
    let mut store = Store::new(entries);
    store.unlisted = unlisted;
    store.secret_keys = secrets.len();
    Ok(store)
}
