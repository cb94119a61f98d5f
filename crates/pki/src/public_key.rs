//! Public keys of any origin: what kind they are, whether they are strong enough, and what they signed.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use serde::{Deserialize, Serialize};
use x509_parser::asn1_rs::Tag;
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::PublicKey;
use x509_parser::signature_algorithm::RsaSsaPssParams;
use x509_parser::x509::{AlgorithmIdentifier, SubjectPublicKeyInfo};

use crate::key::KeyKind;

const RSA: &str = "1.2.840.113549.1.1.1";
const RSA_PSS: &str = "1.2.840.113549.1.1.10";
const EC: &str = "1.2.840.10045.2.1";
const ED25519: &str = "1.3.101.112";

/// Keys below this are factored by those who can afford it.
const MIN_RSA_BITS: u32 = 2048;
/// Verifying with larger ones costs more than anyone should be made to pay.
const MAX_RSA_BITS: u32 = 8192;

/// The kind of a public key that flinkops certifies: every [`KeyKind`], and more that others generate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum PublicKeyKind {
    /// RSA, with the length of its modulus.
    Rsa {
        /// Between 2048 and 8192.
        bits: u32,
    },
    /// ECDSA on NIST P-256.
    P256,
    /// ECDSA on NIST P-384.
    P384,
    /// ECDSA on NIST P-521.
    P521,
    /// Ed25519.
    Ed25519,
}

impl PublicKeyKind {
    /// Whether the key is an RSA key, which can also transport keys.
    pub fn is_rsa(self) -> bool {
        matches!(self, Self::Rsa { .. })
    }
}

impl From<KeyKind> for PublicKeyKind {
    fn from(kind: KeyKind) -> Self {
        match kind {
            KeyKind::Rsa2048 => Self::Rsa { bits: 2048 },
            KeyKind::Rsa3072 => Self::Rsa { bits: 3072 },
            KeyKind::Rsa4096 => Self::Rsa { bits: 4096 },
            KeyKind::P256 => Self::P256,
            KeyKind::P384 => Self::P384,
            KeyKind::Ed25519 => Self::Ed25519,
        }
    }
}

impl fmt::Display for PublicKeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits } => write!(f, "rsa-{bits}"),
            Self::P256 => f.write_str("p-256"),
            Self::P384 => f.write_str("p-384"),
            Self::P521 => f.write_str("p-521"),
            Self::Ed25519 => f.write_str("ed25519"),
        }
    }
}

impl FromStr for PublicKeyKind {
    type Err = UnfitKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "p-256" => Self::P256,
            "p-384" => Self::P384,
            "p-521" => Self::P521,
            "ed25519" => Self::Ed25519,
            _ => {
                let bits = text.strip_prefix("rsa-").and_then(|bits| bits.parse().ok());
                let bits = bits.filter(|bits| (MIN_RSA_BITS..=MAX_RSA_BITS).contains(bits));
                Self::Rsa { bits: bits.ok_or_else(|| UnfitKey(format!("`{text}` is no kind of key")))? }
            }
        })
    }
}

