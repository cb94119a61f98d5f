//! Trust anchors: the certificates whose signatures the other side's certificate must lead to.

use std::path::Path;

use rustls::RootCertStore;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use super::bounded::{self, Kind};
use super::{TlsError, pkcs12};
use crate::secret::Secret;

/// Certificates that are trusted to issue others. Never empty, except for [`TrustAnchors::none`].
#[derive(Clone, Debug)]
pub struct TrustAnchors {
    certificates: Vec<CertificateDer<'static>>,
    origin: String,
}

impl TrustAnchors {
    /// No certificate is trusted: every TLS handshake fails. For connections that are not to use TLS.
    pub fn none() -> Self {
        Self { certificates: Vec::new(), origin: "nothing".to_owned() }
    }

    /// Certificates in DER.
    pub fn from_der(certificates: impl IntoIterator<Item = CertificateDer<'static>>) -> Self {
        Self { certificates: certificates.into_iter().collect(), origin: "the given certificates".to_owned() }
    }

    /// Every certificate of a PEM file. Other sections in it, keys included, are passed over.
    ///
    /// # Errors
    /// The file cannot be read, is of another kind, is malformed, or holds no certificate.
    pub fn from_pem_file(path: &Path) -> Result<Self, TlsError> {
        Ok(Self { certificates: pem_certificates(path)?, origin: path.display().to_string() })
    }

    /// The certificates that a PKCS#12 truststore marks as trusted, as Java reads it: `keytool -importcert` and
    /// flinkops set that mark, `openssl pkcs12 -export` does so only with `-jdktrust anyExtendedKeyUsage`.
    ///
    /// # Errors
    /// The file cannot be read, is no PKCS#12 store, has no MAC, the password is wrong, or nothing in it is marked.
    pub fn from_pkcs12_file(path: &Path, password: &Secret) -> Result<Self, TlsError> {
        let archive = pkcs12::open(path, password)?;
        let (trusted, others): (Vec<_>, Vec<_>) = archive.certs.into_iter().partition(|bag| bag.trusted);
        if trusted.is_empty() {
            return Err(TlsError::Missing {
                path: path.to_owned(),
                found: format!(
                    "{} certificates that are not marked as trusted, {} keys",
                    others.len(),
                    archive.keys.len()
                ),
                needed: "a truststore with at least one trusted certificate",
                mend: "import the authority with `keytool -importcert`, or give it as PEM with --cacert FILE",
            });
        }
        let certificates =
            trusted.iter().map(|bag| CertificateDer::from(bag.cert.as_der().to_vec())).collect();
        Ok(Self { certificates, origin: path.display().to_string() })
    }

    /// The operating system's certificate authorities. `SSL_CERT_FILE` and `SSL_CERT_DIR` replace them.
    ///
    /// # Errors
    /// There are none, or they cannot be read.
    pub fn system() -> Result<Self, TlsError> {
        let found = rustls_native_certs::load_native_certs();
        if found.certs.is_empty() {
            let why =
                found.errors.first().map_or_else(|| "none is installed".to_owned(), ToString::to_string);
            return Err(TlsError::NoSystemAnchors { why });
        }
        // A system's bundle may hold a certificate that rustls cannot use; the others still count.
        let certificates = found.certs.into_iter().filter(usable).collect();
        Ok(Self { certificates, origin: "the operating system".to_owned() })
    }

    /// The certificates, in the order of their source.
    pub fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.certificates
    }

    /// The store that rustls verifies against.
    pub(super) fn root_store(&self) -> Result<RootCertStore, TlsError> {
        let mut store = RootCertStore::empty();
        for (index, certificate) in self.certificates.iter().enumerate() {
            store.add(certificate.clone()).map_err(|error| TlsError::UnfitAnchor {
                number: index + 1,
                origin: self.origin.clone(),
                why: error.to_string(),
            })?;
        }
        Ok(store)
    }
}

fn usable(certificate: &CertificateDer<'static>) -> bool {
    RootCertStore::empty().add(certificate.clone()).is_ok()
}

/// The certificates of a PEM file, at least one.
pub(super) fn pem_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let bytes = bounded::read(path)?;
    let kind = Kind::of(&bytes);
    if kind != Kind::Pem {
        return Err(TlsError::WrongFormat {
            path: path.to_owned(),
            found: kind.name(),
            needed: "a PEM file with certificates",
            mend: match kind {
                Kind::Der => {
                    "convert it with `openssl x509 -inform der`, or give a PKCS#12 store where one is taken"
                }
                Kind::Jks | Kind::Jceks => "export the certificate with `keytool -exportcert -rfc`",
                _ => "check the path",
            },
        });
    }
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let certificates =
        certificates.map_err(|error| TlsError::Damaged { path: path.to_owned(), why: error.to_string() })?;
    if certificates.is_empty() {
        return Err(TlsError::Missing {
            path: path.to_owned(),
            found: "no CERTIFICATE section".to_owned(),
            needed: "at least one certificate",
            mend: "check that the path names the certificates, not the key",
        });
    }
    Ok(certificates)
}
