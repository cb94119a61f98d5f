//! What is known of an authority without its key: its certificate, those above it, and what it issued.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ops_core::files;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use serde::Serialize;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::directory::{CERTIFICATE, CHAIN, INDEX, KEY, MAX_PEM, REQUEST};
use super::index::{DelegatedRow, Index, IndexEvent, IssuedRow, ListedRow, RevokedRow};
use crate::certificate::{CertificateInfo, Serial};
use crate::constraints::NameConstraints;
use crate::error::PkiError;
use crate::names::SubjectAltName;

/// The public part of a CA directory. Opening it needs no passphrase.
pub struct Register {
    pub(super) dir: PathBuf,
    pub(super) certificate: CertificateDer<'static>,
    pub(super) info: CertificateInfo,
    /// The certificates above the authority's own, root last; none for a root.
    pub(super) above: Vec<CertificateDer<'static>>,
    /// Of every certificate of the chain that has some.
    pub(super) constraints: Vec<NameConstraints>,
    pub(super) path_length: Option<u8>,
    pub(crate) index: Index,
}

impl std::fmt::Debug for Register {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Register")
            .field("dir", &self.dir)
            .field("subject", &self.info.subject)
            .finish_non_exhaustive()
    }
}

/// A leaf that was issued, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Record {
    /// What was issued.
    #[serde(flatten)]
    pub row: IssuedRow,
    /// Its revocation, if it was revoked.
    pub revoked: Option<RevokedRow>,
    /// The serial number of a later leaf with the same name and role.
    pub superseded_by: Option<Serial>,
}

impl Register {
    /// Opens the register of the authority at `dir`.
    ///
    /// # Errors
    /// There is none, it has no certificate yet, or parts of it are missing or damaged.
    pub fn open(dir: &Path) -> Result<Self, PkiError> {
        let missing: Vec<_> =
            [CERTIFICATE, KEY, INDEX].into_iter().filter(|name| !dir.join(name).exists()).collect();
        match missing[..] {
            [] => {}
            [_, _, _] => return Err(PkiError::NoAuthority { dir: dir.to_owned() }),
            [CERTIFICATE] if dir.join(REQUEST).exists() => {
                return Err(PkiError::Pending { dir: dir.to_owned(), request: dir.join(REQUEST) });
            }
            [missing, ..] => return Err(PkiError::Incomplete { dir: dir.to_owned(), missing }),
        }
        let path = dir.join(CERTIFICATE);
        let text = files::read_text(&path, MAX_PEM)?;
        let certificate = CertificateDer::from_pem_slice(text.as_bytes())
            .map_err(|_| PkiError::damaged(&path, "it holds no CERTIFICATE block"))?;
        let path = dir.join(CHAIN);
        let above = if path.exists() {
            let text = files::read_text(&path, MAX_PEM)?;
            let above: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
            above.map_err(|error| PkiError::damaged(&path, format!("it holds a broken block ({error})")))?
        } else {
            Vec::new()
        };
        Self::new(dir, certificate, above)
    }

    pub(super) fn new(
        dir: &Path,
        certificate: CertificateDer<'static>,
        above: Vec<CertificateDer<'static>>,
    ) -> Result<Self, PkiError> {
        let path = dir.join(CERTIFICATE);
        let info = CertificateInfo::parse(&certificate)
            .map_err(|error| PkiError::damaged(&path, error.to_string()))?;
        if !info.is_authority {
            return Err(PkiError::damaged(
                &path,
                format!("the certificate of {} is not one of an authority", info.subject),
            ));
        }
        let mut constraints = Vec::new();
        let mut path_length = None;
        for (below, der) in std::iter::once(&certificate).chain(&above).enumerate() {
            let (_, parsed) = X509Certificate::from_der(der)
                .map_err(|error| PkiError::damaged(&path, format!("it cannot be read: {error}")))?;
            constraints.extend(NameConstraints::of(&parsed));
            let basic = parsed.basic_constraints().ok().flatten();
            if let Some(limit) = basic.and_then(|basic| basic.value.path_len_constraint) {
                let left = u8::try_from(limit as usize).unwrap_or(u8::MAX);
                let left = left.saturating_sub(u8::try_from(below).unwrap_or(u8::MAX));
                path_length = Some(path_length.unwrap_or(u8::MAX).min(left));
            }
        }
        let index = Index::new(dir.join(INDEX));
        Ok(Self { dir: dir.to_owned(), certificate, info, above, constraints, path_length, index })
    }

    /// The CA directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The authority's own certificate.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// What the authority's own certificate says.
    pub fn info(&self) -> &CertificateInfo {
        &self.info
    }

    /// The file that holds the authority's own certificate.
    pub fn certificate_path(&self) -> PathBuf {
        self.dir.join(CERTIFICATE)
    }