impl TryFrom<String> for PublicKeyKind {
    type Error = UnfitKey;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PublicKeyKind> for String {
    fn from(kind: PublicKeyKind) -> Self {
        kind.to_string()
    }
}

/// A public key that flinkops does not certify.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}; RSA keys of 2048 to 8192 bits, P-256, P-384, P-521 and Ed25519 are certified")]
pub struct UnfitKey(String);

/// What kind a public key is, from its subject public key info in DER.
///
/// # Errors
/// It cannot be read, is too weak, or is of a kind or on a curve that TLS in Java does not use.
pub(crate) fn kind(spki: &[u8]) -> Result<PublicKeyKind, UnfitKey> {
    let unfit = |what: &dyn fmt::Display| UnfitKey(what.to_string());
    let (rest, info) = SubjectPublicKeyInfo::from_der(spki)
        .map_err(|error| unfit(&format_args!("its public key cannot be read ({error})")))?;
    if !rest.is_empty() {
        return Err(unfit(&"bytes follow its public key"));
    }
    let algorithm = info.algorithm.algorithm.to_id_string();
    match algorithm.as_str() {
        RSA => {
            let Ok(PublicKey::RSA(key)) = info.parsed() else {
                return Err(unfit(&"its RSA key cannot be read"));
            };
            let bits = bit_length(key.modulus);
            if bits < MIN_RSA_BITS {
                return Err(unfit(&format_args!("its RSA key has {bits} bits, which is too weak")));
            }
            if bits > MAX_RSA_BITS {
                return Err(unfit(&format_args!("its RSA key has {bits} bits, which is too many")));
            }
            if bit_length(key.exponent) < 2 || key.exponent.last().is_none_or(|last| last & 1 == 0) {
                return Err(unfit(&"its RSA key has an exponent that protects nothing"));
            }
            Ok(PublicKeyKind::Rsa { bits })
        }
        EC => {
            // Curves spelled out instead of named are what CVE-2020-0601 was about. `as_oid` does not look at the tag.
            let named = info.algorithm.parameters.as_ref().filter(|any| any.tag() == Tag::Oid);
            let curve = named.and_then(|any| any.as_oid().ok());
            let curve = curve.map(|oid| oid.to_id_string()).unwrap_or_default();
            match curve.as_str() {
                "1.2.840.10045.3.1.7" => Ok(PublicKeyKind::P256),
                "1.3.132.0.34" => Ok(PublicKeyKind::P384),
                "1.3.132.0.35" => Ok(PublicKeyKind::P521),
                "" => Err(unfit(&"its elliptic curve has no name")),
                other => Err(unfit(&format_args!("its elliptic curve {other} is not one that TLS uses"))),
            }
        }
        ED25519 => Ok(PublicKeyKind::Ed25519),
        RSA_PSS => Err(unfit(&"its key is for RSASSA-PSS only, which few TLS stacks accept")),
        other => Err(unfit(&format_args!("its key is of the unknown kind {other}"))),
    }
}

fn bit_length(integer: &[u8]) -> u32 {
    let integer = &integer[integer.iter().take_while(|byte| **byte == 0).count()..];
    let zeros = integer.first().map_or(0, |byte| byte.leading_zeros());
    u32::try_from(integer.len()).unwrap_or(u32::MAX / 8).saturating_mul(8) - zeros
}

/// Why a signature does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SignatureProblem {
    /// It was not made with this key over these bytes.
    Wrong,
    /// It uses an algorithm that proves nothing today, or that flinkops does not know.
    Unsupported(String),
}

impl fmt::Display for SignatureProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong => f.write_str("the signature was not made with this key"),
            Self::Unsupported(what) => f.write_str(what),
        }
    }
}

/// Whether `signature` over `message` was made with the key of `signer`.
pub(crate) fn verify(
    signer: &SubjectPublicKeyInfo<'_>,
    algorithm: &AlgorithmIdentifier<'_>,
    signature: &[u8],
    message: &[u8],
) -> Result<(), SignatureProblem> {
    let kind = kind(signer.raw).map_err(|UnfitKey(what)| SignatureProblem::Unsupported(what))?;
    let verification = verification(kind, algorithm)?;
    UnparsedPublicKey::new(verification, &signer.subject_public_key.data)
        .verify(message, signature)
        .map_err(|_| SignatureProblem::Wrong)
}

