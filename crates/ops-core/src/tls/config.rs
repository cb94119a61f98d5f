//! The rustls configurations. TLS 1.2 and 1.3, the aws-lc-rs provider, peers always verified.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, ServerConfig, SupportedProtocolVersion, version};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::{ClientIdentity, TlsError, TrustAnchors};

/// Flink's default is TLS 1.2; 1.3 has to be configured there.
const VERSIONS: &[&SupportedProtocolVersion] = &[&version::TLS12, &version::TLS13];

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// A client that accepts servers whose certificate leads to one of the anchors and holds the name or address
/// connected to, and that shows `identity` to servers which ask for a certificate.
///
/// # Errors
/// An anchor cannot be used, or key and certificate of the identity are no pair.
pub fn client_config(
    anchors: &TrustAnchors,
    identity: Option<&ClientIdentity>,
) -> Result<ClientConfig, TlsError> {
    let builder = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(VERSIONS)
        .map_err(|error| unfit("the TLS provider", &error))?
        .with_root_certificates(anchors.root_store()?);
    match identity {
        None => Ok(builder.with_no_client_auth()),
        Some(identity) => {
            let (chain, key, origin) = identity.parts();
            builder.with_client_auth_cert(chain, key).map_err(|error| unfit(origin, &error))
        }
    }
}

/// A server with this chain (leaf first) and key. With `client_anchors`, a client must show a certificate that
/// leads to one of them; without, no certificate is asked for.
///
/// # Errors
/// An anchor cannot be used, there is none, or key and certificate are no pair.
pub fn server_config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    client_anchors: Option<&TrustAnchors>,
) -> Result<ServerConfig, TlsError> {
    let origin = "the server";
    let builder = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(VERSIONS)
        .map_err(|error| unfit("the TLS provider", &error))?;
    let builder = match client_anchors {
        None => builder.with_no_client_auth(),
        Some(anchors) => {
            let roots = Arc::new(anchors.root_store()?);
            let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider())
                .build()
                .map_err(|error| unfit(origin, &error))?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    builder.with_single_cert(chain, key).map_err(|error| unfit(origin, &error))
}

fn unfit(origin: &str, error: &dyn std::error::Error) -> TlsError {
    TlsError::UnfitIdentity { origin: origin.to_owned(), why: error.to_string() }
}
