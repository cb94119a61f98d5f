//! Renewing leaves before they expire. A renewed leaf keeps its name, role and alternative names, and its key where
//! that is asked for.

use jiff::{SignedDuration, Timestamp};
use rustls_pki_types::CertificateDer;

use crate::authority::{Authority, Leaf, LeafRequest, Record, Register};
use crate::certificate::{Serial, fingerprint_sha256};
use crate::error::PkiError;
use crate::key::{KeyKind, PrivateKey};
use crate::names::LeafName;
use crate::profile::Validity;

/// Which key the renewed leaf has.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RenewalKey {
    /// A new one of the same kind. Of a kind that flinkops does not generate, an RSA 2048 one.
    New,
    /// A new one of this kind.
    NewOf(KeyKind),
    /// The one that it has, as its keystore holds it.
    Keep {
        /// The key.
        key: PrivateKey,
        /// The certificate to be renewed, which proves that it is the right keystore.
        certificate: CertificateDer<'static>,
    },
}

/// The leaves in use that have less than `threshold` left, those that expire first in front.
///
/// # Errors
/// The index cannot be read.
pub fn due(register: &Register, threshold: SignedDuration, now: Timestamp) -> Result<Vec<Record>, PkiError> {
    let mut due: Vec<_> = register
        .records()?
        .into_iter()
        .filter(|record| {
            record.revoked.is_none()
                && record.superseded_by.is_none()
                && record.row.not_after.duration_since(now) < threshold
        })
        .collect();
    due.sort_by_key(|record| record.row.not_after);
    Ok(due)
}

impl Register {
    /// The newest leaf of a name, of any role; names are compared without case, as Java compares aliases.
    ///
    /// # Errors
    /// The index cannot be read, or there is none.
    pub fn newest(&self, name: &LeafName) -> Result<Record, PkiError> {
        let same = |record: &Record| record.row.name.as_str().eq_ignore_ascii_case(name.as_str());
        self.find(format!("the name {name}"), same)
    }

    /// The leaf with a serial number.
    ///
    /// # Errors
    /// The index cannot be read, or there is none.
    pub fn by_serial(&self, serial: &Serial) -> Result<Record, PkiError> {
        self.find(format!("the serial number {serial}"), |record| record.row.serial == *serial)
    }

    fn find(&self, wanted: String, fits: impl Fn(&Record) -> bool) -> Result<Record, PkiError> {
        let records = self.records()?;
        let count = records.len();
        let found = records.into_iter().rfind(fits);
        found.ok_or_else(|| PkiError::NotIssued { wanted, count, dir: self.dir().to_owned() })
    }
}

impl Authority {
    /// Issues a leaf in the place of another one. The other one stays valid until it expires or is revoked, so that
    /// processes which were not restarted yet go on.
    ///
    /// # Errors
    /// The leaf was revoked, the key is not its own, or the authority does not live long enough.
    pub fn renew(
        &self,
        record: &Record,
        key: RenewalKey,
        validity: Validity,
        now: Timestamp,
        by: Option<String>,
    ) -> Result<Leaf, PkiError> {
        self.issue(&self.renewal(record, key, validity, now, by)?)
    }

    /// The request behind [`Authority::renew`], for issuing many at once with [`Authority::issue_all`].
    ///
    /// # Errors
    /// The leaf was revoked, or the key is not its own.
    pub fn renewal(
        &self,
        record: &Record,
        key: RenewalKey,
        validity: Validity,
        now: Timestamp,
        by: Option<String>,
    ) -> Result<LeafRequest, PkiError> {
        let row = &record.row;
        let name = row.name.to_string();
        if let Some(revoked) = &record.revoked {
            return Err(PkiError::Revoked { serial: row.serial.to_string(), name, at: revoked.at });
        }
        let mut request = LeafRequest::new(row.name.clone(), row.role, row.names.iter().cloned(), now);
        request.validity = validity;
        request.by = by;
        match key {
            RenewalKey::New => request.key = row.key.to_string().parse().unwrap_or(KeyKind::Rsa2048),
            RenewalKey::NewOf(kind) => request.key = kind,
            RenewalKey::Keep { key, certificate } => {
                if fingerprint_sha256(&certificate) != row.fingerprint_sha256 {
                    let what = "the certificate in the keystore is another one than the newest of this name";
                    return Err(PkiError::NotTheSame { what, name });
                }
                let public_key = crate::authority::own_certificate_info(&certificate)?.public_key;
                if key.public_key_der()? != public_key {
                    let what = "the key in the keystore is not the one of the certificate beside it";
                    return Err(PkiError::NotTheSame { what, name });
                }
                request.existing = Some(key);
            }
        }
        Ok(request)
    }
}
