//! Revoking certificates, and the lists that say so (RFC 5280, 5).
//!
//! Flink reads no revocation list: revoking a certificate keeps others from trusting it, and keeps flinkops from
//! counting it as good. To shut a Flink process out, rotate the authority.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use jiff::Timestamp;
use ops_core::files::{self, Access};
use rcgen::{CertificateRevocationListParams, KeyIdMethod, RevokedCertParams};
use serde::{Deserialize, Serialize};
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::authority::{Authority, IndexEvent, ListedRow, Lock, RevokedRow};
use crate::certificate::Serial;
use crate::error::PkiError;
use crate::pem;
use crate::profile::since_epoch;

const LIST: &str = "crl.pem";

/// Why a certificate is not to be trusted any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RevocationReason {
    /// Nothing is said.
    #[default]
    Unspecified,
    /// Somebody else may have the key.
    KeyCompromise,
    /// Somebody else may have the key of the authority that it belongs to.
    CaCompromise,
    /// Its holder has another name or belongs to somebody else now.
    AffiliationChanged,
    /// Another certificate took its place.
    Superseded,
    /// What it was for does not run any more.
    CessationOfOperation,
    /// Its holder may not do any more what it allows.
    PrivilegeWithdrawn,
}

impl RevocationReason {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::Unspecified,
        Self::KeyCompromise,
        Self::CaCompromise,
        Self::AffiliationChanged,
        Self::Superseded,
        Self::CessationOfOperation,
        Self::PrivilegeWithdrawn,
    ];

    /// `unspecified`, `key-compromise` …
    pub fn name(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::KeyCompromise => "key-compromise",
            Self::CaCompromise => "ca-compromise",
            Self::AffiliationChanged => "affiliation-changed",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessation-of-operation",
            Self::PrivilegeWithdrawn => "privilege-withdrawn",
        }
    }

    /// `unspecified` is expressed by leaving the reason out.
    fn to_rcgen(self) -> Option<rcgen::RevocationReason> {
        Some(match self {
            Self::Unspecified => return None,
            Self::KeyCompromise => rcgen::RevocationReason::KeyCompromise,
            Self::CaCompromise => rcgen::RevocationReason::CaCompromise,
            Self::AffiliationChanged => rcgen::RevocationReason::AffiliationChanged,
            Self::Superseded => rcgen::RevocationReason::Superseded,
            Self::CessationOfOperation => rcgen::RevocationReason::CessationOfOperation,
            Self::PrivilegeWithdrawn => rcgen::RevocationReason::PrivilegeWithdrawn,
        })
    }
}

