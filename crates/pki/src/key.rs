//! Key kinds, key generation, private keys in PKCS#8 and their encrypted form.

use std::fmt;
use std::str::FromStr;

use der::asn1::OctetString;
use der::{Decode as _, Encode as _};
use pkcs8::{EncryptedPrivateKeyInfoOwned, pkcs5};
use rand::Rng as _;
use rcgen::{KeyPair, RsaKeySize};
use rustls_pki_types::PrivatePkcs8KeyDer;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use crate::certificate::KeyAlgorithm;
use crate::error::PkiError;
use crate::pem;
pub use crate::public_key::{PublicKeyKind, UnfitKey};
use crate::store::keys;

/// The kinds of keys that authorities and leaves may have.
///
/// Flink's default cipher suites are RSA-only on every version, so leaves are RSA unless
/// `security.ssl.algorithms` names suites for the other kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
#[non_exhaustive]
pub enum KeyKind {
    /// RSA, 2048 bits: the default of leaves.
    Rsa2048,
    /// RSA, 3072 bits: the default of authorities.
    Rsa3072,
    /// RSA, 4096 bits.
    Rsa4096,
    /// ECDSA on NIST P-256.
    P256,
    /// ECDSA on NIST P-384.
    P384,
    /// Ed25519.
    Ed25519,
}

impl KeyKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Rsa2048, Self::Rsa3072, Self::Rsa4096, Self::P256, Self::P384, Self::Ed25519];

    /// `rsa-2048`, `p-256`, `ed25519` …
    pub fn name(self) -> &'static str {
        match self {
            Self::Rsa2048 => "rsa-2048",
            Self::Rsa3072 => "rsa-3072",
            Self::Rsa4096 => "rsa-4096",
            Self::P256 => "p-256",
            Self::P384 => "p-384",
            Self::Ed25519 => "ed25519",
        }
    }

    /// The algorithm of its public key, as certificates name it.
    pub fn algorithm(self) -> KeyAlgorithm {
        match self {
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => KeyAlgorithm::Rsa,
            Self::P256 | Self::P384 => KeyAlgorithm::Ecdsa,
            Self::Ed25519 => KeyAlgorithm::Ed25519,
        }
    }

    /// Whether the key is an RSA key, which can also transport keys.
    pub fn is_rsa(self) -> bool {
        matches!(self, Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096)
    }

    pub(crate) fn generate(self) -> Result<KeyPair, PkiError> {
        let pair = match self {
            Self::Rsa2048 => KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_2048),
            Self::Rsa3072 => KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_3072),
            Self::Rsa4096 => KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_4096),
            Self::P256 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256),
            Self::P384 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384),
            Self::Ed25519 => KeyPair::generate_for(&rcgen::PKCS_ED25519),
        };
        pair.map_err(|error| PkiError::crypto("generate a key")(&error))
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<KeyKind> for &'static str {
    fn from(kind: KeyKind) -> Self {
        kind.name()
    }
}

/// A text that names no key kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a kind of key; use rsa-2048, rsa-3072, rsa-4096, p-256, p-384 or ed25519")]
pub struct KeyKindError {
    found: String,
}

impl FromStr for KeyKind {
    type Err = KeyKindError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or_else(|| KeyKindError { found: text.to_owned() })
    }
}

impl TryFrom<String> for KeyKind {
    type Error = KeyKindError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// A private key in PKCS#8. `Debug` redacts it; its memory is wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateKey(Zeroizing<Vec<u8>>);

impl PrivateKey {
    /// Wraps a DER-encoded PKCS#8 structure, which is not looked into.
    pub fn from_pkcs8_der(der: Vec<u8>) -> Self {
        Self(Zeroizing::new(der))
    }

    /// The unencrypted PKCS#8 structure. It is the key itself: write it nowhere that others can read.
    pub fn pkcs8_der(&self) -> &[u8] {
        &self.0
    }

