//! PKCS#12 keystores and truststores, as Java and Flink read them.
//!
//! [`write_stores`] writes what one leaf needs: a keystore, a truststore, and a password file for each.
//! [`read`] reads a store of any origin, bounded, and refuses one that carries no proof of its integrity.

mod error;
mod read;
mod write;

pub use error::{PasswordError, StoreError, StoreFileError};
pub use read::{Entry, EntryKind, Store, read, read_file};
pub use write::{
    IssuedStores, StorePasswords, StoreProfile, check_password, encode_keystore, encode_truststore,
    write_stores,
};
