//! Keystores and truststores, as Java and Flink read them: PKCS#12, JKS and PEM, written and read.
//!
//! [`write_leaf`] writes what one leaf needs: a keystore, a truststore, and a password file for each.
//! [`read_any`] reads a store of any origin and format, bounded, and refuses one that carries no proof of its
//! integrity; [`encode`] and [`convert`] write it in another format. [`truststore`] changes stores that exist.

mod alias;
mod any;
pub(crate) mod ber;
pub(crate) mod chain;
pub(crate) mod cipher;
pub(crate) mod detect;
mod encode;
mod error;
pub mod jks;
pub(crate) mod keys;
mod model;
mod password;
pub(crate) mod pkcs12;
pub(crate) mod pkcs7;
pub(crate) mod read;
pub mod truststore;
mod write;

pub use alias::{AliasError, check_alias};
pub use any::{ReadOptions, read_any, read_any_file};
pub use detect::FileKind;
pub use encode::{Conversion, Format, FormatError, StoreProfile, WriteOptions, convert, encode};
pub use error::{PasswordError, StoreError, StoreFileError};
pub use model::{Entry, EntryKind, Store};
pub use password::{PasswordWarning, check_password, password_warning};
pub use read::{Unauthenticated, read, read_file};
pub use write::{
    IssuedStores, LeafFiles, StorePasswords, encode_keystore, encode_truststore, write_leaf, write_stores,
};
