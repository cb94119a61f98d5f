//! Password-based encryption as stores and keys use it: PBES2 (RFC 8018) and the PKCS#12 schemes (RFC 7292, B and C).
//!
//! Decryption only, and every derivation is paid from a [`Budget`] first: a file may hold thousands of encrypted parts,
//! each with its own count of iterations.

use aws_lc_rs::{digest, hmac, pbkdf2};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt as _, KeyInit, KeyIvInit as _};
use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Decode as _, Encode as _, Reader as _, SliceReader, Tagged as _};
use pkcs8::pkcs5;
use zeroize::Zeroizing;

/// Blocks of SHA-1 or SHA-256 that opening one file may cost: about a second of one core. What is known to write the
/// most is NSS, with 600,000 iterations for MAC, key and certificates each.
const BUDGET: u64 = 4_000_000;

/// scrypt's memory. The CA key of flinkops needs 16 MiB, as does openssl's default.
const MAX_SCRYPT_BYTES: u64 = 32 << 20;

/// A salt is 8 to 32 octets long; the work of the PKCS#12 derivation grows with it.
const MAX_SALT: usize = 1024;

/// What opening one file may still cost.
#[derive(Debug)]
pub(crate) struct Budget(u64);

impl Budget {
    pub(crate) fn new() -> Self {
        Self(BUDGET)
    }

    /// Takes the cost out before the work is done.
    fn spend(&mut self, cost: u64) -> Result<(), CipherError> {
        self.0 = self.0.checked_sub(cost).ok_or(CipherError::TooCostly)?;
        Ok(())
    }
}

/// Why something encrypted does not open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CipherError {
    /// Its algorithm is none that flinkops knows, or its parameters make no sense.
    Unsupported(&'static str),
    /// It asks for more work than the budget has left.
    TooCostly,
    /// The password is wrong, or the ciphertext was changed.
    Password,
}

/// A digest function, as far as key derivations and MACs use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub(crate) fn from_digest_oid(oid: &ObjectIdentifier) -> Option<Self> {
        Some(match oid.to_string().as_str() {
            "1.3.14.3.2.26" => Self::Sha1,
            "2.16.840.1.101.3.4.2.4" => Self::Sha224,
            "2.16.840.1.101.3.4.2.1" => Self::Sha256,
            "2.16.840.1.101.3.4.2.2" => Self::Sha384,
            "2.16.840.1.101.3.4.2.3" => Self::Sha512,
            _ => return None,
        })
    }

    fn from_hmac_oid(oid: &ObjectIdentifier) -> Option<Self> {
        Some(match oid.to_string().as_str() {
            "1.2.840.113549.2.7" => Self::Sha1,
            "1.2.840.113549.2.8" => Self::Sha224,
            "1.2.840.113549.2.9" => Self::Sha256,
            "1.2.840.113549.2.10" => Self::Sha384,
            "1.2.840.113549.2.11" => Self::Sha512,
            _ => return None,
        })
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    fn digest(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha224 => &digest::SHA224,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        }
    }

    fn hmac(self) -> hmac::Algorithm {
        match self {
            Self::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha224 => hmac::HMAC_SHA224,
            Self::Sha256 => hmac::HMAC_SHA256,
            Self::Sha384 => hmac::HMAC_SHA384,
            Self::Sha512 => hmac::HMAC_SHA512,
        }
    }

    fn pbkdf2(self) -> Result<pbkdf2::Algorithm, CipherError> {
        Ok(match self {
            Self::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
            Self::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
            Self::Sha384 => pbkdf2::PBKDF2_HMAC_SHA384,
            Self::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
            Self::Sha224 => return Err(CipherError::Unsupported("PBKDF2 with SHA-224")),
        })
    }

    fn length(self) -> usize {
        self.digest().output_len()
    }

    /// The work of `iterations` rounds that give `length` octets, `blocks` a round, in blocks of SHA-1.
    fn cost(self, iterations: u32, blocks: u64, length: usize) -> u64 {
        let weight = if matches!(self, Self::Sha384 | Self::Sha512) { 2 } else { 1 };
        u64::from(iterations) * blocks * weight * length.div_ceil(self.length()) as u64
    }
}

