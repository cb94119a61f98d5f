//! Creating and opening a CA directory.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ops_core::files::{self, Access, context};
use ops_core::secret::Secret;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use super::index::{AuthorityRow, Index, IndexEvent, IssuedRow};
use crate::certificate::{CertificateInfo, Serial};
use crate::error::PkiError;
use crate::key::{self, KeyKind, SigningKey, Undecipherable};
use crate::names::CommonName;
use crate::pem;
use crate::profile::{self, Validity};

const CERTIFICATE: &str = "ca.pem";
const KEY: &str = "ca.key.pem";
const INDEX: &str = "issued.jsonl";
pub(super) const LOCK: &str = "lock";

/// No certificate or key comes near this size.
const MAX_PEM: u64 = 256 << 10;

/// What a new authority is to be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AuthorityRequest {
    /// Its common name.
    pub common_name: CommonName,
    /// The kind of its key.
    pub key: KeyKind,
    /// How long it is valid.
    pub validity: Validity,
    /// The present time.
    pub now: Timestamp,
}

impl AuthorityRequest {
    /// An RSA 3072 authority for ten years.
    pub fn new(common_name: CommonName, now: Timestamp) -> Self {
        Self { common_name, key: KeyKind::Rsa3072, validity: Validity::AUTHORITY, now }
    }
}

/// An open authority: its directory, its certificate and its decrypted key.
pub struct Authority {
    pub(super) dir: PathBuf,
    pub(super) certificate: CertificateDer<'static>,
    pub(super) info: CertificateInfo,
    pub(super) key: SigningKey,
    pub(super) index: Index,
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
    /// Creates an authority at `dir`, which must be new or empty. It becomes readable by its owner alone.
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
        let params = profile::authority(request.common_name.as_str(), period, serial.as_bytes());
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
            fingerprint_sha256: info.fingerprint_sha256.clone(),
            at: request.now,
        };

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
        files::write(
            &at(KEY),
            key::encrypt(&key.private_key(), passphrase.expose())?.as_bytes(),
            Access::Private,
        )?;
        files::write(
            &at(CERTIFICATE),
            pem::certificates(std::slice::from_ref(&certificate)).as_bytes(),
            Access::Private,
        )?;
        files::write(&at(LOCK), b"", Access::Private)?;
        files::write(&at(INDEX), IndexEvent::Created(row).line().as_bytes(), Access::Private)?;
        // Onto an empty directory this succeeds, onto any other it fails: of two creators one wins.
        if let Err(error) = fs::rename(building.path(), dir) {
            refuse_occupied(dir)?;
            return Err(context("create", dir)(error).into());
        }
        let _ = building.keep();
        fs::File::open(parent).and_then(|parent| parent.sync_all()).map_err(context("write", parent))?;
        Ok(Self { dir: dir.to_owned(), certificate, info, key, index: Index::new(dir.join(INDEX)) })
    }

    /// Opens the authority at `dir`.
    ///
    /// # Errors
    /// There is none, parts of it are missing or damaged, or the passphrase is wrong.
    pub fn open(dir: &Path, passphrase: &Secret) -> Result<Self, PkiError> {
        let missing: Vec<_> =
            [CERTIFICATE, KEY, INDEX].into_iter().filter(|name| !dir.join(name).exists()).collect();
        match missing[..] {
            [] => {}
            [_, _, _] => return Err(PkiError::NoAuthority { dir: dir.to_owned() }),
            [missing, ..] => return Err(PkiError::Incomplete { dir: dir.to_owned(), missing }),
        }

        let path = dir.join(CERTIFICATE);
        let text = files::read_text(&path, MAX_PEM)?;
        let certificate = CertificateDer::from_pem_slice(text.as_bytes())
            .map_err(|_| PkiError::damaged(&path, "it holds no CERTIFICATE block"))?;
        let info = CertificateInfo::parse(&certificate)
            .map_err(|error| PkiError::damaged(&path, error.to_string()))?;
        if !info.is_authority {
            return Err(PkiError::damaged(
                &path,
                format!("the certificate of {} is not one of an authority", info.subject),
            ));
        }

        let path = dir.join(KEY);
        let text = files::read_text(&path, MAX_PEM)?;
        let key = key::decrypt(&text, passphrase.expose()).map_err(|error| match error {
            Undecipherable::Passphrase => PkiError::WrongPassphrase { path: path.clone() },
            Undecipherable::Malformed(what) => PkiError::damaged(&path, what),
        })?;
        if key.public_key_der()? != info.public_key {
            let what = format!("the key does not belong to the certificate of {} beside it", info.subject);
            return Err(PkiError::damaged(&path, what));
        }
        let key = SigningKey::from_private_key(&key)?;
        Ok(Self { dir: dir.to_owned(), certificate, info, key, index: Index::new(dir.join(INDEX)) })
    }

    /// The CA directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The file that holds the authority's certificate: what `curl --cacert` takes.
    pub fn certificate_path(&self) -> PathBuf {
        self.dir.join(CERTIFICATE)
    }

    /// The authority's certificate.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// What the authority's certificate says.
    pub fn info(&self) -> &CertificateInfo {
        &self.info
    }

    /// The leaves issued so far, oldest first.
    ///
    /// # Errors
    /// The index cannot be read, or a line of it is damaged.
    pub fn issued(&self) -> Result<Vec<IssuedRow>, PkiError> {
        let events = self.index.read()?;
        Ok(events
            .into_iter()
            .filter_map(|event| match event {
                IndexEvent::Issued(row) => Some(row),
                IndexEvent::Created(_) => None,
            })
            .collect())
    }
}

/// What the certificate just made says.
pub(super) fn own_certificate_info(certificate: &CertificateDer<'_>) -> Result<CertificateInfo, PkiError> {
    CertificateInfo::parse(certificate).map_err(|error| PkiError::crypto("read the new certificate")(&error))
}

fn refuse_occupied(dir: &Path) -> Result<(), PkiError> {
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
