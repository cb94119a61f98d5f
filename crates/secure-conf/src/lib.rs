//! Wires TLS into a Flink configuration, and proves that the wiring will work before anything is restarted.
//!
//! Flink starts with expired certificates, foreign authorities and wrong key usages, and its TaskManagers then never
//! register. [`ssl::wire_ssl`] sets what a given version understands and nothing else; [`ssl::check_written`] opens
//! every store that a configuration names and shakes hands between them, in memory.
//!
//! Certificates and stores are made by the `pki` crate; rules about other settings are no concern of this one.

mod error;
pub mod ssl;

pub use error::SecureConfError;