/// A block cipher in CBC mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cipher {
    Aes128,
    Aes192,
    Aes256,
    TripleDes,
    Rc2Of40Bits,
}

impl Cipher {
    fn key_length(self) -> usize {
        match self {
            Self::Aes128 => 16,
            Self::Aes192 | Self::TripleDes => 24,
            Self::Aes256 => 32,
            Self::Rc2Of40Bits => 5,
        }
    }

    fn iv_length(self) -> usize {
        if matches!(self, Self::TripleDes | Self::Rc2Of40Bits) { 8 } else { 16 }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Aes128 => "AES-128-CBC",
            Self::Aes192 => "AES-192-CBC",
            Self::Aes256 => "AES-256-CBC",
            Self::TripleDes => "3DES-CBC",
            Self::Rc2Of40Bits => "RC2-40-CBC",
        }
    }

    fn decrypt(self, key: &[u8], iv: &[u8], data: &[u8]) -> Result<Zeroizing<Vec<u8>>, CipherError> {
        fn run<C: BlockCipherDecrypt + KeyInit>(
            key: &[u8],
            iv: &[u8],
            data: &[u8],
        ) -> Result<Zeroizing<Vec<u8>>, CipherError> {
            let cipher = cbc::Decryptor::<C>::new_from_slices(key, iv)
                .map_err(|_| CipherError::Unsupported("an initialisation vector of the wrong length"))?;
            let plain = cipher.decrypt_padded_vec::<Pkcs7>(data).map_err(|_| CipherError::Password)?;
            Ok(Zeroizing::new(plain))
        }
        match self {
            Self::Aes128 => run::<aes::Aes128>(key, iv, data),
            Self::Aes192 => run::<aes::Aes192>(key, iv, data),
            Self::Aes256 => run::<aes::Aes256>(key, iv, data),
            Self::TripleDes => run::<des::TdesEde3>(key, iv, data),
            Self::Rc2Of40Bits => run::<rc2::Rc2>(key, iv, data),
        }
    }
}

/// How a key is made from the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Derivation {
    Pkcs12,
    Pbkdf2(Hash),
    Scrypt { log_n: u8, r: u32, p: u32 },
}

/// An encryption scheme with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scheme<'a> {
    derivation: Derivation,
    cipher: Cipher,
    salt: &'a [u8],
    iterations: u32,
    iv: &'a [u8],
}

impl<'a> Scheme<'a> {
    /// Reads an AlgorithmIdentifier: an object identifier and its parameters.
    pub(crate) fn parse(algorithm: &AnyRef<'a>) -> Result<Self, CipherError> {
        const MALFORMED: CipherError = CipherError::Unsupported("an unreadable encryption scheme");
        let (oid, parameters) = identifier(algorithm).ok_or(MALFORMED)?;
        let parameters = parameters.ok_or(MALFORMED)?;
        match oid.to_string().as_str() {
            "1.2.840.113549.1.12.1.3" => Self::pkcs12(Cipher::TripleDes, &parameters).ok_or(MALFORMED),
            "1.2.840.113549.1.12.1.6" => Self::pkcs12(Cipher::Rc2Of40Bits, &parameters).ok_or(MALFORMED),
            "1.2.840.113549.1.5.13" => Self::pbes2(&parameters),
            "1.2.840.113549.1.12.1.1" | "1.2.840.113549.1.12.1.2" => Err(CipherError::Unsupported("RC4")),
            "1.2.840.113549.1.12.1.4" => Err(CipherError::Unsupported("3DES with two keys")),
            "1.2.840.113549.1.12.1.5" => Err(CipherError::Unsupported("RC2 with 128 bits")),
            "1.2.840.113549.1.5.3" | "1.2.840.113549.1.5.10" => {
                Err(CipherError::Unsupported("PBES1 with DES"))
            }
            _ => Err(CipherError::Unsupported("another encryption scheme")),
        }
    }