fn verification(
    kind: PublicKeyKind,
    algorithm: &AlgorithmIdentifier<'_>,
) -> Result<&'static dyn VerificationAlgorithm, SignatureProblem> {
    use PublicKeyKind::{Ed25519, P256, P384, P521, Rsa};
    let id = algorithm.algorithm.to_id_string();
    let unsupported = |what: String| Err(SignatureProblem::Unsupported(what));
    Ok(match (kind, id.as_str()) {
        (Rsa { .. }, "1.2.840.113549.1.1.11") => &signature::RSA_PKCS1_2048_8192_SHA256,
        (Rsa { .. }, "1.2.840.113549.1.1.12") => &signature::RSA_PKCS1_2048_8192_SHA384,
        (Rsa { .. }, "1.2.840.113549.1.1.13") => &signature::RSA_PKCS1_2048_8192_SHA512,
        (Rsa { .. }, RSA_PSS) => {
            let parameters = algorithm.parameters.as_ref().map(RsaSsaPssParams::try_from);
            let Some(Ok(parameters)) = parameters else {
                return unsupported(
                    "it is signed by RSASSA-PSS with parameters that cannot be read".to_owned(),
                );
            };
            let (length, algorithm): (u32, &'static dyn VerificationAlgorithm) =
                match parameters.hash_algorithm_oid().to_id_string().as_str() {
                    "2.16.840.1.101.3.4.2.1" => (32, &signature::RSA_PSS_2048_8192_SHA256),
                    "2.16.840.1.101.3.4.2.2" => (48, &signature::RSA_PSS_2048_8192_SHA384),
                    "2.16.840.1.101.3.4.2.3" => (64, &signature::RSA_PSS_2048_8192_SHA512),
                    hash => return unsupported(format!("it is signed by RSASSA-PSS with the hash {hash}")),
                };
            if parameters.salt_length() != length {
                return unsupported(format!(
                    "it is signed by RSASSA-PSS with a salt of {} bytes, and {length} are checked, as TLS has them (openssl: -sigopt rsa_pss_saltlen:digest)",
                    parameters.salt_length()
                ));
            }
            algorithm
        }
        (P256, "1.2.840.10045.4.3.2") => &signature::ECDSA_P256_SHA256_ASN1,
        (P256, "1.2.840.10045.4.3.3") => &signature::ECDSA_P256_SHA384_ASN1,
        (P256, "1.2.840.10045.4.3.4") => &signature::ECDSA_P256_SHA512_ASN1,
        (P384, "1.2.840.10045.4.3.2") => &signature::ECDSA_P384_SHA256_ASN1,
        (P384, "1.2.840.10045.4.3.3") => &signature::ECDSA_P384_SHA384_ASN1,
        (P384, "1.2.840.10045.4.3.4") => &signature::ECDSA_P384_SHA512_ASN1,
        (P521, "1.2.840.10045.4.3.2") => &signature::ECDSA_P521_SHA256_ASN1,
        (P521, "1.2.840.10045.4.3.3") => &signature::ECDSA_P521_SHA384_ASN1,
        (P521, "1.2.840.10045.4.3.4") => &signature::ECDSA_P521_SHA512_ASN1,
        (Ed25519, ED25519) => &signature::ED25519,
        (_, "1.2.840.113549.1.1.5" | "1.2.840.10045.4.1" | "1.2.840.113549.1.1.4") => {
            return unsupported("it is signed with SHA-1 or MD5, which proves nothing any more".to_owned());
        }
        (kind, id) => {
            return unsupported(format!("its signature algorithm {id} does not go with a {kind} key"));
        }
    })
}

/// The signature algorithms of certificates that Java rejects by default, and that nobody should trust.
pub(crate) fn weak_signature(algorithm: &str) -> Option<&'static str> {
    match algorithm {
        "1.2.840.113549.1.1.2" => Some("MD2"),
        "1.2.840.113549.1.1.4" => Some("MD5"),
        "1.2.840.113549.1.1.5" | "1.2.840.10045.4.1" | "1.3.14.3.2.29" | "1.2.840.10040.4.3" => Some("SHA-1"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_read_back_by_name() {
        for kind in KeyKind::ALL {
            assert_eq!(PublicKeyKind::from(kind).to_string(), kind.name());
            assert_eq!(kind.name().parse::<PublicKeyKind>().unwrap(), kind.into());
        }
        assert_eq!("rsa-2560".parse::<PublicKeyKind>().unwrap(), PublicKeyKind::Rsa { bits: 2560 });
        for text in ["rsa-1024", "rsa-", "p-192", "rsa-16384"] {
            text.parse::<PublicKeyKind>().unwrap_err();
        }
    }

    #[test]
    fn lengths_are_counted_in_bits() {
        for (bytes, bits) in [(&[0, 0x80, 0][..], 16), (&[1], 1), (&[0x7f, 0xff], 15), (&[], 0), (&[0], 0)] {
            assert_eq!(bit_length(bytes), bits, "{bytes:?}");
        }
    }
}
