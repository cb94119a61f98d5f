//! Issuing leaves, one by one or many at once.

use std::collections::HashSet;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use jiff::Timestamp;
use rcgen::Issuer;
use rustls_pki_types::CertificateDer;

use super::directory::{Authority, own_certificate_info};
use super::index::{IndexEvent, IssuedRow};
use super::lock::Lock;
use crate::certificate::Serial;
use crate::error::PkiError;
use crate::key::{KeyKind, PrivateKey, SigningKey};
use crate::names::{LeafName, SubjectAltName};
use crate::profile::{self, Role, Validity};

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
        Self { name, role, names, key: KeyKind::Rsa2048, validity: Validity::LEAF, now }
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

/// A request with its key and certificate, not yet in the index.
struct Draft<'a> {
    request: &'a LeafRequest,
    key: SigningKey,
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
        self.issue_drawing(requests, &Serial::random)
    }

    fn issue_drawing(&self, requests: &[LeafRequest], draw: Draw<'_>) -> Result<Vec<Leaf>, PkiError> {
        for request in requests {
            self.check(request)?;
        }
        let mut drafts = self.draft_all(requests, draw)?;
        let lock = Lock::acquire(&self.dir)?;
        self.index.append(&lock, |taken| {
            let mut used = HashSet::new();
            for draft in &mut drafts {
                while taken.contains(&draft.serial) || used.contains(&draft.serial) {
                    draft.serial = draw();
                    draft.certificate = self.sign(draft.request, &draft.key, &draft.serial)?;
                }
                used.insert(draft.serial.clone());
            }
            drafts.iter().map(Draft::event).collect()
        })?;
        drop(lock);
        drafts.into_iter().map(|draft| draft.into_leaf(&self.certificate)).collect()
    }

    fn check(&self, request: &LeafRequest) -> Result<(), PkiError> {
        let (_, end) = request.validity.period(request.now)?;
        if request.now < self.info.not_before {
            return Err(PkiError::BeforeAuthority {
                now: request.now,
                authority_start: self.info.not_before,
            });
        }
        if end > self.info.not_after {
            return Err(PkiError::OutlivesAuthority { wanted: end, authority_end: self.info.not_after });
        }
        if request.role == Role::RestServer && request.names.is_empty() {
            return Err(PkiError::NoNames { name: request.name.to_string() });
        }
        Ok(())
    }

    /// Keys and signatures, on as many threads as there are cores.
    fn draft_all<'a>(&self, requests: &'a [LeafRequest], draw: Draw<'_>) -> Result<Vec<Draft<'a>>, PkiError> {
        let threads = thread::available_parallelism().map_or(1, NonZero::get).min(requests.len());
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
        let key = SigningKey::generate(request.key)?;
        let serial = draw();
        let certificate = self.sign(request, &key, &serial)?;
        Ok(Draft { request, key, serial, certificate })
    }

    fn sign(
        &self,
        request: &LeafRequest,
        key: &SigningKey,
        serial: &Serial,
    ) -> Result<CertificateDer<'static>, PkiError> {
        let failed = |error: rcgen::Error| PkiError::crypto("sign a certificate")(&error);
        let period = request.validity.period(request.now)?;
        let params = profile::leaf(
            request.name.as_str(),
            request.role,
            request.key,
            &request.names,
            period,
            serial.as_bytes(),
        )
        .map_err(failed)?;
        let issuer = Issuer::from_ca_cert_der(&self.certificate, &*self.key.0).map_err(failed)?;
        params.signed_by(&*key.0, &issuer).map(Into::into).map_err(failed)
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
            key: self.request.key,
            not_before: info.not_before,
            not_after: info.not_after,
            fingerprint_sha1: info.fingerprint_sha1,
            fingerprint_sha256: info.fingerprint_sha256,
            at: self.request.now,
        }))
    }

    fn into_leaf(self, authority: &CertificateDer<'static>) -> Result<Leaf, PkiError> {
        let info = own_certificate_info(&self.certificate)?;
        Ok(Leaf {
            name: self.request.name.clone(),
            role: self.request.role,
            chain: vec![self.certificate, authority.clone()],
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
        let leaves = authority.issue_drawing(&[request("second"), request("third")], &draw).unwrap();
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