    fn pkcs12(cipher: Cipher, parameters: &AnyRef<'a>) -> Option<Self> {
        let mut reader = SliceReader::new(parameters.value()).ok()?;
        let salt = octets(&mut reader)?;
        let iterations = u32::decode(&mut reader).ok()?;
        Some(Self { derivation: Derivation::Pkcs12, cipher, salt, iterations, iv: &[] })
    }

    fn pbes2(parameters: &AnyRef<'a>) -> Result<Self, CipherError> {
        const MALFORMED: CipherError = CipherError::Unsupported("unreadable PBES2 parameters");
        let mut reader = SliceReader::new(parameters.value()).map_err(|_| MALFORMED)?;
        let mut next = || {
            let part = AnyRef::decode(&mut reader).ok()?;
            let (oid, parameters) = identifier(&part)?;
            Some((oid, parameters?))
        };
        let (kdf, kdf_parameters) = next().ok_or(MALFORMED)?;
        let (cipher, iv) = next().ok_or(MALFORMED)?;
        let cipher = match cipher.to_string().as_str() {
            "2.16.840.1.101.3.4.1.2" => Cipher::Aes128,
            "2.16.840.1.101.3.4.1.22" => Cipher::Aes192,
            "2.16.840.1.101.3.4.1.42" => Cipher::Aes256,
            "1.2.840.113549.3.7" => Cipher::TripleDes,
            _ => return Err(CipherError::Unsupported("PBES2 with another cipher than AES or 3DES")),
        };
        let iv = Some(iv.value()).filter(|iv| iv.len() == cipher.iv_length()).ok_or(MALFORMED)?;
        let mut reader = SliceReader::new(kdf_parameters.value()).map_err(|_| MALFORMED)?;
        let salt = octets(&mut reader).ok_or(MALFORMED)?;
        match kdf.to_string().as_str() {
            "1.2.840.113549.1.5.12" => {
                let iterations = u32::decode(&mut reader).map_err(|_| MALFORMED)?;
                // The length of the key may follow, then the pseudorandom function, which is HMAC-SHA-1 by default.
                let mut hash = Hash::Sha1;
                while !reader.is_finished() {
                    let part = AnyRef::decode(&mut reader).map_err(|_| MALFORMED)?;
                    if let Some((oid, _)) = identifier(&part) {
                        hash = Hash::from_hmac_oid(&oid)
                            .ok_or(CipherError::Unsupported("PBKDF2 with another function than HMAC-SHA"))?;
                    }
                }
                Ok(Self { derivation: Derivation::Pbkdf2(hash), cipher, salt, iterations, iv })
            }
            "1.3.6.1.4.1.11591.4.11" => {
                let mut number = || u32::decode(&mut reader).map_err(|_| MALFORMED);
                let (n, r, p) = (number()?, number()?, number()?);
                if !n.is_power_of_two() || n < 2 || r == 0 || p == 0 {
                    return Err(CipherError::Unsupported("scrypt with parameters that make no sense"));
                }
                #[expect(clippy::cast_possible_truncation, reason = "a u32 has 32 bits")]
                let log_n = n.trailing_zeros() as u8;
                let derivation = Derivation::Scrypt { log_n, r, p };
                Ok(Self { derivation, cipher, salt, iterations: n, iv })
            }
            _ => Err(CipherError::Unsupported("PBES2 with another key derivation than PBKDF2 or scrypt")),
        }
    }

    /// Whether this is one of the old PKCS#12 schemes, which flinkops calls legacy.
    pub(crate) fn is_legacy(&self) -> bool {
        self.derivation == Derivation::Pkcs12
    }

    /// Whether the key is made by scrypt, which Java does not know.
    pub(crate) fn is_scrypt(&self) -> bool {
        matches!(self.derivation, Derivation::Scrypt { .. })
    }

