//! Issuing leaves, one by one or many at once.

use std::collections::HashSet;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use jiff::Timestamp;
use rcgen::PublicKeyData;
use rustls_pki_types::CertificateDer;

use super::directory::{Authority, own_certificate_info};
use super::index::{IndexEvent, IssuedRow};
use super::lock::Lock;
use crate::certificate::{Serial, SerialError};
use crate::error::PkiError;
use crate::import::ImportError;
use crate::key::{KeyKind, PrivateKey, PublicKeyKind, SigningKey};
use crate::names::{LeafName, SubjectAltName};
use crate::profile::{self, Role, Validity};
use crate::public_key;

/// What a leaf is to be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LeafRequest {
    /// Its common name and the alias in its keystore.
    pub name: LeafName,
    /// What it is for; decides on every extension.
    pub role: Role,
    /// Under which names clients reach its holder. A REST server needs at least one.
    pub names: Vec<SubjectAltName>,
    /// The kind of its key.
    pub key: KeyKind,
    /// How long it is valid.
    pub validity: Validity,
    /// The present time.
    pub now: Timestamp,
    /// Who issues it, for the index.
    pub by: Option<String>,
    /// The key to certify; without one a new one is made.
    pub(crate) existing: Option<PrivateKey>,
}

impl LeafRequest {
    /// An RSA 2048 leaf for 397 days. Duplicate names are dropped.
    pub fn new(
        name: LeafName,
        role: Role,
        names: impl IntoIterator<Item = SubjectAltName>,
        now: Timestamp,
    ) -> Self {
        let mut seen = HashSet::new();
        let names = names.into_iter().filter(|name| seen.insert(name.clone())).collect();
        let (key, validity) = (KeyKind::Rsa2048, Validity::LEAF);
        Self { name, role, names, key, validity, now, by: None, existing: None }
    }
}

/// A certificate with its key, as it leaves the authority.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Leaf {
    /// Its common name and alias.
    pub name: LeafName,
    /// What it is for.
    pub role: Role,
    /// The certificate, and those above it up to and with the root.
    pub chain: Vec<CertificateDer<'static>>,
    /// Its private key.
    pub key: PrivateKey,
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

impl Leaf {
    /// Puts together what came from elsewhere: a chain, leaf first, and the key of its leaf.
    ///
    /// # Errors
    /// The chain is empty or cannot be read, or the key is not the one of the leaf.
    pub fn assemble(
        name: LeafName,
        role: Role,
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKey,
    ) -> Result<Self, PkiError> {
        let certificate = chain.first().ok_or_else(|| PkiError::crypto("use the chain")(&"it is empty"))?;
        let info = own_certificate_info(certificate)?;
        if key.public_key_der()? != info.public_key {
            return Err(ImportError::WrongKey { subject: info.subject }.into());
        }
        let serial = info
            .serial
            .parse()
            .map_err(|error: SerialError| PkiError::crypto("use the certificate")(&error))?;
        Ok(Self {
            name,
            role,
            key,
            serial,
            fingerprint_sha1: info.fingerprint_sha1,
            fingerprint_sha256: info.fingerprint_sha256,
            not_before: info.not_before,
            not_after: info.not_after,
            chain,
        })
    }
}

/// A request with its key and certificate, not yet in the index.
struct Draft<'a> {
    request: &'a LeafRequest,
    key: SigningKey,
    kind: PublicKeyKind,
    serial: Serial,
    certificate: CertificateDer<'static>,
}

/// Where serial numbers come from. Tests pass one that repeats itself.
type Draw<'a> = &'a (dyn Fn() -> Serial + Sync);

impl Authority {
    /// Issues one leaf. It is in the index, on the disk, when this returns.
    ///
    /// # Errors
    /// The request asks for what no certificate of this authority can be, or the index cannot be written. Nothing is
    /// issued then.
    pub fn issue(&self, request: &LeafRequest) -> Result<Leaf, PkiError> {
        let mut leaves = self.issue_all(std::slice::from_ref(request))?;
        Ok(leaves.pop().expect("one leaf for one request"))
    }

