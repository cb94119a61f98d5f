//! Creating and opening a CA directory.

use std::fs;
use std::ops::Deref;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use jiff::Timestamp;
use ops_core::files::{self, Access, context};
use ops_core::secret::Secret;
use rcgen::Issuer;
use rustls_pki_types::CertificateDer;

use super::index::{AuthorityRow, IndexEvent};
use super::register::Register;
use crate::certificate::{CertificateInfo, Serial};
use crate::constraints::NameConstraints;
use crate::error::PkiError;
use crate::key::{self, KeyKind, SigningKey, Undecipherable};
use crate::names::CommonName;
use crate::pem;
use crate::profile::{self, Validity};

pub(super) const CERTIFICATE: &str = "ca.pem";
pub(super) const CHAIN: &str = "chain.pem";
pub(super) const KEY: &str = "ca.key.pem";
pub(super) const INDEX: &str = "issued.jsonl";
pub(super) const REQUEST: &str = "request.pem";
pub(super) const LOCK: &str = "lock";

/// No certificate, chain or key comes near this size.
pub(super) const MAX_PEM: u64 = 256 << 10;

/// What a new authority is to be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AuthorityRequest {
    /// Its common name.
    pub common_name: CommonName,
    /// The kind of its key.
    pub key: KeyKind,
    /// How long it is valid. An authority above it decides by itself.
    pub validity: Validity,
    /// How many levels of authorities there may be below it: 0 signs leaves only.
    pub path_length: u8,
    /// For which names it may issue. An authority above it decides by itself.
    pub constraints: NameConstraints,
    /// The present time.
    pub now: Timestamp,
    /// Who creates it, for the index.
    pub by: Option<String>,
}

impl AuthorityRequest {
    /// An RSA 3072 authority for ten years, for leaves only, of any name.
    pub fn new(common_name: CommonName, now: Timestamp) -> Self {
        Self {
            common_name,
            key: KeyKind::Rsa3072,
            validity: Validity::AUTHORITY,
            path_length: 0,
            constraints: NameConstraints::default(),
            now,
            by: None,
        }
    }
}

/// An open authority: its [`Register`], to which it dereferences, and its decrypted key.
pub struct Authority {
    pub(super) register: Register,
    pub(super) key: SigningKey,
}

impl Deref for Authority {
    type Target = Register;

    fn deref(&self) -> &Register {
        &self.register
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority")
            .field("dir", &self.dir)
            .field("subject", &self.info.subject)
            .finish_non_exhaustive()
    }
}

impl Authority {
    /// Creates a root authority at `dir`, which must be new or empty. It becomes readable by its owner alone.
    ///
    /// # Errors
    /// There is something at `dir` already, its parent is not writable, or the passphrase is empty. Nothing is left
    /// behind; a run that is killed leaves a `.flinkops-ca-…` directory beside `dir`, which can be deleted.
    pub fn create(dir: &Path, request: &AuthorityRequest, passphrase: &Secret) -> Result<Self, PkiError> {
        if passphrase.expose().is_empty() {
            return Err(PkiError::EmptyPassphrase);
        }
        refuse_occupied(dir)?;
        let period = request.validity.period(request.now)?;
        let key = SigningKey::generate(request.key)?;
        let serial = Serial::random();
        let params = profile::authority(
            request.common_name.as_str(),
            request.path_length,
            &request.constraints,
            period,
            serial.as_bytes(),
        );
        let certificate = params
            .self_signed(&*key.0)
            .map_err(|error| PkiError::crypto("sign the authority's certificate")(&error))?;
        let certificate = CertificateDer::from(certificate);
        let info = own_certificate_info(&certificate)?;
        let row = AuthorityRow {
            serial,
            name: request.common_name.clone(),
            key: request.key,
            not_before: info.not_before,
            not_after: info.not_after,
            fingerprint_sha256: info.fingerprint_sha256,
            at: request.now,
            by: request.by.clone(),
        };
        let pem = pem::certificates(std::slice::from_ref(&certificate));
        build(dir, &key, passphrase, (CERTIFICATE, &pem), IndexEvent::Created(row))?;
        Ok(Self { register: Register::new(dir, certificate, Vec::new())?, key })
    }