    /// The cipher, as `AES-256-CBC`.
    pub(crate) fn cipher_name(&self) -> &'static str {
        self.cipher.name()
    }

    /// The key derivation, as `PBKDF2-HMAC-SHA-256`.
    pub(crate) fn derivation_name(&self) -> String {
        match self.derivation {
            Derivation::Pkcs12 => "PKCS#12 with SHA-1".to_owned(),
            Derivation::Pbkdf2(hash) => format!("PBKDF2-HMAC-{}", hash.name()),
            Derivation::Scrypt { r, p, .. } => format!("scrypt (r {r}, p {p})"),
        }
    }

    /// Iterations, or scrypt's N.
    pub(crate) fn iterations(&self) -> u32 {
        self.iterations
    }

    pub(crate) fn decrypt(
        &self,
        password: &str,
        data: &[u8],
        budget: &mut Budget,
    ) -> Result<Zeroizing<Vec<u8>>, CipherError> {
        let length = self.cipher.key_length();
        check_salt(self.salt)?;
        let mut key = Zeroizing::new(vec![0; length]);
        match self.derivation {
            Derivation::Pkcs12 => {
                let derive = |purpose, length, budget: &mut Budget| {
                    derive_pkcs12(Hash::Sha1, password, self.salt, purpose, self.iterations, length, budget)
                };
                key = derive(Purpose::Key, length, budget)?;
                let iv = derive(Purpose::Iv, self.cipher.iv_length(), budget)?;
                return self.cipher.decrypt(&key, &iv, data);
            }
            Derivation::Pbkdf2(hash) => {
                let rounds = std::num::NonZeroU32::new(self.iterations)
                    .ok_or(CipherError::Unsupported("PBKDF2 with no iterations"))?;
                budget.spend(hash.cost(self.iterations, 2, length))?;
                pbkdf2::derive(hash.pbkdf2()?, rounds, self.salt, password.as_bytes(), &mut key);
            }
            Derivation::Scrypt { log_n, r, p } => {
                let work = (u64::from(r) << log_n).saturating_mul(u64::from(p));
                if (u64::from(r) << log_n).saturating_mul(128) > MAX_SCRYPT_BYTES {
                    return Err(CipherError::TooCostly);
                }
                // One unit of scrypt's work mixes 256 octets, about four blocks of SHA-256.
                budget.spend(work.saturating_mul(4))?;
                let parameters = pkcs5::scrypt::Params::new(log_n, r, p)
                    .map_err(|_| CipherError::Unsupported("scrypt with parameters that make no sense"))?;
                pkcs5::scrypt::scrypt(password.as_bytes(), self.salt, &parameters, &mut key)
                    .map_err(|_| CipherError::Unsupported("scrypt with parameters that make no sense"))?;
            }
        }
        self.cipher.decrypt(&key, self.iv, data)
    }
}

/// An EncryptedPrivateKeyInfo (RFC 5958): its scheme and its ciphertext.
pub(crate) fn encrypted_key<'a>(der: &'a [u8]) -> Option<(AnyRef<'a>, &'a [u8])> {
    let mut outer = SliceReader::new(der).ok()?;
    let sequence = AnyRef::decode(&mut outer).ok().filter(|part| part.tag() == der::Tag::Sequence)?;
    outer.finish().ok()?;
    let mut reader = SliceReader::new(sequence.value()).ok()?;
    let algorithm = AnyRef::decode(&mut reader).ok()?;
    identifier(&algorithm)?;
    let data = octets(&mut reader)?;
    reader.is_finished().then_some((algorithm, data))
}

/// Splits an AlgorithmIdentifier.
pub(crate) fn identifier<'a>(algorithm: &AnyRef<'a>) -> Option<(ObjectIdentifier, Option<AnyRef<'a>>)> {
    if algorithm.tag() != der::Tag::Sequence {
        return None;
    }
    let mut reader = SliceReader::new(algorithm.value()).ok()?;
    let oid = <ObjectIdentifier>::decode(&mut reader).ok()?;
    let parameters = if reader.is_finished() { None } else { Some(AnyRef::decode(&mut reader).ok()?) };
    reader.is_finished().then_some((oid, parameters))
}

/// Whether a part is tagged `[number]`, which is below 31 here.
pub(crate) fn is_context(part: &AnyRef<'_>, number: u32) -> bool {
    matches!(part.tag(), der::Tag::ContextSpecific { number: found, .. } if found.value() == number)
}

