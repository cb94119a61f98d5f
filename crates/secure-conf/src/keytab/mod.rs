//! Keytabs: MIT's file format in both versions, keys from passwords, and changes to files that are in use.
//!
//! | module | what it holds |
//! |---|---|
//! | `encryption_type` | the numbers and names of encryption types |
//! | `principal` | principals, parsed and written as MIT does |
//! | `entry` | one key of one principal |
//! | `content` | a keytab in memory: find, add, merge, remove |
//! | `decode`, `encode` | the file format |
//! | `derive` | keys from passwords |
//! | `diff` | what differs between two keytabs |
//! | `file` | keytab files |
//!
//! Whether a keytab will work is [`crate::kerberos`]'s and [`crate::kdc`]'s to say.

mod content;
mod decode;
mod derive;
mod diff;
mod encode;
mod encryption_type;
mod entry;
mod error;
mod file;
mod principal;

pub use content::{FormatVersion, Keytab, Merged};
pub use decode::{ByteOrder, MAX_KEYTAB};
pub use derive::{Salt, WeakEtypes, derive_key};
pub use diff::{Difference, DifferenceKind, diff};
pub use encryption_type::{EncryptionType, UnknownEncryptionType};
pub use entry::{Entry, Key};
pub use error::{FormatError, FormatProblem, KeytabError};
pub use file::{KeytabFile, read, write};
pub use principal::{NameType, Principal, PrincipalError};
