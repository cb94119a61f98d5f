//! JKS, Java's own store format: read and written here, bounded, because Flink takes it as it takes PKCS#12.
//!
//! The layout is that of the JDK's `sun.security.provider.JavaKeyStore`, the protection of private keys that of its
//! `KeyProtector`. Both rest on SHA-1, and the store's digest is keyed by nothing but the password before it: JKS
//! resists neither guessing nor a determined forger, which is why PKCS#12 is what flinkops writes by default.

mod file;
mod protector;

pub(crate) use file::MAGIC;
pub use file::{JksEntry, JksFile, JksKind};