pub(crate) fn octets<'a>(reader: &mut SliceReader<'a>) -> Option<&'a [u8]> {
    <&OctetStringRef>::decode(reader).ok().map(OctetStringRef::as_bytes)
}

/// What a PKCS#12 derivation is for (RFC 7292, B.3).
#[derive(Clone, Copy)]
#[repr(u8)]
enum Purpose {
    Key = 1,
    Iv = 2,
    Mac = 3,
}

/// Whether `tag` is the HMAC of `data` under a key that is derived from the password (RFC 7292, section 4).
pub(crate) fn mac_fits(
    hash: Hash,
    password: &str,
    (salt, iterations): (&[u8], u32),
    data: &[u8],
    tag: &[u8],
    budget: &mut Budget,
) -> Result<bool, CipherError> {
    let key = derive_pkcs12(hash, password, salt, Purpose::Mac, iterations, hash.length(), budget)?;
    let key = hmac::Key::new(hash.hmac(), &key);
    Ok(hmac::verify(&key, data, tag).is_ok())
}

fn check_salt(salt: &[u8]) -> Result<(), CipherError> {
    if salt.len() > MAX_SALT {
        Err(CipherError::Unsupported("a salt of more than 1024 octets"))
    } else {
        Ok(())
    }
}

/// The PKCS#12 key derivation (RFC 7292, B.2). The password goes in as UTF-16 with a closing zero.
fn derive_pkcs12(
    hash: Hash,
    password: &str,
    salt: &[u8],
    purpose: Purpose,
    iterations: u32,
    length: usize,
    budget: &mut Budget,
) -> Result<Zeroizing<Vec<u8>>, CipherError> {
    check_salt(salt)?;
    if iterations == 0 {
        return Err(CipherError::Unsupported("a key derivation with no iterations"));
    }
    budget.spend(hash.cost(iterations, 1, length))?;
    let block = hash.digest().block_len();
    let password: Zeroizing<Vec<u8>> =
        Zeroizing::new(password.encode_utf16().chain([0]).flat_map(u16::to_be_bytes).collect());
    let fill = |bytes: &[u8]| -> Vec<u8> {
        bytes.iter().copied().cycle().take(bytes.len().div_ceil(block) * block).collect()
    };
    let mut input = Zeroizing::new([fill(salt), fill(&password)].concat());
    let mut out = Zeroizing::new(Vec::with_capacity(length.next_multiple_of(hash.length())));
    while out.len() < length {
        let mut first = digest::Context::new(hash.digest());
        first.update(&vec![purpose as u8; block]);
        first.update(&input);
        let mut a = first.finish();
        for _ in 1..iterations {
            a = digest::digest(hash.digest(), a.as_ref());
        }
        out.extend_from_slice(a.as_ref());
        let b: Vec<u8> = a.as_ref().iter().copied().cycle().take(block).collect();
        for part in input.chunks_mut(block) {
            let mut carry = 1_u16;
            for (octet, addend) in part.iter_mut().zip(&b).rev() {
                carry += u16::from(*octet) + u16::from(*addend);
                *octet = carry.to_be_bytes()[1];
                carry >>= 8;
            }
        }
    }
    out.truncate(length);
    Ok(out)
}

/// A PrivateKeyInfo (RFC 5958) around the key of an algorithm.
pub(crate) fn private_key_info(
    oid: &ObjectIdentifier,
    parameters: AnyRef<'_>,
    key: &[u8],
) -> der::Result<Zeroizing<Vec<u8>>> {
    let algorithm = sequence(&[&oid.to_der()?, &parameters.to_der()?])?;
    let key = Zeroizing::new(OctetStringRef::new(key)?.to_der()?);
    sequence(&[&0_u8.to_der()?, &algorithm, &key])
}

/// A SEQUENCE of parts that are encoded already.
pub(crate) fn sequence(parts: &[&[u8]]) -> der::Result<Zeroizing<Vec<u8>>> {
    let content = Zeroizing::new(parts.concat());
    Ok(Zeroizing::new(AnyRef::new(der::Tag::Sequence, &content)?.to_der()?))
}