    /// The same as an unencrypted PEM block, `PRIVATE KEY`.
    pub fn to_pem(&self) -> Zeroizing<String> {
        Zeroizing::new(pem::block("PRIVATE KEY", &self.0))
    }

    /// The subject public key info that belongs to this key, in DER.
    ///
    /// # Errors
    /// The bytes are no private key, or one of a kind that flinkops does not use.
    pub fn public_key_der(&self) -> Result<Vec<u8>, PkiError> {
        Ok(rcgen::PublicKeyData::subject_public_key_info(&*SigningKey::from_private_key(self)?.0))
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(…)")
    }
}

/// A key pair that can sign, whose serialized form is wiped when dropped.
pub(crate) struct SigningKey(pub(crate) Zeroizing<KeyPair>);

impl SigningKey {
    pub(crate) fn generate(kind: KeyKind) -> Result<Self, PkiError> {
        kind.generate().map(|pair| Self(Zeroizing::new(pair)))
    }

    pub(crate) fn from_private_key(key: &PrivateKey) -> Result<Self, PkiError> {
        KeyPair::try_from(&PrivatePkcs8KeyDer::from(key.pkcs8_der()))
            .map(|pair| Self(Zeroizing::new(pair)))
            .map_err(|error| PkiError::crypto("read a private key")(&error))
    }

