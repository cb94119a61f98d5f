//! Adding to, taking from and listing truststores that exist: PKCS#12 or JKS, each rewritten in its own format.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ops_core::files::{self, Access, context};
use ops_core::secret::Secret;
use rustls_pki_types::CertificateDer;
use serde::Serialize;

use super::alias::{self, Aliases, check_alias};
use super::any;
use super::detect::FileKind;
use super::encode::{Format, StoreProfile, WriteOptions, encode, encode_error};
use super::error::{StoreError, StoreFileError};
use super::jks::{JksEntry, JksFile, JksKind};
use super::model::{Entry, EntryKind, Store};
use super::password::{PasswordWarning, check_password, password_warning};
use super::read::{self, Unauthenticated};

/// What to do where there is no truststore yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfMissing {
    /// It is an error.
    Refuse,
    /// Make one of this format, PKCS#12 or JKS.
    Create(Format),
}

/// A trusted certificate with its alias.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrustedCertificate {
    /// The alias as the store keeps it.
    pub alias: String,
    /// When it was put in, where the format says so.
    pub created: Option<Timestamp>,
    /// The certificate.
    pub certificate: CertificateDer<'static>,
}

/// What [`add`] or [`remove`] did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TruststoreChange {
    /// The truststore.
    pub truststore: PathBuf,
    /// Its format.
    pub format: Format,
    /// The aliases added or removed.
    pub aliases: Vec<String>,
    /// Aliases under which a certificate that was added stood there before.
    pub already_trusted: Vec<String>,
    /// How many entries the store has now.
    pub entries: usize,
    /// What is to be said against its password.
    pub warning: Option<PasswordWarning>,
}

/// The trusted certificates of a truststore, in the order of the file.
///
/// # Errors
/// It cannot be read: see [`read_any`](super::read_any).
pub fn list(path: &Path, password: &Secret) -> Result<Vec<TrustedCertificate>, StoreFileError> {
    let trusted = match Open::read(path, password)? {
        Open::Jks(file) => file
            .entries
            .into_iter()
            .filter_map(|entry| match entry.kind {
                JksKind::Trusted(certificate) => {
                    Some(TrustedCertificate { alias: entry.alias, created: Some(entry.created), certificate })
                }
                JksKind::Key { .. } => None,
            })
            .collect(),
        Open::Pkcs12(store, _) => store
            .entries
            .into_iter()
            .filter_map(|entry| match entry.kind {
                EntryKind::Trusted(certificate) => {
                    Some(TrustedCertificate { alias: entry.alias, created: entry.created, certificate })
                }
                EntryKind::Key { .. } => None,
            })
            .collect(),
    };
    Ok(trusted)
}

