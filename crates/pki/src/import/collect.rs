//! Collecting certificates out of PEM, DER and PKCS#7.

use std::collections::HashSet;

use rustls_pki_types::CertificateDer;

use super::error::ImportError;
use crate::certificate::CertificateInfo;
use crate::pem;
use crate::store::pkcs7;

/// The certificates of every public authority together are a few hundred KB.
const MAX_BYTES: usize = 4 << 20;
/// A tangle of cross-signed authorities has a dozen.
const MAX_CERTIFICATES: usize = 200;

/// A heap of certificates, without order and without duplicates.
#[derive(Clone, Debug, Default)]
pub struct Certificates {
    pub(super) all: Vec<(CertificateDer<'static>, CertificateInfo)>,
    known: HashSet<CertificateDer<'static>>,
}

impl Certificates {
    /// An empty heap.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what a file holds: PEM with certificates or PKCS#7 in it, a certificate in DER, or PKCS#7 in DER.
    /// `origin` names the file in errors.
    ///
    /// # Errors
    /// There is no certificate in it, one of them is damaged, or there are more than 200.
    pub fn add(&mut self, origin: &str, bytes: &[u8]) -> Result<(), ImportError> {
        let unreadable = |reason: String| ImportError::Unreadable { origin: origin.to_owned(), reason };
        if bytes.len() > MAX_BYTES {
            return Err(unreadable(format!("it is {} bytes long, and {MAX_BYTES} are read", bytes.len())));
        }
        let mut found = Vec::new();
        if pem::looks_like_pem(bytes) {
            let mut others = Vec::new();
            for block in pem::blocks(bytes).map_err(|error| unreadable(error.to_string()))? {
                match block.label.as_str() {
                    // Some authorities label PKCS#7 as a certificate.
                    "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" | "PKCS7" | "CMS" => {
                        let der = pkcs7::certificates(&block.der)
                            .unwrap_or_else(|| vec![CertificateDer::from(block.der.to_vec())]);
                        found.extend(der);
                    }
                    other => others.push(other.to_owned()),
                }
            }
            if found.is_empty() {
                let what = if others.is_empty() { "nothing".to_owned() } else { others.join(", ") };
                return Err(unreadable(format!("there is {what} in it")));
            }
        } else if let Some(certificates) = pkcs7::certificates(bytes) {
            found = certificates;
            if found.is_empty() {
                return Err(unreadable("there is PKCS#7 without certificates in it".to_owned()));
            }
        } else {
            found.push(CertificateDer::from(bytes.to_vec()));
        }
        for certificate in found {
            self.add_der(origin, certificate)?;
        }
        Ok(())
    }

    /// Adds one certificate.
    ///
    /// # Errors
    /// It is damaged, or one too many.
    pub fn add_der(&mut self, origin: &str, certificate: CertificateDer<'static>) -> Result<(), ImportError> {
        if self.known.contains(&certificate) {
            return Ok(());
        }
        let info = CertificateInfo::parse(&certificate).map_err(|error| ImportError::Unreadable {
            origin: origin.to_owned(),
            reason: error.to_string(),
        })?;
        if self.all.len() == MAX_CERTIFICATES {
            return Err(ImportError::TooMany { limit: MAX_CERTIFICATES });
        }
        self.known.insert(certificate.clone());
        self.all.push((certificate, info));
        Ok(())
    }

    /// What they say, in the order in which they were added.
    pub fn infos(&self) -> impl Iterator<Item = &CertificateInfo> {
        self.all.iter().map(|(_, info)| info)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}