impl fmt::Display for RevocationReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{found}` is not a reason; use unspecified, key-compromise, ca-compromise, affiliation-changed, superseded, cessation-of-operation or privilege-withdrawn"
)]
pub struct RevocationReasonError {
    found: String,
}

impl FromStr for RevocationReason {
    type Err = RevocationReasonError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = || RevocationReasonError { found: text.to_owned() };
        Self::ALL.into_iter().find(|reason| reason.name() == text).ok_or_else(found)
    }
}

/// A signed revocation list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RevocationList {
    /// Its number; each is larger than those before.
    pub number: u64,
    /// How many certificates are on it.
    pub revoked: usize,
    /// By when there will be another one.
    pub next_update: Timestamp,
    /// The list in DER.
    pub der: Vec<u8>,
    /// The file in the CA directory that holds it, in PEM.
    pub path: PathBuf,
}

impl RevocationList {
    /// The list in PEM.
    pub fn to_pem(&self) -> String {
        pem::block("X509 CRL", &self.der)
    }
}

impl Authority {
    /// Revokes a certificate that this authority issued, a leaf's or another authority's. The next list names it.
    ///
    /// # Errors
    /// The serial number is none of this authority's, or revoked already.
    pub fn revoke(
        &self,
        serial: &Serial,
        reason: RevocationReason,
        now: Timestamp,
        by: Option<String>,
    ) -> Result<RevokedRow, PkiError> {
        let row = RevokedRow { serial: serial.clone(), reason, at: now, by };
        let lock = Lock::acquire(self.dir())?;
        let mut name = None;
        let mut count = 0;
        for event in self.index.read()? {
            match event {
                IndexEvent::Issued(issued) => {
                    count += 1;
                    if issued.serial == *serial {
                        name = Some(issued.name.to_string());
                    }
                }
                IndexEvent::Delegated(delegated) if delegated.serial == *serial => {
                    name = Some(delegated.name.to_string());
                }
                IndexEvent::Revoked(before) if before.serial == *serial => {
                    let name = name.unwrap_or_default();
                    return Err(PkiError::Revoked { serial: serial.to_string(), name, at: before.at });
                }
                _ => {}
            }
        }
        if name.is_none() {
            let wanted = format!("the serial number {serial}");
            return Err(PkiError::NotIssued { wanted, count, dir: self.dir().to_owned() });
        }
        self.index.append(&lock, |_| Ok(vec![IndexEvent::Revoked(row.clone())]))?;
        Ok(row)
    }

    /// Signs a list of everything revoked, and writes it to `crl.pem` in the CA directory.
    ///
    /// Certificates stay on the list after they have expired: whoever checks an old signature wants to know.
    ///
    /// # Errors
    /// `next_update` is not after `now`, or the directory is not writable.
    pub fn issue_revocation_list(
        &self,
        now: Timestamp,
        next_update: Timestamp,
        by: Option<String>,
    ) -> Result<RevocationList, PkiError> {
        if next_update.as_second() <= now.as_second() {
            return Err(PkiError::NextUpdate { next_update, now });
        }
        let failed = |error: rcgen::Error| PkiError::crypto("sign a revocation list")(&error);
        let time = |time: Timestamp| rcgen::date_time_ymd(1970, 1, 1) + since_epoch(time);
        let lock = Lock::acquire(self.dir())?;
        let (mut number, mut revoked) = (0, Vec::new());
        for event in self.index.read()? {
            match event {
                IndexEvent::Listed(row) => number = number.max(row.number),
                IndexEvent::Revoked(row) => revoked.push(RevokedCertParams {
                    serial_number: row.serial.as_bytes().to_vec().into(),
                    revocation_time: time(row.at),
                    reason_code: row.reason.to_rcgen(),
                    invalidity_date: None,
                }),
                _ => {}
            }
        }
        number += 1;
        let count = revoked.len();
        let params = CertificateRevocationListParams {
            this_update: time(now),
            next_update: time(next_update),
            crl_number: number.into(),
            issuing_distribution_point: None,
            revoked_certs: revoked,
            key_identifier_method: self.own_key_id(),
        };
        let list = params.signed_by(&self.issuer()?).map_err(failed)?;
        let list = RevocationList {
            number,
            revoked: count,
            next_update,
            der: list.der().to_vec(),
            path: self.dir().join(LIST),
        };
        // First the number, so that it is not given to another list should writing fail.
        let row = ListedRow { number, revoked: count, next_update, at: now, by };
        self.index.append(&lock, |_| Ok(vec![IndexEvent::Listed(row)]))?;
        files::write(&list.path, list.to_pem().as_bytes(), Access::Public)?;
        Ok(list)
    }

    /// The subject key identifier in the authority's certificate, which another authority may have chosen.
    fn own_key_id(&self) -> KeyIdMethod {
        let parsed = X509Certificate::from_der(self.certificate()).ok();
        let id = parsed.as_ref().and_then(|(_, parsed)| {
            parsed.extensions().iter().find_map(|extension| match extension.parsed_extension() {
                ParsedExtension::SubjectKeyIdentifier(id) => Some(id.0.to_vec()),
                _ => None,
            })
        });
        id.map_or(KeyIdMethod::Sha256, KeyIdMethod::PreSpecified)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_read_back_by_name() {
        for reason in RevocationReason::ALL {
            assert_eq!(reason.name().parse::<RevocationReason>().unwrap(), reason);
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.name());
        }
        "lost".parse::<RevocationReason>().unwrap_err();
    }
}