    /// Issues several leaves, generating their keys on all cores. They come in the order of their requests.
    ///
    /// # Errors
    /// As [`Authority::issue`], and all or none: if one cannot be issued, none is.
    pub fn issue_all(&self, requests: &[LeafRequest]) -> Result<Vec<Leaf>, PkiError> {
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        self.issue_drawing(requests, threads, &Serial::random)
    }

    /// The same, with keys generated on the calling thread: for callers that have threads of their own.
    pub(crate) fn issue_here(&self, requests: &[LeafRequest]) -> Result<Vec<Leaf>, PkiError> {
        self.issue_drawing(requests, 1, &Serial::random)
    }

    fn issue_drawing(
        &self,
        requests: &[LeafRequest],
        threads: usize,
        draw: Draw<'_>,
    ) -> Result<Vec<Leaf>, PkiError> {
        if requests.is_empty() {
            return Ok(Vec::new());
        }
        for request in requests {
            self.check(request)?;
        }
        let mut drafts = self.draft_all(requests, threads, draw)?;
        let lock = Lock::acquire(&self.dir)?;
        self.index.append(&lock, |taken| {
            let mut used = HashSet::new();
            for draft in &mut drafts {
                while taken.contains(&draft.serial) || used.contains(&draft.serial) {
                    draft.serial = draw();
                    draft.certificate = self.sign(draft.request, &draft.key, draft.kind, &draft.serial)?;
                }
                used.insert(draft.serial.clone());
            }
            drafts.iter().map(Draft::event).collect()
        })?;
        drop(lock);
        let above = self.chain();
        drafts.into_iter().map(|draft| draft.into_leaf(&above)).collect()
    }

    pub(crate) fn check(&self, request: &LeafRequest) -> Result<(), PkiError> {
        self.check_leaf(request.name.as_str(), request.role, &request.names, request.validity, request.now)
    }

    /// Whether this authority can issue such a leaf now, and verifiers will accept it.
    pub(crate) fn check_leaf(
        &self,
        name: &str,
        role: Role,
        names: &[SubjectAltName],
        validity: Validity,
        now: Timestamp,
    ) -> Result<(), PkiError> {
        let (_, end) = validity.period(now)?;
        self.check_time(now, end)?;
        if role == Role::RestServer && names.is_empty() {
            return Err(PkiError::NoNames { name: name.to_owned() });
        }
        self.permit(name, names)
    }

    /// Keys and signatures, on as many threads as there are cores.
    fn draft_all<'a>(
        &self,
        requests: &'a [LeafRequest],
        threads: usize,
        draw: Draw<'_>,
    ) -> Result<Vec<Draft<'a>>, PkiError> {
        let threads = threads.min(requests.len());
        if threads == 1 {
            return requests.iter().map(|request| self.draft(request, draw)).collect();
        }
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            while let Some((at, request)) = {
                let at = next.fetch_add(1, Ordering::Relaxed);
                requests.get(at).map(|request| (at, request))
            } {
                let draft = self.draft(request, draw).inspect_err(|_| {
                    // The others need not finish what will be thrown away.
                    next.store(requests.len(), Ordering::Relaxed);
                })?;
                done.push((at, draft));
            }
            Ok::<_, PkiError>(done)
        };
        let parts = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            workers
                .into_iter()
                .map(|worker| worker.join().expect("a worker does not panic"))
                .collect::<Vec<_>>()
        });
        let mut drafts = Vec::with_capacity(requests.len());
        for part in parts {
            drafts.extend(part?);
        }
        drafts.sort_by_key(|(at, _)| *at);
        Ok(drafts.into_iter().map(|(_, draft)| draft).collect())
    }

    fn draft<'a>(&self, request: &'a LeafRequest, draw: Draw<'_>) -> Result<Draft<'a>, PkiError> {
        let key = match &request.existing {
            Some(key) => SigningKey::from_private_key(key)?,
            None => SigningKey::generate(request.key)?,
        };
        let kind = public_key::kind(&key.0.subject_public_key_info())
            .map_err(|error| PkiError::crypto("certify the key")(&error))?;
        let serial = draw();
        let certificate = self.sign(request, &key, kind, &serial)?;
        Ok(Draft { request, key, kind, serial, certificate })
    }

    fn sign(
        &self,
        request: &LeafRequest,
        key: &SigningKey,
        kind: PublicKeyKind,
        serial: &Serial,
    ) -> Result<CertificateDer<'static>, PkiError> {
        let period = request.validity.period(request.now)?;
        self.certify(request.name.as_str(), request.role, kind, &request.names, period, serial, &*key.0)
    }

    /// Signs the certificate of a leaf. It is not in the index yet.
    #[expect(clippy::too_many_arguments, reason = "each is one field of the certificate")]
    pub(crate) fn certify(
        &self,
        name: &str,
        role: Role,
        kind: PublicKeyKind,
        names: &[SubjectAltName],
        period: (Timestamp, Timestamp),
        serial: &Serial,
        key: &impl PublicKeyData,
    ) -> Result<CertificateDer<'static>, PkiError> {
        let failed = |error: rcgen::Error| PkiError::crypto("sign a certificate")(&error);
        let params = profile::leaf(name, role, kind, names, period, serial.as_bytes()).map_err(failed)?;
        params.signed_by(key, &self.issuer()?).map(Into::into).map_err(failed)
    }
}

