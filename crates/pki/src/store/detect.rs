//! What a file is, told by its contents.

use x509_parser::prelude::{CertificateRevocationList, FromDer as _, X509CertificationRequest};

use super::keys::{self, KeyEncoding};
use super::pkcs12::{self, Pfx};
use super::{ber, jks};
use crate::certificate::parse_bounded;
use crate::pem;

/// Requests are no longer than certificates.
pub(crate) const MAX_REQUEST: usize = 256 << 10;

fn is_request(bytes: &[u8]) -> bool {
    bytes.len() <= MAX_REQUEST && X509CertificationRequest::from_der(bytes).is_ok()
}

/// The kinds of files that flinkops tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FileKind {
    /// No bytes at all.
    Empty,
    /// PEM text, of one block or many.
    Pem,
    /// A PKCS#12 store.
    Pkcs12,
    /// A JKS store.
    Jks,
    /// A JCEKS store, Java's format for secret keys.
    Jceks,
    /// A BKS store of Bouncy Castle.
    Bks,
    /// An X.509 certificate in DER.
    Certificate,
    /// A certificate signing request in DER.
    CertificateRequest,
    /// A certificate revocation list in DER.
    Crl,
    /// PKCS#7 signed data in DER, as certificate authorities hand out chains.
    Pkcs7,
    /// A private key in PKCS#8.
    PrivateKey,
    /// An encrypted private key in PKCS#8.
    EncryptedPrivateKey,
    /// An RSA private key in PKCS#1.
    RsaPrivateKey,
    /// An elliptic-curve private key in SEC1.
    EcPrivateKey,
    /// A public key (SubjectPublicKeyInfo).
    PublicKey,
    /// Something else.
    Unknown,
}

impl FileKind {
    /// Tells what a file is. What is damaged is recognised as far as its beginning allows.
    pub fn detect(bytes: &[u8]) -> Self {
        match bytes {
            [] => Self::Empty,
            _ if bytes.starts_with(&jks::MAGIC) => Self::Jks,
            [0xce, 0xce, 0xce, 0xce, ..] => Self::Jceks,
            [0, 0, 0, 1 | 2, 0, 0, 0, 8..=64, ..] => Self::Bks,
            [0x30, ..] => Self::detect_der(bytes),
            _ if pem::looks_like_pem(bytes) => Self::Pem,
            _ => Self::Unknown,
        }
    }

    fn detect_der(bytes: &[u8]) -> Self {
        let definite = ber::definite(bytes);
        let bytes = definite.as_deref().unwrap_or(bytes);
        if Pfx::parse(bytes).is_some() {
            return Self::Pkcs12;
        }
        match keys::encoding(bytes) {
            Some(KeyEncoding::Pkcs8) => return Self::PrivateKey,
            Some(KeyEncoding::EncryptedPkcs8) => return Self::EncryptedPrivateKey,
            Some(KeyEncoding::Pkcs1) => return Self::RsaPrivateKey,
            Some(KeyEncoding::Sec1) => return Self::EcPrivateKey,
            None => {}
        }
        if pkcs12::whole_sequence(bytes).is_none() {
            return Self::Unknown;
        }
        if parse_bounded(bytes).is_ok() {
            Self::Certificate
        } else if is_request(bytes) {
            Self::CertificateRequest
        } else if CertificateRevocationList::from_der(bytes).is_ok() {
            Self::Crl
        } else if super::pkcs7::certificates(bytes).is_some() {
            Self::Pkcs7
        } else if x509_parser::x509::SubjectPublicKeyInfo::from_der(bytes)
            .is_ok_and(|(rest, _)| rest.is_empty())
        {
            Self::PublicKey
        } else {
            Self::Unknown
        }
    }

    /// The kind in words, with what to do where flinkops does not read it.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Empty => "an empty file",
            Self::Pem => "PEM text",
            Self::Pkcs12 => "a PKCS#12 store",
            Self::Jks => "a JKS store",
            Self::Jceks => {
                "a JCEKS store; `keytool -importkeystore -srcstoretype JCEKS -deststoretype PKCS12` converts it"
            }
            Self::Bks => {
                "a BKS store of Bouncy Castle, which Flink does not read; `keytool -importkeystore` with its provider converts it to PKCS#12"
            }
            Self::Certificate => "a certificate in DER",
            Self::CertificateRequest => "a certificate signing request",
            Self::Crl => "a certificate revocation list",
            Self::Pkcs7 => "PKCS#7 certificates",
            Self::PrivateKey => "a private key (PKCS#8)",
            Self::EncryptedPrivateKey => "an encrypted private key (PKCS#8)",
            Self::RsaPrivateKey => "an RSA private key (PKCS#1)",
            Self::EcPrivateKey => "an EC private key (SEC1)",
            Self::PublicKey => "a public key",
            Self::Unknown => {
                "neither a store nor a certificate nor a key that flinkops knows, or a damaged one"
            }
        }
    }
}