    /// Opens the authority at `dir`.
    ///
    /// # Errors
    /// There is none, parts of it are missing or damaged, or the passphrase is wrong.
    pub fn open(dir: &Path, passphrase: &Secret) -> Result<Self, PkiError> {
        let register = Register::open(dir)?;
        let key = open_key(dir, passphrase)?;
        if rcgen::PublicKeyData::subject_public_key_info(&*key.0) != register.info.public_key {
            let subject = &register.info.subject;
            let what = format!("the key does not belong to the certificate of {subject} beside it");
            return Err(PkiError::damaged(&dir.join(KEY), what));
        }
        Ok(Self { register, key })
    }

    /// What is known of the authority without its key.
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// The signing side of the authority.
    pub(crate) fn issuer(&self) -> Result<Issuer<'static, &rcgen::KeyPair>, PkiError> {
        Issuer::from_ca_cert_der(&self.certificate, &*self.key.0)
            .map_err(|error| PkiError::crypto("sign with the authority's key")(&error))
    }
}

/// What the certificate just made says.
pub(crate) fn own_certificate_info(certificate: &CertificateDer<'_>) -> Result<CertificateInfo, PkiError> {
    CertificateInfo::parse(certificate).map_err(|error| PkiError::crypto("read the new certificate")(&error))
}

pub(super) fn open_key(dir: &Path, passphrase: &Secret) -> Result<SigningKey, PkiError> {
    let path = dir.join(KEY);
    let text = files::read_text(&path, MAX_PEM)?;
    let key = key::decrypt(&text, passphrase.expose()).map_err(|error| match error {
        Undecipherable::Passphrase => PkiError::WrongPassphrase { path: path.clone() },
        Undecipherable::Malformed(what) => PkiError::damaged(&path, what),
    })?;
    SigningKey::from_private_key(&key)
}

/// Builds the directory beside its place and renames it there, with everything in it.
pub(super) fn build(
    dir: &Path,
    key: &SigningKey,
    passphrase: &Secret,
    (name, pem): (&'static str, &str),
    first: IndexEvent,
) -> Result<(), PkiError> {
    let parent = match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let building = tempfile::Builder::new()
        .prefix(".flinkops-ca-")
        .permissions(fs::Permissions::from_mode(0o700))
        .tempdir_in(parent)
        .map_err(context("create a directory in", parent))?;
    let at = |name| building.path().join(name);
    let encrypted = key::encrypt(&key.private_key(), passphrase.expose())?;
    files::write(&at(KEY), encrypted.as_bytes(), Access::Private)?;
    files::write(&at(name), pem.as_bytes(), Access::Private)?;
    files::write(&at(LOCK), b"", Access::Private)?;
    files::write(&at(INDEX), first.line().as_bytes(), Access::Private)?;
    // Onto an empty directory this succeeds, onto any other it fails: of two creators one wins.
    if let Err(error) = fs::rename(building.path(), dir) {
        refuse_occupied(dir)?;
        return Err(context("create", dir)(error).into());
    }
    let _ = building.keep();
    fs::File::open(parent).and_then(|parent| parent.sync_all()).map_err(context("write", parent))?;
    Ok(())
}

pub(super) fn refuse_occupied(dir: &Path) -> Result<(), PkiError> {
    if dir.join(CERTIFICATE).exists() || dir.join(KEY).exists() {
        return Err(PkiError::Exists { dir: dir.to_owned() });
    }
    match fs::read_dir(dir).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(PkiError::Occupied { dir: dir.to_owned() }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(context("create", dir)(error).into()),
    }
}
