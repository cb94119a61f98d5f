//! Kerberos cryptography: keys from passwords, encryption and checksums, by encryption type.
//!
//! RFC 3962 (etypes 17 and 18) and triple DES come from `picky-krb`; RFC 8009 (19 and 20), which no kept library has,
//! stands in `rfc8009`.

mod error;
mod rfc8009;
mod suite;

pub(crate) use error::CryptoError;
pub(crate) use suite::{Suite, usage};
