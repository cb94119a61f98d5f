//! One key of one principal.

use std::fmt;

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::{EncryptionType, NameType, Principal};

/// An entry of a keytab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose key it is.
    pub principal: Principal,
    /// What kind of name that is. Version 1 of the format does not hold it; then it is `PRINCIPAL`.
    pub name_type: NameType,
    /// When the entry was written, in seconds since 1970, as far as an unsigned 32-bit number reaches (2106).
    pub timestamp: u32,
    /// The key version number.
    pub kvno: u32,
    /// The key.
    pub key: Key,
}

/// A key with its encryption type. It is never shown, and its memory is wiped.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// For which algorithms it is.
    pub etype: EncryptionType,
    bytes: Zeroizing<Vec<u8>>,
}

impl Key {
    /// Wraps the bytes of a key.
    pub fn new(etype: EncryptionType, bytes: impl Into<Vec<u8>>) -> Self {
        Self { etype, bytes: Zeroizing::new(bytes.into()) }
    }

    /// The bytes themselves. Call it only where the key is used or asked for.
    pub fn expose(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether it has the length that its encryption type asks for. True where that length is not known here.
    pub fn has_its_length(&self) -> bool {
        self.etype.key_length().is_none_or(|length| length == self.bytes.len())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}, …)", self.etype)
    }
}

impl Entry {
    /// When the entry was written.
    pub fn written(&self) -> Timestamp {
        Timestamp::from_second(i64::from(self.timestamp)).unwrap_or_default()
    }

    /// Whether both are for the same principal, version and encryption type, whatever the keys are.
    pub fn is_same_slot(&self, other: &Self) -> bool {
        (&self.principal, self.kvno, self.key.etype) == (&other.principal, other.kvno, other.key.etype)
    }
}
