//! AES encryption with HMAC-SHA2 for Kerberos 5, RFC 8009.
//!
//! Unlike the older types, the MAC is over the initial vector and the ciphertext, and keys are derived with HMAC instead
//! of the cipher.

use aes::cipher::{Block, BlockCipherDecrypt, BlockCipherEncrypt, BlockSizeUser, KeyInit};
use aes::{Aes128, Aes256};
use aws_lc_rs::{constant_time, hmac, pbkdf2};
use cts::{CbcCs3, Decrypt as _, Encrypt as _, KeyIvInit as _};
use zeroize::Zeroizing;

use super::CryptoError;

const BLOCK: usize = 16;
/// RFC 8009 section 4: the default of the iteration count.
const ITERATIONS: std::num::NonZeroU32 = std::num::NonZeroU32::new(0x8000).expect("it is not zero");

/// The two types, which differ in sizes only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variant {
    /// `aes128-cts-hmac-sha256-128`.
    Aes128Sha256,
    /// `aes256-cts-hmac-sha384-192`.
    Aes256Sha384,
}

/// What a derived key is for, RFC 8009 section 5.
#[derive(Clone, Copy)]
enum Purpose {
    Checksum,
    Encryption,
    Integrity,
}

impl Variant {
    fn name(self) -> &'static [u8] {
        match self {
            Self::Aes128Sha256 => b"aes128-cts-hmac-sha256-128",
            Self::Aes256Sha384 => b"aes256-cts-hmac-sha384-192",
        }
    }

    fn key_length(self) -> usize {
        match self {
            Self::Aes128Sha256 => 16,
            Self::Aes256Sha384 => 32,
        }
    }

    /// Length of checksums, and of the keys for them.
    fn mac_length(self) -> usize {
        match self {
            Self::Aes128Sha256 => 16,
            Self::Aes256Sha384 => 24,
        }
    }

    fn hash(self) -> hmac::Algorithm {
        match self {
            Self::Aes128Sha256 => hmac::HMAC_SHA256,
            Self::Aes256Sha384 => hmac::HMAC_SHA384,
        }
    }

    /// Section 4. The salt is preceded by the name of the type.
    pub(super) fn string_to_key(self, password: &[u8], salt: &[u8]) -> Zeroizing<Vec<u8>> {
        let salt = [self.name(), &[0], salt].concat();
        let algorithm = match self {
            Self::Aes128Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
            Self::Aes256Sha384 => pbkdf2::PBKDF2_HMAC_SHA384,
        };
        let mut seed = Zeroizing::new(vec![0; self.key_length()]);
        pbkdf2::derive(algorithm, ITERATIONS, &salt, password, &mut seed);
        self.kdf(&seed, b"kerberos", self.key_length())
    }

    /// `KDF-HMAC-SHA2` of section 3: one block of SP 800-108 in counter mode, which is enough for every length here.
    fn kdf(self, key: &[u8], label: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
        let bits = (length * 8) as u32;
        let mut context = hmac::Context::with_key(&hmac::Key::new(self.hash(), key));
        context.update(&1_u32.to_be_bytes());
        context.update(label);
        context.update(&[0]);
        context.update(&bits.to_be_bytes());
        Zeroizing::new(context.sign().as_ref()[..length].to_vec())
    }

    fn derive(self, key: &[u8], usage: u32, purpose: Purpose) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        if key.len() != self.key_length() {
            return Err(CryptoError::KeyLength);
        }
        let (mark, length) = match purpose {
            Purpose::Checksum => (0x99, self.mac_length()),
            Purpose::Encryption => (0xaa, self.key_length()),
            Purpose::Integrity => (0x55, self.mac_length()),
        };
        let [a, b, c, d] = usage.to_be_bytes();
        Ok(self.kdf(key, &[a, b, c, d, mark], length))
    }

    fn mac(self, key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&hmac::Key::new(self.hash(), key));
        parts.iter().for_each(|part| context.update(part));
        context.sign().as_ref()[..self.mac_length()].to_vec()
    }

    /// Encrypts, with a random block of 16 bytes in front.
    pub(super) fn encrypt(
        self,
        key: &[u8],
        usage: u32,
        confounder: [u8; BLOCK],
        plain: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        let encryption = self.derive(key, usage, Purpose::Encryption)?;
        let integrity = self.derive(key, usage, Purpose::Integrity)?;
        let mut text = [&confounder[..], plain].concat();
        match self {
            Self::Aes128Sha256 => encrypt_text::<Aes128>(&encryption, &mut text)?,
            Self::Aes256Sha384 => encrypt_text::<Aes256>(&encryption, &mut text)?,
        }
        let mac = self.mac(&integrity, &[&[0; BLOCK], &text]);
        text.extend(mac);
        Ok(text)
    }

    /// Checks the MAC, then decrypts and drops the random block.
    pub(super) fn decrypt(
        self,
        key: &[u8],
        usage: u32,
        cipher: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        let encryption = self.derive(key, usage, Purpose::Encryption)?;
        let integrity = self.derive(key, usage, Purpose::Integrity)?;
        let length = cipher.len().checked_sub(self.mac_length()).filter(|length| *length >= BLOCK);
        let (text, mac) = cipher.split_at(length.ok_or(CryptoError::Integrity)?);
        constant_time::verify_slices_are_equal(&self.mac(&integrity, &[&[0; BLOCK], text]), mac)
            .map_err(|_| CryptoError::Integrity)?;
        let mut text = Zeroizing::new(text.to_vec());
        match self {
            Self::Aes128Sha256 => decrypt_text::<Aes128>(&encryption, &mut text)?,
            Self::Aes256Sha384 => decrypt_text::<Aes256>(&encryption, &mut text)?,
        }
        text.drain(..BLOCK);
        Ok(text)
    }

    pub(super) fn checksum(self, key: &[u8], usage: u32, data: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let key = self.derive(key, usage, Purpose::Checksum)?;
        Ok(self.mac(&key, &[data]))
    }
}

