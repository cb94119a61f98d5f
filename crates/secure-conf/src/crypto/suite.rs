//! What can be done with a key, by its encryption type.

use picky_krb::crypto::{ChecksumSuite, CipherSuite, KerberosCryptoError};
use zeroize::Zeroizing;

use super::CryptoError;
use super::rfc8009::Variant;
use crate::keytab::{EncryptionType, Key};

/// Key usage numbers of RFC 4120, section 7.5.1.
pub(crate) mod usage {
    pub(crate) const AS_REQ_TIMESTAMP: u32 = 1;
    pub(crate) const TICKET: u32 = 2;
    pub(crate) const AS_REP: u32 = 3;
    pub(crate) const TGS_REQ_CHECKSUM: u32 = 6;
    pub(crate) const TGS_REQ_AUTHENTICATOR: u32 = 7;
    pub(crate) const TGS_REP_SESSION_KEY: u32 = 8;
}

/// The algorithms of one encryption type.
#[derive(Clone, Debug)]
pub(crate) enum Suite {
    Picky(CipherSuite),
    Rfc8009(Variant),
}

impl Suite {
    /// The algorithms of a type; `None` where we have none.
    pub(crate) fn of(etype: EncryptionType) -> Option<Self> {
        match etype {
            EncryptionType::AES128_SHA1 => Some(Self::Picky(CipherSuite::Aes128CtsHmacSha196)),
            EncryptionType::AES256_SHA1 => Some(Self::Picky(CipherSuite::Aes256CtsHmacSha196)),
            EncryptionType::DES3 => Some(Self::Picky(CipherSuite::Des3CbcSha1Kd)),
            EncryptionType::AES128_SHA2 => Some(Self::Rfc8009(Variant::Aes128Sha256)),
            EncryptionType::AES256_SHA2 => Some(Self::Rfc8009(Variant::Aes256Sha384)),
            _ => None,
        }
    }

    /// The key of a password, with the default iteration count of the type.
    pub(crate) fn string_to_key(
        &self,
        password: &[u8],
        salt: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        match self {
            Self::Picky(suite) => {
                let key = suite.cipher().generate_key_from_password(password, salt);
                key.map(Zeroizing::new).map_err(|_| CryptoError::KeyLength)
            }
            Self::Rfc8009(variant) => Ok(variant.string_to_key(password, salt)),
        }
    }

    pub(crate) fn encrypt(&self, key: &Key, usage: u32, plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
        checked(key)?;
        match self {
            Self::Picky(suite) => {
                suite.cipher().encrypt(key.expose(), usage.cast_signed(), plain).map_err(|error| told(&error))
            }
            Self::Rfc8009(variant) => variant.encrypt(key.expose(), usage, rand::random(), plain),
        }
    }

    pub(crate) fn decrypt(
        &self,
        key: &Key,
        usage: u32,
        cipher: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        checked(key)?;
        match self {
            // The library subtracts the length of the MAC without a look.
            Self::Picky(CipherSuite::Des3CbcSha1Kd) if cipher.len() < 8 + 20 => Err(CryptoError::Integrity),
            Self::Picky(suite) => {
                let plain = suite.cipher().decrypt(key.expose(), usage.cast_signed(), cipher);
                plain.map(Zeroizing::new).map_err(|error| told(&error))
            }
            Self::Rfc8009(variant) => variant.decrypt(key.expose(), usage, cipher),
        }
    }

    /// The number of the checksum type that goes with the encryption type.
    pub(crate) fn checksum_type(&self) -> i32 {
        match self {
            Self::Picky(CipherSuite::Aes128CtsHmacSha196) => 15,
            Self::Picky(CipherSuite::Aes256CtsHmacSha196) => 16,
            Self::Picky(CipherSuite::Des3CbcSha1Kd) => 12,
            Self::Rfc8009(Variant::Aes128Sha256) => 19,
            Self::Rfc8009(Variant::Aes256Sha384) => 20,
        }
    }

    pub(crate) fn checksum(&self, key: &Key, usage: u32, data: &[u8]) -> Result<Vec<u8>, CryptoError> {
        checked(key)?;
        match self {
            Self::Picky(suite) => {
                let suite = match suite {
                    CipherSuite::Aes128CtsHmacSha196 => ChecksumSuite::HmacSha196Aes128,
                    CipherSuite::Aes256CtsHmacSha196 => ChecksumSuite::HmacSha196Aes256,
                    CipherSuite::Des3CbcSha1Kd => ChecksumSuite::HmacSha1Des3Kd,
                };
                let checksum = suite.hasher().checksum(key.expose(), usage.cast_signed(), data);
                checksum.map_err(|error| told(&error))
            }
            Self::Rfc8009(variant) => variant.checksum(key.expose(), usage, data),
        }
    }
}

/// The library converts keys without a look at their length.
fn checked(key: &Key) -> Result<(), CryptoError> {
    if key.has_its_length() { Ok(()) } else { Err(CryptoError::KeyLength) }
}

fn told(error: &KerberosCryptoError) -> CryptoError {
    match error {
        KerberosCryptoError::KeyLength(..) | KerberosCryptoError::ArrayTryFromSliceError(_) => {
            CryptoError::KeyLength
        }
        _ => CryptoError::Integrity,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_decrypts_what_it_encrypted_and_nothing_else() {
        for etype in EncryptionType::AES.into_iter().chain([EncryptionType::DES3]) {
            let suite = Suite::of(etype).unwrap();
            let derive =
                |password: &[u8]| Key::new(etype, suite.string_to_key(password, b"salt").unwrap().to_vec());
            let (key, other) = (derive(b"password"), derive(b"Password"));
            assert!(key.has_its_length());
            // Triple DES has no ciphertext stealing: whoever decrypts gets the padding too.
            let lengths = if etype == EncryptionType::DES3 { vec![0, 8, 64] } else { (0..70).collect() };
            for length in lengths {
                let plain = vec![7; length];
                let sealed = suite.encrypt(&key, 3, &plain).unwrap();
                assert_eq!(*suite.decrypt(&key, 3, &sealed).unwrap(), plain, "{etype} {length}");
                assert_eq!(suite.decrypt(&key, 4, &sealed), Err(CryptoError::Integrity));
                assert_eq!(suite.decrypt(&other, 3, &sealed), Err(CryptoError::Integrity));
                for short in 0..sealed.len() {
                    assert!(suite.decrypt(&key, 3, &sealed[..short]).is_err(), "{etype} {length} {short}");
                }
            }
            let short = Key::new(etype, vec![1; 5]);
            assert_eq!(suite.encrypt(&short, 3, b""), Err(CryptoError::KeyLength));
            assert_eq!(suite.decrypt(&short, 3, &[0; 64]), Err(CryptoError::KeyLength));
            assert_eq!(suite.checksum(&short, 3, b""), Err(CryptoError::KeyLength));
        }
    }
}