/// Adds trusted certificates under their aliases. The file is replaced as a whole and keeps its format and mode; on
/// any error it is untouched.
///
/// # Errors
/// The store is none or cannot be opened, an alias is taken or none that Java can hold, something is no certificate,
/// the password is one that Java could not use, or the store holds something that would be lost.
pub fn add(
    path: &Path,
    password: &Secret,
    certificates: &[(String, CertificateDer<'static>)],
    if_missing: IfMissing,
    now: Timestamp,
) -> Result<TruststoreChange, StoreFileError> {
    check_password(password)?;
    let mut open = match if_missing {
        IfMissing::Create(format) if !path.exists() => Open::new(format)?,
        _ => Open::read(path, password)?,
    };
    let mut taken = Aliases::default();
    for (alias, _) in open.aliases() {
        taken.take(&alias);
    }
    let (mut added, mut already_trusted) = (Vec::new(), Vec::new());
    for (alias, certificate) in certificates {
        let alias = check_alias(alias)?;
        if any::certificate(certificate).is_none() {
            return Err(encode_error(&alias, &"it is no X.509 certificate"));
        }
        if !taken.take(&alias) {
            return Err(StoreFileError::DuplicateAlias { path: path.to_owned(), alias });
        }
        already_trusted.extend(open.alias_of(certificate));
        open.push(&alias, now, certificate.clone());
        added.push(alias);
    }
    open.write(path, password, now)?;
    Ok(open.change(path, added, already_trusted, password))
}

/// Removes trusted certificates by their aliases, compared without case.
///
/// # Errors
/// As for [`add`]; an alias is not there, or is that of a private key.
pub fn remove(
    path: &Path,
    password: &Secret,
    aliases: &[String],
    now: Timestamp,
) -> Result<TruststoreChange, StoreFileError> {
    check_password(password)?;
    let mut open = Open::read(path, password)?;
    let mut removed = Vec::new();
    for alias in aliases {
        let all = open.aliases();
        let at = all.iter().position(|(other, _)| other.to_lowercase() == alias.to_lowercase());
        let (path, alias) = (path.to_owned(), alias.clone());
        match at {
            None => {
                let aliases = all.into_iter().map(|(alias, _)| alias).collect();
                return Err(StoreFileError::NoSuchAlias { path, alias, aliases });
            }
            Some(at) if all[at].1 == Kind::Key => return Err(StoreFileError::NotTrusted { path, alias }),
            Some(at) => {
                open.take_out(at);
                removed.push(all[at].0.clone());
            }
        }
    }
    open.write(path, password, now)?;
    Ok(open.change(path, removed, Vec::new(), password))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Key,
    Trusted,
}

/// A truststore in memory. Keys of JKS stay protected, since their passwords are not known here.
enum Open {
    Pkcs12(Store, StoreProfile),
    Jks(JksFile),
}

impl Open {
    fn new(format: Format) -> Result<Self, StoreFileError> {
        match format {
            Format::Pkcs12(profile) => Ok(Self::Pkcs12(Store::default(), profile)),
            Format::Jks => Ok(Self::Jks(JksFile::default())),
            Format::Pem => Err(encode_error("a truststore", &"PEM has no aliases; use p12 or jks")),
        }
    }

    fn read(path: &Path, password: &Secret) -> Result<Self, StoreFileError> {
        let bytes = read::read_bytes(path)?;
        let problem = |problem| StoreFileError::Store { path: path.to_owned(), problem };
        read::check_size(&bytes).map_err(problem)?;
        match FileKind::detect(&bytes) {
            FileKind::Jks => {
                let file = JksFile::parse(&bytes).map_err(problem)?;
                file.verify(&bytes, password).map_err(problem)?;
                Ok(Self::Jks(file))
            }
            FileKind::Pkcs12 => {
                let opened = read::read_pkcs12(&bytes, password, Unauthenticated::Refuse).map_err(problem)?;
                let profile = if opened.is_legacy { StoreProfile::Legacy } else { StoreProfile::Modern };
                Ok(Self::Pkcs12(opened.store, profile))
            }
            kind => Err(problem(StoreError::NotAStore { found: kind.describe() })),
        }
    }

    fn aliases(&self) -> Vec<(String, Kind)> {
        match self {
            Self::Pkcs12(store, _) => store
                .entries
                .iter()
                .map(|entry| {
                    let is_key = matches!(entry.kind, EntryKind::Key { .. });
                    (entry.alias.clone(), if is_key { Kind::Key } else { Kind::Trusted })
                })
                .collect(),
            Self::Jks(file) => file
                .entries
                .iter()
                .map(|entry| {
                    let is_key = matches!(entry.kind, JksKind::Key { .. });
                    (entry.alias.clone(), if is_key { Kind::Key } else { Kind::Trusted })
                })
                .collect(),
        }
    }

    fn alias_of(&self, certificate: &CertificateDer<'_>) -> Option<String> {
        match self {
            Self::Pkcs12(store, _) => {
                let same =
                    |entry: &&Entry| matches!(&entry.kind, EntryKind::Trusted(other) if other == certificate);
                store.entries.iter().find(same).map(|entry| entry.alias.clone())
            }
            Self::Jks(file) => {
                let same = |entry: &&JksEntry| matches!(&entry.kind, JksKind::Trusted(other) if other == certificate);
                file.entries.iter().find(same).map(|entry| entry.alias.clone())
            }
        }
    }

    fn push(&mut self, alias: &str, now: Timestamp, certificate: CertificateDer<'static>) {
        match self {
            Self::Pkcs12(store, _) => store.entries.push(Entry::trusted(alias, certificate)),
            Self::Jks(file) => file.entries.push(JksEntry::trusted(alias, now, certificate)),
        }
    }

    fn take_out(&mut self, at: usize) {
        match self {
            Self::Pkcs12(store, _) => drop(store.entries.remove(at)),
            Self::Jks(file) => drop(file.entries.remove(at)),
        }
    }

    fn write(&mut self, path: &Path, password: &Secret, now: Timestamp) -> Result<(), StoreFileError> {
        let bytes = match self {
            Self::Jks(file) => {
                file.encode(password).map_err(|error| encode_error("a JKS truststore", &error))?.into()
            }
            Self::Pkcs12(store, profile) => {
                let lost = |what| Err(StoreFileError::WouldLose { path: path.to_owned(), what });
                if store.secret_keys > 0 {
                    return lost("secret keys");
                }
                if !store.unlisted.is_empty() {
                    return lost("certificates that are not marked as trusted");
                }
                name_the_nameless(store);
                let options = WriteOptions::with_password(password.clone(), now);
                encode(store, Format::Pkcs12(*profile), &options)?
            }
        };
        let mode = fs::metadata(path).map(|found| found.permissions().mode() & 0o777);
        let access =
            if matches!(mode, Ok(mode) if mode & 0o004 != 0) { Access::Public } else { Access::Private };
        files::write(path, &bytes, access)?;
        // Others who could read the store before still can.
        if let Ok(mode) = mode {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(context("write", path))?;
        }
        Ok(())
    }

    fn change(
        &self,
        path: &Path,
        aliases: Vec<String>,
        already_trusted: Vec<String>,
        password: &Secret,
    ) -> TruststoreChange {
        let (format, entries) = match self {
            Self::Pkcs12(store, profile) => (Format::Pkcs12(*profile), store.entries.len()),
            Self::Jks(file) => (Format::Jks, file.entries.len()),
        };
        let warning = password_warning(password);
        TruststoreChange { truststore: path.to_owned(), format, aliases, already_trusted, entries, warning }
    }
}

/// Entries without an alias cannot be written; they get one after their certificate.
fn name_the_nameless(store: &mut Store) {
    let mut aliases = Aliases::default();
    for entry in &store.entries {
        aliases.take(&entry.alias);
    }
    for entry in &mut store.entries {
        if entry.alias.is_empty() {
            let certificate = match &entry.kind {
                EntryKind::Trusted(certificate) => Some(certificate),
                EntryKind::Key { chain, .. } => chain.first(),
            };
            let alias = certificate.map_or_else(|| "key".to_owned(), |der| alias::of_certificate(der));
            entry.alias = aliases.unique(&alias);
        }
    }
}