/// AES in CBC with ciphertext stealing and a zero initial vector. A single block, of which nothing can be stolen, is
/// encrypted by itself (RFC 3962, section 5); the library would encrypt it twice.
fn encrypt_text<C>(key: &[u8], text: &mut [u8]) -> Result<(), CryptoError>
where
    C: BlockCipherEncrypt + KeyInit,
    CbcCs3<C>: cts::KeyIvInit,
{
    match Block::<C>::try_from(&*text) {
        Ok(mut block) => {
            C::new_from_slice(key).map_err(|_| CryptoError::KeyLength)?.encrypt_block(&mut block);
            text.copy_from_slice(&block);
            Ok(())
        }
        Err(_) => stealing::<C>(key)?.encrypt(text).map_err(|_| CryptoError::Integrity),
    }
}

fn decrypt_text<C>(key: &[u8], text: &mut [u8]) -> Result<(), CryptoError>
where
    C: BlockCipherDecrypt + KeyInit,
    CbcCs3<C>: cts::KeyIvInit,
{
    match Block::<C>::try_from(&*text) {
        Ok(mut block) => {
            C::new_from_slice(key).map_err(|_| CryptoError::KeyLength)?.decrypt_block(&mut block);
            text.copy_from_slice(&block);
            Ok(())
        }
        Err(_) => stealing::<C>(key)?.decrypt(text).map_err(|_| CryptoError::Integrity),
    }
}

fn stealing<C>(key: &[u8]) -> Result<CbcCs3<C>, CryptoError>
where
    C: BlockSizeUser,
    CbcCs3<C>: cts::KeyIvInit,
{
    CbcCs3::new_from_slices(key, &[0; BLOCK]).map_err(|_| CryptoError::KeyLength)
}