    /// The authority's own certificate and those above it, root last: what follows a leaf in its keystore.
    pub fn chain(&self) -> Vec<CertificateDer<'static>> {
        std::iter::once(&self.certificate).chain(&self.above).cloned().collect()
    }

    /// The certificate that truststores hold: the root above the authority, or its own.
    pub fn anchor(&self) -> &CertificateDer<'static> {
        self.above.last().unwrap_or(&self.certificate)
    }

    /// Whether the certificate of this authority comes from another one.
    pub fn is_intermediate(&self) -> bool {
        !self.above.is_empty()
    }

    /// How many levels of authorities may be below this one. `None` is without limit.
    pub fn path_length(&self) -> Option<u8> {
        self.path_length
    }

    /// For which names it may issue, as its own certificate and each one above it says.
    pub fn constraints(&self) -> &[NameConstraints] {
        &self.constraints
    }

    /// Whether verifiers would accept a leaf of this authority with these names.
    ///
    /// Where host names are restricted and the leaf has none, verifiers look at its common name instead.
    pub(crate) fn permit(&self, common_name: &str, names: &[SubjectAltName]) -> Result<(), PkiError> {
        let refused = |name: String, constraints: &NameConstraints| {
            Err(PkiError::NotPermitted { name, permitted: constraints.to_string() })
        };
        for constraints in &self.constraints {
            if let Some(name) = names.iter().find(|name| !constraints.allow(name)) {
                return refused(name.to_string(), constraints);
            }
            let no_host = !names.iter().any(|name| matches!(name, SubjectAltName::Dns(_)));
            if no_host
                && constraints.restrict_hosts()
                && !constraints.allow(&SubjectAltName::Dns(common_name.to_ascii_lowercase()))
            {
                let what =
                    format!("the common name {common_name}, which counts where there is no dns: name,");
                return refused(what, constraints);
            }
        }
        Ok(())
    }

    /// Everything that happened, oldest first.
    ///
    /// # Errors
    /// The index cannot be read, or a line of it is damaged.
    pub fn events(&self) -> Result<Vec<IndexEvent>, PkiError> {
        self.index.read()
    }

    /// The leaves issued so far, oldest first.
    ///
    /// # Errors
    /// As for [`Register::events`].
    pub fn issued(&self) -> Result<Vec<IssuedRow>, PkiError> {
        Ok(self.records()?.into_iter().map(|record| record.row).collect())
    }

    /// The leaves issued so far with what became of them, oldest first.
    ///
    /// # Errors
    /// As for [`Register::events`].
    pub fn records(&self) -> Result<Vec<Record>, PkiError> {
        let mut records: Vec<Record> = Vec::new();
        let mut by_serial: HashMap<Serial, usize> = HashMap::new();
        let mut newest = HashMap::new();
        for event in self.index.read()? {
            match event {
                IndexEvent::Issued(row) => {
                    let key = (row.name.as_str().to_ascii_lowercase(), row.role);
                    if let Some(before) = newest.insert(key, records.len()) {
                        records[before].superseded_by = Some(row.serial.clone());
                    }
                    by_serial.insert(row.serial.clone(), records.len());
                    records.push(Record { row, revoked: None, superseded_by: None });
                }
                IndexEvent::Revoked(row) => {
                    if let Some(at) = by_serial.get(&row.serial) {
                        records[*at].revoked = Some(row);
                    }
                }
                _ => {}
            }
        }
        Ok(records)
    }

    /// The authorities below this one.
    ///
    /// # Errors
    /// As for [`Register::events`].
    pub fn delegated(&self) -> Result<Vec<DelegatedRow>, PkiError> {
        let events = self.index.read()?.into_iter();
        Ok(events
            .filter_map(|event| if let IndexEvent::Delegated(row) = event { Some(row) } else { None })
            .collect())
    }

    /// The newest revocation list.
    ///
    /// # Errors
    /// As for [`Register::events`].
    pub fn last_list(&self) -> Result<Option<ListedRow>, PkiError> {
        let events = self.index.read()?.into_iter().rev();
        Ok(events
            .filter_map(|event| if let IndexEvent::Listed(row) = event { Some(row) } else { None })
            .next())
    }

    /// The time must lie within the authority's validity, and so must a certificate that ends at `end`.
    pub(crate) fn check_time(&self, now: Timestamp, end: Timestamp) -> Result<(), PkiError> {
        if now < self.info.not_before {
            return Err(PkiError::BeforeAuthority { now, authority_start: self.info.not_before });
        }
        // A root in the chain may end before the authority itself.
        let ends = self.above.iter().filter_map(|der| CertificateInfo::parse(der).ok());
        let authority_end = ends.map(|info| info.not_after).fold(self.info.not_after, Timestamp::min);
        if end > authority_end {
            return Err(PkiError::OutlivesAuthority { wanted: end, authority_end });
        }
        Ok(())
    }
}
