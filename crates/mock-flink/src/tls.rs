//! What a TLS server shows and asks for, and the exchange of it while the server runs.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use ops_core::tls::{TlsError, TrustAnchors, server_config};
use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

/// What a TLS server needs.
pub struct TlsMaterial {
    /// The certificate, then its issuers.
    pub chain: Vec<CertificateDer<'static>>,
    /// The certificate's key.
    pub key: PrivateKeyDer<'static>,
    /// With these, a client has to show a certificate that leads to one of them.
    pub client_anchors: Option<Vec<CertificateDer<'static>>>,
}

impl fmt::Debug for TlsMaterial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsMaterial")
            .field("chain", &self.chain.len())
            .field("client_anchors", &self.client_anchors.as_ref().map(Vec::len))
            .finish_non_exhaustive()
    }
}

/// A PEM text that holds something else than it should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no {expected}: {found}")]
pub struct PemError {
    /// What it should hold.
    pub expected: &'static str,
    /// What is wrong with it.
    pub found: String,
}

/// The certificates in a PEM text; at least one.
pub(crate) fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, PemError> {
    let unfit = |found: String| PemError { expected: "PEM certificate (-----BEGIN CERTIFICATE-----)", found };
    let found = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    let found = found.map_err(|error| unfit(error.to_string()))?;
    if found.is_empty() { Err(unfit("there is none in it".to_owned())) } else { Ok(found) }
}

/// The private key in a PEM text.
pub(crate) fn private_key(pem: &[u8]) -> Result<PrivateKeyDer<'static>, PemError> {
    PrivateKeyDer::from_pem_slice(pem).map_err(|error| PemError {
        expected: "unencrypted PEM private key (-----BEGIN PRIVATE KEY-----)",
        found: error.to_string(),
    })
}

/// What connections that come from now on are served with.
#[derive(Debug)]
pub(crate) struct Identity(Mutex<Arc<ServerConfig>>);

impl Identity {
    pub(crate) fn new(material: TlsMaterial) -> Result<Self, TlsError> {
        Ok(Self(Mutex::new(config(material)?)))
    }

    pub(crate) fn current(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Connections that are open stay as they are.
    pub(crate) fn exchange(&self, material: TlsMaterial) -> Result<(), TlsError> {
        let config = config(material)?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = config;
        Ok(())
    }
}

fn config(material: TlsMaterial) -> Result<Arc<ServerConfig>, TlsError> {
    let anchors = material.client_anchors.map(TrustAnchors::from_der);
    server_config(material.chain, material.key, anchors.as_ref()).map(Arc::new)
}
