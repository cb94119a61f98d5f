//! Encryption types: their numbers, and the names that MIT Kerberos and Java have for them.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// An encryption type by its number in the [IANA registry](https://www.iana.org/assignments/kerberos-parameters).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EncryptionType(pub i32);

/// A name that is none of an encryption type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no encryption type; use aes256-cts-hmac-sha384-192, aes128-cts-hmac-sha256-128, aes256-cts-hmac-sha1-96 or aes128-cts-hmac-sha1-96"
)]
pub struct UnknownEncryptionType(pub String);

/// Number, MIT's own name, and what else it is called.
const NAMES: [(i32, &str, &[&str]); 11] = [
    (1, "des-cbc-crc", &[]),
    (2, "des-cbc-md4", &[]),
    (3, "des-cbc-md5", &["des"]),
    (16, "des3-cbc-sha1", &["des3-hmac-sha1", "des3-cbc-sha1-kd"]),
    (17, "aes128-cts-hmac-sha1-96", &["aes128-cts", "aes128-sha1"]),
    (18, "aes256-cts-hmac-sha1-96", &["aes256-cts", "aes256-sha1"]),
    (19, "aes128-cts-hmac-sha256-128", &["aes128-sha2"]),
    (20, "aes256-cts-hmac-sha384-192", &["aes256-sha2"]),
    (23, "arcfour-hmac", &["rc4-hmac", "arcfour-hmac-md5"]),
    (25, "camellia128-cts-cmac", &["camellia128-cts"]),
    (26, "camellia256-cts-cmac", &["camellia256-cts"]),
];

impl EncryptionType {
    /// `aes128-cts-hmac-sha1-96`, RFC 3962.
    pub const AES128_SHA1: Self = Self(17);
    /// `aes256-cts-hmac-sha1-96`, RFC 3962.
    pub const AES256_SHA1: Self = Self(18);
    /// `aes128-cts-hmac-sha256-128`, RFC 8009.
    pub const AES128_SHA2: Self = Self(19);
    /// `aes256-cts-hmac-sha384-192`, RFC 8009.
    pub const AES256_SHA2: Self = Self(20);
    /// `arcfour-hmac`, RFC 4757. Weak.
    pub const RC4: Self = Self(23);
    /// `des3-cbc-sha1`. Weak.
    pub const DES3: Self = Self(16);

    /// The four types that are not weak and that every current KDC, MIT's library and Java know, in the order in which
    /// Java prefers them.
    pub const AES: [Self; 4] = [Self::AES256_SHA1, Self::AES128_SHA1, Self::AES256_SHA2, Self::AES128_SHA2];

    /// MIT's name; `None` for a number that has none here.
    pub fn name(self) -> Option<&'static str> {
        NAMES.iter().find(|(number, ..)| *number == self.0).map(|(_, name, _)| *name)
    }

    /// Whether it is deprecated by RFC 6649 or RFC 8429: DES, triple DES, RC4.
    pub fn is_weak(self) -> bool {
        matches!(self.0, 1..=16 | 23 | 24)
    }

    /// Whether Java 17 uses it without `allow_weak_crypto`. Java has no Camellia.
    pub fn java_allows(self) -> bool {
        Self::AES.contains(&self)
    }

    /// The length of its keys in bytes, where it is known.
    pub fn key_length(self) -> Option<usize> {
        match self.0 {
            1..=3 => Some(8),
            16 => Some(24),
            17 | 19 | 23 | 24 | 25 => Some(16),
            18 | 20 | 26 => Some(32),
            _ => None,
        }
    }
}

impl fmt::Display for EncryptionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => write!(f, "etype {}", self.0),
        }
    }
}

impl FromStr for EncryptionType {
    type Err = UnknownEncryptionType;

    /// A name, compared without case, or a number.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lower = text.to_ascii_lowercase();
        let named = NAMES.iter().find(|(_, name, others)| *name == lower || others.contains(&lower.as_str()));
        named
            .map(|(number, ..)| *number)
            .or_else(|| lower.parse().ok().filter(|number| Self(*number).name().is_some()))
            .map(Self)
            .ok_or_else(|| UnknownEncryptionType(text.to_owned()))
    }
}

impl Serialize for EncryptionType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_lead_back() {
        for (number, name, others) in NAMES {
            for text in others.iter().copied().chain([name, &number.to_string(), &name.to_ascii_uppercase()])
            {
                assert_eq!(text.parse(), Ok(EncryptionType(number)), "{text}");
            }
            assert_eq!(EncryptionType(number).to_string(), name);
        }
        assert_eq!(EncryptionType(99).to_string(), "etype 99");
        for wrong in ["", "aes", "99", "aes512", "-1"] {
            assert!(wrong.parse::<EncryptionType>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_aes_is_neither_weak_nor_unknown_to_java() {
        let good: Vec<_> =
            NAMES.iter().map(|(number, ..)| EncryptionType(*number)).filter(|t| t.java_allows()).collect();
        assert_eq!(good, [17, 18, 19, 20].map(EncryptionType));
        assert!(good.iter().all(|etype| !etype.is_weak()));
    }
}