    pub(crate) fn private_key(&self) -> PrivateKey {
        keys::version_1(PrivateKey::from_pkcs8_der(self.0.serialize_der()))
    }
}

/// scrypt with N = 2^14, r = 8, p = 5: one of the equivalent settings of OWASP's password storage guidance.
/// It takes 16 MiB and about a tenth of a second; a larger N would be beyond what openssl reads without options.
const SCRYPT: (u8, u32, u32) = (14, 8, 5);

/// What a foreign key file may demand at most: 64 MiB for scrypt, 10 million rounds of PBKDF2.
const MAX_SCRYPT_BYTES: u64 = 64 << 20;
const MAX_SCRYPT_PARALLELISM: u16 = 16;
const MAX_PBKDF2_ITERATIONS: u32 = 10_000_000;

/// Why an encrypted key does not open.
#[derive(Debug)]
pub(crate) enum Undecipherable {
    /// It is no encrypted PKCS#8 key in PEM, or it asks for more than the bounds above.
    Malformed(String),
    /// The passphrase is wrong, or the ciphertext was changed: this form has no checksum to tell them apart.
    Passphrase,
}

/// Encrypts with PBES2: scrypt, AES-256-CBC. The result is a PEM block, `ENCRYPTED PRIVATE KEY`.
pub(crate) fn encrypt(key: &PrivateKey, passphrase: &str) -> Result<String, PkiError> {
    let (salt, iv): ([u8; 16], [u8; 16]) = {
        let mut rng = rand::rng();
        (rng.random(), rng.random())
    };
    let failed = PkiError::crypto("encrypt a private key");
    let (log_n, r, p) = SCRYPT;
    let cost = pkcs5::scrypt::Params::new(log_n, r, p).map_err(|error| failed(&error))?;
    let scheme = pkcs5::pbes2::Parameters::generate_scrypt_aes256cbc(cost, &salt, iv)
        .map_err(|error| failed(&error))?;
    let ciphertext = scheme.encrypt(passphrase, key.pkcs8_der()).map_err(|error| failed(&error))?;
    let info = EncryptedPrivateKeyInfoOwned {
        encryption_algorithm: scheme.into(),
        encrypted_data: OctetString::new(ciphertext).map_err(|error| failed(&error))?,
    };
    Ok(pem::block("ENCRYPTED PRIVATE KEY", &info.to_der().map_err(|error| failed(&error))?))
}

/// Opens what [`encrypt`] or another tool wrote (PBES2 with PBKDF2 or scrypt).
pub(crate) fn decrypt(pem: &str, passphrase: &str) -> Result<PrivateKey, Undecipherable> {
    let malformed = |what: &dyn fmt::Display| Undecipherable::Malformed(what.to_string());
    let (label, der) = der::pem::decode_vec(pem.as_bytes()).map_err(|error| malformed(&error))?;
    if label != "ENCRYPTED PRIVATE KEY" {
        return Err(malformed(&format_args!("it holds a {label}, and an ENCRYPTED PRIVATE KEY is needed")));
    }
    let info = EncryptedPrivateKeyInfoOwned::from_der(&der).map_err(|error| malformed(&error))?;
    let pkcs5::EncryptionScheme::Pbes2(scheme) = &info.encryption_algorithm else {
        return Err(malformed(&"its encryption is not PBES2"));
    };
    let affordable = match &scheme.kdf {
        pkcs5::pbes2::Kdf::Pbkdf2(kdf) => kdf.iteration_count <= MAX_PBKDF2_ITERATIONS,
        pkcs5::pbes2::Kdf::Scrypt(kdf) => {
            let bytes = kdf.cost_parameter.checked_mul(128 * u64::from(kdf.block_size));
            bytes.is_some_and(|bytes| bytes <= MAX_SCRYPT_BYTES)
                && kdf.parallelization <= MAX_SCRYPT_PARALLELISM
        }
        _ => false,
    };
    if !affordable {
        return Err(malformed(&"its key derivation is unknown or costs more than flinkops allows"));
    }
    let mut plain =
        scheme.decrypt(passphrase, info.encrypted_data.as_bytes()).map_err(|_| Undecipherable::Passphrase)?;
    if pkcs8::PrivateKeyInfoRef::from_der(&plain).is_err() {
        plain.zeroize();
        return Err(Undecipherable::Passphrase);
    }
    Ok(PrivateKey::from_pkcs8_der(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_generates_reads_back_and_has_a_name() {
        for kind in KeyKind::ALL {
            assert_eq!(kind.name().parse::<KeyKind>().unwrap(), kind);
            if kind == KeyKind::Rsa4096 {
                continue; // Seconds of prime search that show nothing the other two sizes do not.
            }
            let key = SigningKey::generate(kind).unwrap();
            let private = key.private_key();
            assert_eq!(
                private.public_key_der().unwrap(),
                rcgen::PublicKeyData::subject_public_key_info(&*key.0),
                "{kind}"
            );
            assert!(!format!("{private:?}").contains("48"), "a key is never shown");
        }
        assert!("rsa".parse::<KeyKind>().unwrap_err().to_string().contains("rsa-3072"));
    }

    #[test]
    fn encrypted_keys_open_with_their_passphrase_alone() {
        let key = SigningKey::generate(KeyKind::P256).unwrap().private_key();
        let pem = encrypt(&key, "correct horse").unwrap();
        assert_eq!(decrypt(&pem, "correct horse").unwrap(), key);
        assert!(matches!(decrypt(&pem, "battery staple"), Err(Undecipherable::Passphrase)));
        assert!(matches!(decrypt(&pem[..200], "correct horse"), Err(Undecipherable::Malformed(_))));
        assert!(matches!(decrypt(&key.to_pem(), "correct horse"), Err(Undecipherable::Malformed(_))));
        assert_ne!(encrypt(&key, "correct horse").unwrap(), pem, "salt and initialisation vector are fresh");
    }

    #[test]
    fn a_costly_key_derivation_is_refused_before_it_runs() {
        let cost = pkcs5::scrypt::Params::new(20, 8, 1).unwrap();
        let scheme = pkcs5::pbes2::Parameters::generate_scrypt_aes256cbc(cost, &[7; 16], [7; 16]).unwrap();
        let info = EncryptedPrivateKeyInfoOwned {
            encryption_algorithm: scheme.into(),
            encrypted_data: OctetString::new(vec![0; 48]).unwrap(),
        };
        let pem = pem::block("ENCRYPTED PRIVATE KEY", &info.to_der().unwrap());
        assert!(matches!(decrypt(&pem, "x"), Err(Undecipherable::Malformed(what)) if what.contains("costs")));
    }
}