impl Draft<'_> {
    fn event(&self) -> Result<IndexEvent, PkiError> {
        let info = own_certificate_info(&self.certificate)?;
        Ok(IndexEvent::Issued(IssuedRow {
            serial: self.serial.clone(),
            name: self.request.name.clone(),
            role: self.request.role,
            names: self.request.names.clone(),
            key: self.kind,
            not_before: info.not_before,
            not_after: info.not_after,
            fingerprint_sha1: info.fingerprint_sha1,
            fingerprint_sha256: info.fingerprint_sha256,
            at: self.request.now,
            by: self.request.by.clone(),
        }))
    }

    fn into_leaf(self, above: &[CertificateDer<'static>]) -> Result<Leaf, PkiError> {
        let info = own_certificate_info(&self.certificate)?;
        Ok(Leaf {
            name: self.request.name.clone(),
            role: self.request.role,
            chain: std::iter::once(self.certificate).chain(above.iter().cloned()).collect(),
            key: self.key.private_key(),
            serial: self.serial,
            fingerprint_sha1: info.fingerprint_sha1,
            fingerprint_sha256: info.fingerprint_sha256,
            not_before: info.not_before,
            not_after: info.not_after,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use ops_core::secret::Secret;

    use super::*;
    use crate::authority::AuthorityRequest;

    #[test]
    fn a_serial_that_comes_up_again_is_drawn_anew() {
        let parent = tempfile::tempdir().unwrap();
        let mut request = AuthorityRequest::new("CA".parse().unwrap(), Timestamp::UNIX_EPOCH);
        request.key = KeyKind::P256;
        let authority = Authority::create(&parent.path().join("ca"), &request, &Secret::generate()).unwrap();
        let request = |name: &str| {
            let mut request =
                LeafRequest::new(name.parse().unwrap(), Role::Internal, [], Timestamp::UNIX_EPOCH);
            request.key = KeyKind::P256;
            request
        };
        let first = authority.issue(&request("first")).unwrap();

        // Last to first: two leaves of one batch get the same serial, which the index knows already.
        let fresh = Serial::random();
        let serials =
            Mutex::new(vec![fresh.clone(), first.serial.clone(), first.serial.clone(), first.serial.clone()]);
        let draw = || serials.lock().unwrap().pop().unwrap_or_else(Serial::random);
        let leaves = authority.issue_drawing(&[request("second"), request("third")], 2, &draw).unwrap();
        assert_eq!(leaves[0].serial, fresh);
        let rows = authority.issued().unwrap();
        assert_eq!(rows.iter().map(|row| &row.serial).collect::<HashSet<_>>().len(), 3);
        for (leaf, row) in leaves.iter().zip(&rows[1..]) {
            let info = own_certificate_info(&leaf.chain[0]).unwrap();
            assert_eq!(
                (&info.serial, &info.fingerprint_sha1),
                (&row.serial.to_string(), &row.fingerprint_sha1)
            );
        }
    }
}
