//! An authority below another one: its key and its signing request wait in the CA directory until the certificate
//! comes back, from an authority that may be offline, or not be flinkops at all.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ops_core::files::{self, Access};
use ops_core::secret::Secret;
use rcgen::Issuer;
use rustls_pki_types::CertificateDer;

use super::directory::{
    self, Authority, AuthorityRequest, CERTIFICATE, CHAIN, MAX_PEM, REQUEST, own_certificate_info,
};
use super::index::{AuthorityRow, Index, IndexEvent, RequestedRow};
use super::lock::Lock;
use super::register::Register;
use crate::certificate::CertificateInfo;
use crate::error::PkiError;
use crate::import::{Answer, Certificates, ImportError};
use crate::key::{KeyKind, SigningKey};
use crate::names::CommonName;
use crate::pem;
use crate::profile;

/// A CA directory without a certificate.
#[derive(Debug)]
pub struct PendingAuthority {
    dir: PathBuf,
    requested: RequestedRow,
}

impl PendingAuthority {
    /// Makes the key and the signing request of an authority at `dir`, which must be new or empty.
    ///
    /// # Errors
    /// As for [`Authority::create`].
    pub fn create(dir: &Path, request: &AuthorityRequest, passphrase: &Secret) -> Result<Self, PkiError> {
        if passphrase.expose().is_empty() {
            return Err(PkiError::EmptyPassphrase);
        }
        directory::refuse_occupied(dir)?;
        let key = SigningKey::generate(request.key)?;
        let params = profile::authority_request(request.common_name.as_str(), request.path_length);
        let csr = params
            .serialize_request(&*key.0)
            .map_err(|error| PkiError::crypto("sign the authority's request")(&error))?;
        let requested = RequestedRow {
            name: request.common_name.clone(),
            key: request.key,
            at: request.now,
            by: request.by.clone(),
        };
        let pem = pem::block("CERTIFICATE REQUEST", csr.der());
        directory::build(dir, &key, passphrase, (REQUEST, &pem), IndexEvent::Requested(requested.clone()))?;
        Ok(Self { dir: dir.to_owned(), requested })
    }

    /// Opens a directory that waits for its certificate.
    ///
    /// # Errors
    /// There is no authority, or it has its certificate already.
    pub fn open(dir: &Path) -> Result<Self, PkiError> {
        match Register::open(dir) {
            Err(PkiError::Pending { .. }) => {}
            Err(error) => return Err(error),
            Ok(register) => {
                return Err(PkiError::NotPending { dir: dir.to_owned(), not_after: register.info.not_after });
            }
        }
        let path = dir.join(directory::INDEX);
        let first = Index::new(path.clone()).read()?.into_iter().next();
        let Some(IndexEvent::Requested(requested)) = first else {
            return Err(PkiError::damaged(&path, "its first line is not the request of an authority"));
        };
        Ok(Self { dir: dir.to_owned(), requested })
    }

    /// The CA directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The common name that was asked for.
    pub fn common_name(&self) -> &CommonName {
        &self.requested.name
    }

    /// The kind of its key.
    pub fn key(&self) -> KeyKind {
        self.requested.key
    }

    /// The file that the other authority signs: PKCS#10 in PEM.
    pub fn request_path(&self) -> PathBuf {
        self.dir.join(REQUEST)
    }

    /// What is in that file.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn request_pem(&self) -> Result<String, PkiError> {
        Ok(files::read_text(&self.request_path(), MAX_PEM)?)
    }

    /// Installs what the other authority answered: the certificate and those above it, root included, in any order.
    ///
    /// # Errors
    /// The passphrase is wrong, or among the certificates there is none for this key, none of an authority, no chain to a
    /// root, or one that is not valid at `now`. The directory is unchanged then.
    pub fn install(
        self,
        certificates: &Certificates,
        passphrase: &Secret,
        now: Timestamp,
        by: Option<String>,
    ) -> Result<Authority, PkiError> {
        let key = directory::open_key(&self.dir, passphrase)?;
        let answer =
            Answer::build(certificates, &rcgen::PublicKeyData::subject_public_key_info(&*key.0), now)?;
        answer.require_root()?;
        let (certificate, above) =
            answer.chain.split_first().expect("a chain begins with the certificate of the key");
        let info = own_certificate_info(certificate)?;
        if !info.is_authority {
            return Err(ImportError::NotAnAuthority { subject: info.subject }.into());
        }
        let register = Register::new(&self.dir, certificate.clone(), above.to_vec())?;
        let authority = Authority { register, key };
        authority.try_out(&info)?;

        let lock = Lock::acquire(&self.dir)?;
        let known = authority.index.read()?;
        let here = |event: &IndexEvent| matches!(event, IndexEvent::Created(row) if row.fingerprint_sha256 == info.fingerprint_sha256);
        files::write(&self.dir.join(CHAIN), pem::certificates(above).as_bytes(), Access::Private)?;
        // A run that was killed after this line is finished by the next one.
        if !known.iter().any(here) {
            let serial = info.serial.parse();
            let row = AuthorityRow {
                serial: serial.map_err(|error| PkiError::crypto("use the certificate")(&error))?,
                name: self.requested.name.clone(),
                key: self.requested.key,
                not_before: info.not_before,
                not_after: info.not_after,
                fingerprint_sha256: info.fingerprint_sha256.clone(),
                at: now,
                by,
            };
            authority.index.append(&lock, |_| Ok(vec![IndexEvent::Created(row)]))?;
        }
        let own = pem::certificates(std::slice::from_ref(certificate));
        files::write(&self.dir.join(CERTIFICATE), own.as_bytes(), Access::Private)?;
        drop(lock);
        Ok(authority)
    }
}

impl Authority {
    /// Whether leaves of this authority will name it as their issuer byte for byte. Names with repeated attributes,
    /// which other authorities may put into a certificate, cannot be written again by the library used here.
    fn try_out(&self, info: &CertificateInfo) -> Result<(), PkiError> {
        let issuer: Issuer<'_, _> = self.issuer()?;
        let key = SigningKey::generate(KeyKind::P256)?;
        let period = (info.not_before, info.not_after);
        let params = profile::leaf("probe", profile::Role::Internal, KeyKind::P256.into(), &[], period, &[1])
            .and_then(|params| params.signed_by(&*key.0, &issuer));
        let probe = params.map_err(|error| PkiError::crypto("sign with the authority's key")(&error))?;
        let names = |der: &CertificateDer<'_>| {
            use x509_parser::prelude::{FromDer as _, X509Certificate};
            let (_, parsed) = X509Certificate::from_der(der).ok()?;
            Some((parsed.subject().as_raw().to_vec(), parsed.issuer().as_raw().to_vec()))
        };
        let same = names(&self.certificate)
            .zip(names(probe.der()))
            .is_some_and(|((subject, _), (_, issuer))| subject == issuer);
        if same { Ok(()) } else { Err(ImportError::UnusableName { subject: info.subject.clone() }.into()) }
    }
}
