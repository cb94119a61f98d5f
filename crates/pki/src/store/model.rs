//! What a store holds, whatever its format.

use jiff::Timestamp;
use rustls_pki_types::CertificateDer;

use crate::key::PrivateKey;

/// What a store holds, as Java sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Store {
    /// The entries in the order of the file; in PKCS#12 keys come first.
    pub entries: Vec<Entry>,
    /// Certificates that are neither marked as trusted nor part of a key's chain. Java's keystores do not list them,
    /// so to Flink they are not there.
    pub unlisted: Vec<CertificateDer<'static>>,
    /// How many entries were left out because they are secret keys, which TLS does not use.
    pub secret_keys: usize,
}

/// One entry of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Its alias; empty where the store gives none.
    pub alias: String,
    /// When it was put in, where the format says so: JKS does, PKCS#12 and PEM do not.
    pub created: Option<Timestamp>,
    /// What it is.
    pub kind: EntryKind,
}

/// The kinds of entries that TLS uses.
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

impl Entry {
    /// A private key with its chain, leaf first.
    pub fn key(alias: impl Into<String>, key: PrivateKey, chain: Vec<CertificateDer<'static>>) -> Self {
        Self { alias: alias.into(), created: None, kind: EntryKind::Key { key, chain } }
    }

    /// A trusted certificate.
    pub fn trusted(alias: impl Into<String>, certificate: CertificateDer<'static>) -> Self {
        Self { alias: alias.into(), created: None, kind: EntryKind::Trusted(certificate) }
    }

    /// The same entry with its date.
    pub fn dated(mut self, at: Option<Timestamp>) -> Self {
        self.created = at;
        self
    }
}

impl Store {
    /// A store of these entries.
    pub fn new(entries: Vec<Entry>) -> Self {
        Self { entries, ..Self::default() }
    }

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