#[cfg(test)]
mod tests {
    //! The vectors of RFC 8009, appendix A.

    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).map(|d| d as u8).collect();
        digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
    }

    const KEY_128: &str = "37 05 d9 60 80 c1 77 28 a0 e8 00 ea b6 e0 d2 3c";
    const KEY_256: &str =
        "6d 40 4d 37 fa f7 9f 9d f0 d3 35 68 d3 20 66 98 00 eb 48 36 47 2e a8 a0 26 d1 6b 71 82 46 0c 52";

    #[test]
    fn keys_from_passwords() {
        let salt =
            [&hex("10 DF 9D D7 83 E5 BC 8A CE A1 73 0E 74 35 5F 61")[..], b"ATHENA.MIT.EDUraeburn"].concat();
        assert_eq!(
            *Variant::Aes128Sha256.string_to_key(b"password", &salt),
            hex("08 9b ca 48 b1 05 ea 6e a7 7c a5 d2 f3 9d c5 e7")
        );
        assert_eq!(
            *Variant::Aes256Sha384.string_to_key(b"password", &salt),
            hex(
                "45 bd 80 6d bf 6a 83 3a 9c ff c1 c9 45 89 a2 22 36 7a 79 bc 21 c4 13 71 89 06 e9 f5 78 a7 84 67"
            )
        );
    }

    #[test]
    fn derived_keys() {
        let derive =
            |variant: Variant, key: &str, purpose| variant.derive(&hex(key), 2, purpose).unwrap().to_vec();
        let small = |purpose| derive(Variant::Aes128Sha256, KEY_128, purpose);
        assert_eq!(small(Purpose::Checksum), hex("b3 1a 01 8a 48 f5 47 76 f4 03 e9 a3 96 32 5d c3"));
        assert_eq!(small(Purpose::Encryption), hex("9b 19 7d d1 e8 c5 60 9d 6e 67 c3 e3 7c 62 c7 2e"));
        assert_eq!(small(Purpose::Integrity), hex("9f da 0e 56 ab 2d 85 e1 56 9a 68 86 96 c2 6a 6c"));
        let large = |purpose| derive(Variant::Aes256Sha384, KEY_256, purpose);
        assert_eq!(
            large(Purpose::Checksum),
            hex("ef 57 18 be 86 cc 84 96 3d 8b bb 50 31 e9 f5 c4 ba 41 f2 8f af 69 e7 3d")
        );
        assert_eq!(
            large(Purpose::Encryption),
            hex(
                "56 ab 22 be e6 3d 82 d7 bc 52 27 f6 77 3f 8e a7 a5 eb 1c 82 51 60 c3 83 12 98 0c 44 2e 5c 7e 49"
            )
        );
        assert_eq!(
            large(Purpose::Integrity),
            hex("69 b1 65 14 e3 cd 8e 56 b8 20 10 d5 c7 30 12 b6 22 c4 d0 0f fc 23 ed 1f")
        );
    }

    #[test]
    fn messages_are_encrypted_and_decrypted() {
        let cases = [
            (
                Variant::Aes128Sha256,
                KEY_128,
                "7E 58 95 EA F2 67 24 35 BA D8 17 F5 45 A3 71 48",
                "",
                "EF 85 FB 89 0B B8 47 2F 4D AB 20 39 4D CA 78 1D AD 87 7E DA 39 D5 0C 87 0C 0D 5A 0A 8E 48 C7 18",
            ),
            (
                Variant::Aes128Sha256,
                KEY_128,
                "7B CA 28 5E 2F D4 13 0F B5 5B 1A 5C 83 BC 5B 24",
                "00 01 02 03 04 05",
                "84 D7 F3 07 54 ED 98 7B AB 0B F3 50 6B EB 09 CF B5 54 02 CE F7 E6 87 7C E9 9E 24 7E 52 D1 6E D4 42 1D FD F8 97 6C",
            ),
            (
                Variant::Aes128Sha256,
                KEY_128,
                "56 AB 21 71 3F F6 2C 0A 14 57 20 0F 6F A9 94 8F",
                "00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F",
                "35 17 D6 40 F5 0D DC 8A D3 62 87 22 B3 56 9D 2A E0 74 93 FA 82 63 25 40 80 EA 65 C1 00 8E 8F C2 95 FB 48 52 E7 D8 3E 1E 7C 48 C3 7E EB E6 B0 D3",
            ),
            (
                Variant::Aes128Sha256,
                KEY_128,
                "A7 A4 E2 9A 47 28 CE 10 66 4F B6 4E 49 AD 3F AC",
                "00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 14",
                "72 0F 73 B1 8D 98 59 CD 6C CB 43 46 11 5C D3 36 C7 0F 58 ED C0 C4 43 7C 55 73 54 4C 31 C8 13 BC E1 E6 D0 72 C1 86 B3 9A 41 3C 2F 92 CA 9B 83 34 A2 87 FF CB FC",
            ),
            (
                Variant::Aes256Sha384,
                KEY_256,
                "F7 64 E9 FA 15 C2 76 47 8B 2C 7D 0C 4E 5F 58 E4",
                "",
                "41 F5 3F A5 BF E7 02 6D 91 FA F9 BE 95 91 95 A0 58 70 72 73 A9 6A 40 F0 A0 19 60 62 1A C6 12 74 8B 9B BF BE 7E B4 CE 3C",
            ),
            (
                Variant::Aes256Sha384,
                KEY_256,
                "B8 0D 32 51 C1 F6 47 14 94 25 6F FE 71 2D 0B 9A",
                "00 01 02 03 04 05",
                "4E D7 B3 7C 2B CA C8 F7 4F 23 C1 CF 07 E6 2B C7 B7 5F B3 F6 37 B9 F5 59 C7 F6 64 F6 9E AB 7B 60 92 23 75 26 EA 0D 1F 61 CB 20 D6 9D 10 F2",
            ),
            (
                Variant::Aes256Sha384,
                KEY_256,
                "53 BF 8A 0D 10 52 65 D4 E2 76 42 86 24 CE 5E 63",
                "00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F",
                "BC 47 FF EC 79 98 EB 91 E8 11 5C F8 D1 9D AC 4B BB E2 E1 63 E8 7D D3 7F 49 BE CA 92 02 77 64 F6 8C F5 1F 14 D7 98 C2 27 3F 35 DF 57 4D 1F 93 2E 40 C4 FF 25 5B 36 A2 66",
            ),
        ];
        for (variant, key, confounder, plain, cipher) in cases {
            let confounder = hex(confounder).try_into().unwrap();
            let sealed = variant.encrypt(&hex(key), 2, confounder, &hex(plain)).unwrap();
            assert_eq!(sealed, hex(cipher));
            assert_eq!(*variant.decrypt(&hex(key), 2, &sealed).unwrap(), hex(plain));
            assert_eq!(variant.decrypt(&hex(key), 3, &sealed), Err(CryptoError::Integrity));
            for index in 0..sealed.len() {
                let mut changed = sealed.clone();
                changed[index] ^= 1;
                assert_eq!(
                    variant.decrypt(&hex(key), 2, &changed),
                    Err(CryptoError::Integrity),
                    "byte {index}"
                );
                assert_eq!(variant.decrypt(&hex(key), 2, &sealed[..index]), Err(CryptoError::Integrity));
            }
        }
    }

    #[test]
    fn checksums() {
        let data = hex("00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 14");
        assert_eq!(
            Variant::Aes128Sha256.checksum(&hex(KEY_128), 2, &data).unwrap(),
            hex("D7 83 67 18 66 43 D6 7B 41 1C BA 91 39 FC 1D EE")
        );
        assert_eq!(
            Variant::Aes256Sha384.checksum(&hex(KEY_256), 2, &data).unwrap(),
            hex("45 EE 79 15 67 EE FC A3 7F 4A C1 E0 22 2D E8 0D 43 C3 BF A0 66 99 67 2A")
        );
        assert_eq!(Variant::Aes128Sha256.checksum(&[0; 15], 2, &data), Err(CryptoError::KeyLength));
    }
}
