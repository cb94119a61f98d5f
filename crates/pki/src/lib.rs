//! Certificate authorities, leaves and stores for Flink clusters, without a JVM.
//!
//! | module | what it holds |
//! |---|---|
//! | [`authority`] | a CA directory: its key, its certificate, and the index of what it issued |
//! | [`profile`] | what each role of a Flink cluster gets into its certificate, and for how long |
//! | [`names`] | leaf names, common names and subject alternative names, checked on entry |
//! | [`key`] | key kinds, key generation, private keys and their encrypted form |
//! | [`certificate`] | reading what a certificate says; serial numbers and fingerprints |
//! | [`store`] | PKCS#12 keystores and truststores, written and read |
//! | [`pem`] | PEM output |
//!
//! The crate reads no clock: whoever issues or judges a certificate passes the time. It wires nothing into a
//! Flink configuration and opens no connection.

pub mod authority;
pub mod certificate;
mod error;
pub mod key;
pub mod names;
pub mod pem;
pub mod profile;
pub mod store;

pub use error::PkiError;
