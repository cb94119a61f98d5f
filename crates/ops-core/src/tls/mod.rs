//! TLS as Flink's REST endpoint needs it: whom to trust, who we are, and the rustls configurations made of both.
//!
//! Material is read here, from PEM and from PKCS#12; it is made in the `pki` crate. The cryptography provider
//! is passed explicitly everywhere: no process-wide default is installed or relied on.

mod anchors;
mod bounded;
mod config;
mod error;
mod identity;
mod pkcs12;

pub use anchors::TrustAnchors;
pub use config::{client_config, server_config};
pub use error::TlsError;
pub use identity::ClientIdentity;

#[cfg(test)]
mod tests;
