//! Wires TLS and Kerberos into a Flink configuration, and proves that the wiring will work before anything is restarted.
//!
//! Flink starts with expired certificates, foreign authorities, wrong key usages and garbage keytabs, and its processes
//! then never find together. [`ssl::wire_ssl`] sets what a given version understands and nothing else;
//! [`ssl::check_written`] opens every store that a configuration names and shakes hands between them, in memory.
//! [`keytab`] reads, makes and changes keytabs; [`kerberos`] reads and writes `krb5.conf`, and checks both offline.
//! [`audit::audit`] looks at the whole security of one host or of a rendered tree of many.
//!
//! Certificates and stores are made by the `pki` crate; rules about other settings are no concern of this one.

pub mod audit;
mod crypto;
mod error;
pub mod kdc;
pub mod kerberos;
pub mod keytab;
pub mod ssl;

pub use error::SecureConfError;
