//! Certificate authorities, leaves and stores for Flink clusters, without a JVM.
//!
//! | module | what it holds |
//! |---|---|
//! | [`authority`] | a CA directory: its key, its certificate, and the index of what it issued |
//! | [`bulk`] | issuing for thousands of nodes, resumable |
//! | [`request`], [`sign`] | signing requests: made for others, and signed for others |
//! | [`import`] | the answer of a foreign authority: from a heap of certificates to a chain |
//! | [`constraints`] | for which names an authority may issue |
//! | [`status`], [`renewal`], [`revocation`] | what was issued: when it expires, its renewal, its revocation |
//! | [`verify`] | stores proven by checks and by TLS handshakes in memory |
//! | [`rotation`] | changing the authority of a running cluster without an outage |
//! | [`profile`] | what each role of a Flink cluster gets into its certificate, and for how long |
//! | [`names`] | leaf names, common names and subject alternative names, checked on entry |
//! | [`key`] | key kinds, key generation, private keys and their encrypted form |
//! | [`certificate`] | reading what a certificate says; serial numbers and fingerprints |
//! | [`store`] | keystores and truststores, written and read: PKCS#12, JKS, PEM |
//! | [`inspect`] | saying what any bytes are, as a report for tables and JSON |
//! | [`pem`] | PEM, written and read |
//!
//! The crate reads no clock: whoever issues or judges a certificate passes the time. It wires nothing into a
//! Flink configuration and opens no connection.

pub mod authority;
pub mod bulk;
pub mod certificate;
pub mod constraints;
mod error;
pub mod import;
pub mod inspect;
pub mod key;
pub mod names;
pub mod node_stores;
pub mod pem;
pub mod profile;
mod public_key;
pub mod renewal;
pub mod request;
pub mod revocation;
pub mod rotation;
pub mod sign;
pub mod status;
pub mod store;
pub mod verify;

pub use error::PkiError;
