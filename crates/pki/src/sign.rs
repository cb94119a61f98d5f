//! Signing the requests of others: leaves by role, and authorities below this one.
//!
//! A request contributes its public key and, unless others are given, its names. Every extension is set by profile.

use jiff::Timestamp;
use rcgen::SubjectPublicKeyInfo;
use rustls_pki_types::CertificateDer;
use serde::Serialize;

use crate::authority::{Authority, DelegatedRow, IndexEvent, IssuedRow, Leaf, Lock, own_certificate_info};
use crate::certificate::Serial;
use crate::constraints::NameConstraints;
use crate::error::PkiError;
use crate::key::PrivateKey;
use crate::names::{CommonName, LeafName, SubjectAltName};
use crate::profile::{self, Role, Validity};
use crate::request::{CertificateRequest, RequestError};

/// How a request is to be signed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignRequest<'a> {
    /// The request.
    pub request: &'a CertificateRequest,
    /// The common name of the certificate, whatever the request says.
    pub name: LeafName,
    /// What it is for; decides on every extension.
    pub role: Role,
    /// The names to certify. [`SignRequest::new`] takes those of the request.
    pub names: Vec<SubjectAltName>,
    /// How long it is valid.
    pub validity: Validity,
    /// The present time.
    pub now: Timestamp,
    /// Who signs, for the index.
    pub by: Option<String>,
}

impl<'a> SignRequest<'a> {
    /// With the names of the request, for 397 days.
    pub fn new(request: &'a CertificateRequest, name: LeafName, role: Role, now: Timestamp) -> Self {
        let names = request.names.clone();
        Self { request, name, role, names, validity: Validity::LEAF, now, by: None }
    }
}

/// A certificate for a key that its holder kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SignedCertificate {
    /// Its common name.
    pub name: String,
    /// The certificate, and those above it up to and with the root.
    #[serde(skip)]
    pub chain: Vec<CertificateDer<'static>>,
    /// Its serial number.
    pub serial: Serial,
    /// SHA-1 fingerprint, the one that Flink pins by.
    pub fingerprint_sha1: String,
    /// SHA-256 fingerprint.
    pub fingerprint_sha256: String,
    /// The first second of validity.
    pub not_before: Timestamp,
    /// The last second of validity.
    pub not_after: Timestamp,
}

/// How the request of an authority is to be signed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignAuthority<'a> {
    /// The request.
    pub request: &'a CertificateRequest,
    /// The common name of its certificate, whatever the request says.
    pub name: CommonName,
    /// How many levels of authorities it may have below it.
    pub path_length: u8,
    /// For which names it may issue.
    pub constraints: NameConstraints,
    /// How long it is valid.
    pub validity: Validity,
    /// The present time.
    pub now: Timestamp,
    /// Who signs, for the index.
    pub by: Option<String>,
}

impl<'a> SignAuthority<'a> {
    /// For leaves only, of any name, for five years: an intermediate is replaced twice in the life of its root.
    pub fn new(request: &'a CertificateRequest, name: CommonName, now: Timestamp) -> Self {
        let constraints = NameConstraints::default();
        let validity = Validity::INTERMEDIATE;
        Self { request, name, path_length: 0, constraints, validity, now, by: None }
    }
}

impl Authority {
    /// Signs a request. The certificate is in the index, on the disk, when this returns.
    ///
    /// # Errors
    /// The request asks for the rights of an authority, or for what no certificate of this authority can be. Nothing is
    /// signed then.
    pub fn sign_request(&self, sign: &SignRequest<'_>) -> Result<SignedCertificate, PkiError> {
        let request = sign.request;
        if let Some(asks) = request.wants_authority {
            return Err(RequestError::WantsAuthority { subject: request.subject.clone(), asks }.into());
        }
        self.check_leaf(sign.name.as_str(), sign.role, &sign.names, sign.validity, sign.now)?;
        let period = sign.validity.period(sign.now)?;
        let key = subject_key(request)?;
        let certify = |serial: &Serial| {
            self.certify(sign.name.as_str(), sign.role, request.key, &sign.names, period, serial, &key)
        };
        self.record(sign.name.as_str(), certify, |signed| {
            IndexEvent::Issued(IssuedRow {
                serial: signed.serial.clone(),
                name: sign.name.clone(),
                role: sign.role,
                names: sign.names.clone(),
                key: request.key,
                not_before: signed.not_before,
                not_after: signed.not_after,
                fingerprint_sha1: signed.fingerprint_sha1.clone(),
                fingerprint_sha256: signed.fingerprint_sha256.clone(),
                at: sign.now,
                by: sign.by.clone(),
            })
        })
    }

