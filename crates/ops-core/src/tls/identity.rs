//! Who we are to the other side: a private key and the chain of certificates for it.

use std::fmt;
use std::path::Path;

use p12_keystore::{CertificateBag, Pkcs12Archive, PrivateKeyBag};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::anchors::pem_certificates;
use super::bounded::{self, Kind};
use super::{TlsError, pkcs12};
use crate::secret::Secret;

/// A private key with its certificate chain, leaf first. `Debug` shows where it came from and nothing else.
pub struct ClientIdentity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    origin: String,
}

impl ClientIdentity {
    /// A chain, leaf first, and the leaf's key.
    pub fn from_der(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Self {
        Self { chain, key, origin: "the given identity".to_owned() }
    }

    /// A PEM file with the certificate chain, leaf first, and a PEM file with its unencrypted key
    /// (PKCS#8, PKCS#1 or SEC1). Both may be the same file.
    ///
    /// # Errors
    /// A file cannot be read, is of another kind, is malformed, or lacks what it is given for.
    pub fn from_pem_files(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let chain = pem_certificates(certificate)?;
        let origin = if certificate == key {
            certificate.display().to_string()
        } else {
            format!("{} and {}", certificate.display(), key.display())
        };
        Ok(Self { chain, key: pem_key(key)?, origin })
    }

    /// The one private key of a PKCS#12 keystore, with its chain.
    ///
    /// # Errors
    /// The file cannot be read, is no PKCS#12 store, has no MAC, the password is wrong, or the store does not hold
    /// exactly one private key with a certificate.
    pub fn from_pkcs12_file(path: &Path, password: &Secret) -> Result<Self, TlsError> {
        let archive = pkcs12::open(path, password)?;
        let missing = |found: String, mend| TlsError::Missing {
            path: path.to_owned(),
            found,
            needed: "a keystore with exactly one private key and its certificate",
            mend,
        };
        let key = match archive.keys.as_slice() {
            [key] => key,
            [] => {
                let found = format!("{} certificates and no private key", archive.certs.len());
                return Err(missing(found, "a truststore was given perhaps: name the keystore"));
            }
            several => {
                let names: Vec<_> =
                    several.iter().map(|key| key.friendly_name.as_deref().unwrap_or("?")).collect();
                let found = format!("{} private keys ({})", several.len(), names.join(", "));
                return Err(missing(
                    found,
                    "export the one to use, with `keytool -importkeystore -srcalias`",
                ));
            }
        };
        let leaf = leaf(key, &archive).ok_or_else(|| {
            missing("a private key without its certificate".to_owned(), "export both together")
        })?;
        let chain = chain(leaf, &archive);
        let key = PrivatePkcs8KeyDer::from(key.key.as_der().to_vec()).into();
        Ok(Self { chain, key, origin: path.display().to_string() })
    }

    /// The chain, leaf first.
    pub fn chain(&self) -> &[CertificateDer<'static>] {
        &self.chain
    }

    /// The leaf's private key.
    pub fn key(&self) -> &PrivateKeyDer<'static> {
        &self.key
    }

    /// Chain, key, and where they came from.
    pub(super) fn parts(&self) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>, &str) {
        (self.chain.clone(), self.key.clone_key(), &self.origin)
    }
}

impl Clone for ClientIdentity {
    fn clone(&self) -> Self {
        Self { chain: self.chain.clone(), key: self.key.clone_key(), origin: self.origin.clone() }
    }
}

impl fmt::Debug for ClientIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientIdentity({}, {} certificates)", self.origin, self.chain.len())
    }
}

/// The certificate that shares the key's local id; without ids, the only certificate there is.
fn leaf<'a>(key: &PrivateKeyBag, archive: &'a Pkcs12Archive) -> Option<&'a CertificateBag> {
    match (&key.local_key_id, archive.certs.as_slice()) {
        (Some(id), certs) => certs.iter().find(|cert| cert.local_key_id.as_deref() == Some(id.as_ref())),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
}

/// From the leaf up, by issuer names, for as long as the archive has them. The root is left out of what is sent
/// only where it is the leaf's own issuer and missing; servers accept it either way.
fn chain(leaf: &CertificateBag, archive: &Pkcs12Archive) -> Vec<CertificateDer<'static>> {
    let mut chain = vec![&leaf.cert];
    while let Some(last) = chain.last().filter(|last| last.issuer() != last.subject()) {
        let issuer = archive.certs.iter().map(|bag| &bag.cert).find(|cert| cert.subject() == last.issuer());
        match issuer {
            Some(issuer) if !chain.contains(&issuer) => chain.push(issuer),
            _ => break,
        }
    }
    chain.into_iter().map(|cert| CertificateDer::from(cert.as_der().to_vec())).collect()
}

fn pem_key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    let bytes = bounded::read(path)?;
    let kind = Kind::of(&bytes);
    if kind != Kind::Pem {
        return Err(TlsError::WrongFormat {
            path: path.to_owned(),
            found: kind.name(),
            needed: "a PEM file with a private key",
            mend: match kind {
                Kind::Der => {
                    "convert it with `openssl pkey -inform der`, or give a PKCS#12 store with --identity"
                }
                Kind::Jks | Kind::Jceks => "convert it to PKCS#12 and give that with --identity",
                _ => "check the path",
            },
        });
    }
    let holds = |needle: &str| bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
    if holds("BEGIN ENCRYPTED PRIVATE KEY") || holds("Proc-Type: 4,ENCRYPTED") {
        return Err(TlsError::Missing {
            path: path.to_owned(),
            found: "an encrypted private key".to_owned(),
            needed: "an unencrypted one",
            mend: "decrypt it with `openssl pkey`, or put key and certificate into a PKCS#12 store for --identity",
        });
    }
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|error| match error {
        rustls_pki_types::pem::Error::NoItemsFound => TlsError::Missing {
            path: path.to_owned(),
            found: "no PRIVATE KEY section".to_owned(),
            needed: "a private key",
            mend: "check that the path names the key, not the certificate",
        },
        other => TlsError::Damaged { path: path.to_owned(), why: other.to_string() },
    })
}