    /// Signs the request of an authority below this one.
    ///
    /// # Errors
    /// The request does not ask for that, this authority may not have another below it, or it would not live long enough.
    /// Nothing is signed then.
    pub fn sign_authority(&self, sign: &SignAuthority<'_>) -> Result<SignedCertificate, PkiError> {
        let request = sign.request;
        if request.wants_authority.is_none() {
            return Err(RequestError::NoAuthority { subject: request.subject.clone() }.into());
        }
        let wanted = sign.path_length.saturating_add(1);
        if let Some(allowed) = self.path_length().filter(|allowed| *allowed < wanted) {
            let subject = self.info().subject.clone();
            return Err(PkiError::PathLength { subject, allowed, wanted });
        }
        let (start, end) = sign.validity.period(sign.now)?;
        self.check_time(sign.now, end)?;
        let key = subject_key(request)?;
        let certify = |serial: &Serial| {
            let failed = |error: rcgen::Error| PkiError::crypto("sign a certificate")(&error);
            let mut params = profile::authority(
                sign.name.as_str(),
                sign.path_length,
                &sign.constraints,
                (start, end),
                serial.as_bytes(),
            );
            params.use_authority_key_identifier_extension = true;
            params.signed_by(&key, &self.issuer()?).map(Into::into).map_err(failed)
        };
        self.record(sign.name.as_str(), certify, |signed| {
            IndexEvent::Delegated(DelegatedRow {
                serial: signed.serial.clone(),
                name: sign.name.clone(),
                key: request.key,
                path_length: sign.path_length,
                not_before: signed.not_before,
                not_after: signed.not_after,
                fingerprint_sha256: signed.fingerprint_sha256.clone(),
                at: sign.now,
                by: sign.by.clone(),
            })
        })
    }

    /// Draws a serial number that is free, signs with it, and writes the event before anyone sees the certificate.
    fn record(
        &self,
        name: &str,
        certify: impl Fn(&Serial) -> Result<CertificateDer<'static>, PkiError>,
        event: impl Fn(&SignedCertificate) -> IndexEvent,
    ) -> Result<SignedCertificate, PkiError> {
        let mut signed = None;
        let lock = Lock::acquire(self.dir())?;
        self.index.append(&lock, |taken| {
            let mut serial = Serial::random();
            while taken.contains(&serial) {
                serial = Serial::random();
            }
            let certificate = certify(&serial)?;
            let info = own_certificate_info(&certificate)?;
            let signed = signed.insert(SignedCertificate {
                name: name.to_owned(),
                chain: std::iter::once(certificate).chain(self.chain()).collect(),
                serial,
                fingerprint_sha1: info.fingerprint_sha1,
                fingerprint_sha256: info.fingerprint_sha256,
                not_before: info.not_before,
                not_after: info.not_after,
            });
            Ok(vec![event(signed)])
        })?;
        Ok(signed.expect("what was appended was signed"))
    }
}

/// The key of a request as the library takes it, proven to come out as it went in.
fn subject_key(request: &CertificateRequest) -> Result<SubjectPublicKeyInfo, PkiError> {
    let failed = PkiError::crypto("certify the key of the request");
    let key = SubjectPublicKeyInfo::from_der(&request.public_key).map_err(|error| failed(&error))?;
    if rcgen::PublicKeyData::subject_public_key_info(&key) != request.public_key {
        return Err(failed(&"it is not in the usual encoding; let the sender make the request anew"));
    }
    Ok(key)
}

impl SignedCertificate {
    /// Puts certificate and key together again, for writing stores.
    ///
    /// # Errors
    /// The key is not the one of the certificate.
    pub fn into_leaf(self, name: LeafName, role: Role, key: PrivateKey) -> Result<Leaf, PkiError> {
        Leaf::assemble(name, role, self.chain, key)
    }
}
