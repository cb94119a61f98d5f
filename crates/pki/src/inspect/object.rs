//! The things that files hold: entries of stores, and certificates, keys, requests and revocation lists by themselves.

use jiff::Timestamp;
use serde::Serialize;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::{CertificateRevocationList, FromDer as _, X509CertificationRequest};
use x509_parser::x509::SubjectPublicKeyInfo;

use super::certificate::{BasicConstraints, CertificateDetails};
use crate::certificate::{KeyAlgorithm, alternative_name, fingerprint_sha256, key_algorithm};
use crate::key::PrivateKey;
use crate::names::SubjectAltName;
use crate::public_key::{self, SignatureProblem};
use crate::store::detect::MAX_REQUEST;
use crate::store::keys;

/// A thing in a file. In JSON `type` tells which, in kebab case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Object {
    /// A private key in a store, with its chain.
    KeyEntry {
        /// Its alias; empty where the store gives none.
        alias: String,
        /// When it was put in, where the format says so.
        created: Option<Timestamp>,
        /// The key; `null` while it is encrypted.
        key: Option<PrivateKeyDetails>,
        /// Its chain, leaf first.
        chain: Vec<CertificateDetails>,
        /// Whether the key is that of the first certificate; `null` where that cannot be told.
        belongs: Option<bool>,
        /// Whether the chain ends with a certificate that issued itself.
        chain_complete: bool,
    },
    /// A trusted certificate in a store.
    TrustedEntry {
        /// Its alias; empty where the store gives none.
        alias: String,
        /// When it was put in, where the format says so.
        created: Option<Timestamp>,
        /// The certificate.
        certificate: CertificateDetails,
    },
    /// A secret key in a store, which TLS does not use.
    SecretEntry {
        /// Its alias; empty where the store gives none.
        alias: String,
    },
    /// A certificate in a PKCS#12 store that is neither trusted nor in a key's chain. Java does not list it.
    UnlistedCertificate {
        /// The certificate.
        certificate: CertificateDetails,
    },
    /// A certificate by itself.
    Certificate {
        /// The line that its PEM block begins on; `null` in DER.
        line: Option<usize>,
        /// The certificate.
        certificate: CertificateDetails,
    },
    /// A private key by itself.
    PrivateKey {
        /// The line that its PEM block begins on; `null` in DER.
        line: Option<usize>,
        /// `PKCS#8`, `PKCS#1`, `SEC1` or `encrypted PKCS#8`.
        encoding: &'static str,
        /// The key; `null` while it is encrypted.
        key: Option<PrivateKeyDetails>,
        /// The SHA-256 fingerprint of the certificate in the same file that it belongs to.
        belongs_to: Option<String>,
    },
    /// A public key by itself.
    PublicKey {
        /// The line that its PEM block begins on; `null` in DER.
        line: Option<usize>,
        /// The key.
        key: KeyDetails,
    },
    /// A certificate signing request.
    Request {
        /// The line that its PEM block begins on; `null` in DER.
        line: Option<usize>,
        /// The request.
        request: Request,
    },
    /// A certificate revocation list.
    Crl {
        /// The line that its PEM block begins on; `null` in DER.
        line: Option<usize>,
        /// The list.
        crl: Crl,
    },
    /// Something that could not be read.
    Unreadable {
        /// The line that its PEM block begins on; `null` in DER.
        line: Option<usize>,
        /// What it says that it is.
        label: String,
        /// Why it could not be read.
        reason: String,
    },
}

/// A public key, or the public half of a private key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeyDetails {
    /// Its family.
    pub algorithm: KeyAlgorithm,
    /// Its size.
    pub bits: Option<usize>,
    /// The curve of an elliptic-curve key, as `P-256`, or an object identifier.
    pub curve: Option<String>,
    /// SHA-256 over the subject public key info: the same for a key, its certificates and its requests.
    pub sha256: String,
}

/// A private key, of which nothing secret is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct PrivateKeyDetails {
    /// Its public half.
    pub public: KeyDetails,
}

/// A certificate signing request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Request {
    /// The subject it asks for.
    pub subject: String,
    /// The names it asks for.
    pub names: Vec<SubjectAltName>,
    /// Its public key.
    pub key: KeyDetails,
    /// The algorithm it is signed with.
    pub signature_algorithm: String,
    /// The basic constraints it asks for.
    pub basic_constraints: Option<BasicConstraints>,
    /// Whether it is signed with the key that it is for; `null` where flinkops does not know the kind of key or
    /// signature.
    pub proof_of_possession: Option<bool>,
}

/// A certificate revocation list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Crl {
    /// Who issued it.
    pub issuer: String,
    /// Since when it holds.
    pub this_update: Timestamp,
    /// When the next one is due.
    pub next_update: Option<Timestamp>,
    /// How many certificates it revokes.
    pub revoked: usize,
    /// Their serial numbers in lower-case hexadecimal, the first thousand.
    pub serials: Vec<String>,
    /// The algorithm it is signed with.
    pub signature_algorithm: String,
}

impl KeyDetails {
    pub(super) fn of(public_key: &SubjectPublicKeyInfo<'_>) -> Self {
        let (algorithm, bits) = key_algorithm(public_key);
        let parameters = public_key.algorithm.parameters.as_ref();
        let curve = parameters
            .filter(|_| algorithm == KeyAlgorithm::Ecdsa)
            .and_then(|parameters| parameters.as_oid().ok())
            .map(|oid| curve_name(&oid.to_id_string()));
        // x509-parser counts the octets of a coordinate; P-521 has a few bits less.
        let bits = if curve.as_deref() == Some("P-521") { Some(521) } else { bits };
        Self { algorithm, bits, curve, sha256: fingerprint_sha256(public_key.raw) }
    }

    pub(super) fn of_der(public_key: &[u8]) -> Option<Self> {
        let (rest, public_key) = SubjectPublicKeyInfo::from_der(public_key).ok()?;
        rest.is_empty().then(|| Self::of(&public_key))
    }
}

impl PrivateKeyDetails {
    /// `None`: the key is of a kind whose public half flinkops cannot tell.
    pub(super) fn of(key: &PrivateKey) -> Option<Self> {
        KeyDetails::of_der(&keys::public_key(key)?).map(|public| Self { public })
    }
}

impl Request {
    pub(super) fn parse(der: &[u8]) -> Result<Self, String> {
        if der.len() > MAX_REQUEST {
            return Err(format!("it is {} bytes long, and none needs more than {MAX_REQUEST}", der.len()));
        }
        let (rest, request) = X509CertificationRequest::from_der(der).map_err(|error| error.to_string())?;
        if !rest.is_empty() {
            return Err(format!("{} octets follow it", rest.len()));
        }
        let info = &request.certification_request_info;
        let (mut names, mut basic_constraints) = (Vec::new(), None);
        for extension in request.requested_extensions().into_iter().flatten() {
            match extension {
                ParsedExtension::SubjectAlternativeName(asked) => {
                    names.extend(asked.general_names.iter().filter_map(alternative_name));
                }
                ParsedExtension::BasicConstraints(asked) => {
                    basic_constraints =
                        Some(BasicConstraints { ca: asked.ca, path_length: asked.path_len_constraint });
                }
                _ => {}
            }
        }
        Ok(Self {
            subject: info.subject.to_string(),
            names,
            key: KeyDetails::of(&info.subject_pki),
            signature_algorithm: signature_name(&request.signature_algorithm.algorithm.to_id_string()),
            basic_constraints,
            proof_of_possession: match public_key::verify(
                &info.subject_pki,
                &request.signature_algorithm,
                &request.signature_value.data,
                info.raw,
            ) {
                Ok(()) => Some(true),
                Err(SignatureProblem::Wrong) => Some(false),
                Err(SignatureProblem::Unsupported(_)) => None,
            },
        })
    }
}

impl Crl {
    pub(super) fn parse(der: &[u8]) -> Result<Self, String> {
        let (rest, list) = CertificateRevocationList::from_der(der).map_err(|error| error.to_string())?;
        if !rest.is_empty() {
            return Err(format!("{} octets follow it", rest.len()));
        }
        let time = |seconds| Timestamp::from_second(seconds).map_err(|error| error.to_string());
        let serial = |bytes: &[u8]| -> String {
            let bytes = bytes.iter().skip_while(|byte| **byte == 0).take(64);
            bytes.map(|byte| format!("{byte:02x}")).collect()
        };
        Ok(Self {
            issuer: list.issuer().to_string(),
            this_update: time(list.last_update().timestamp())?,
            next_update: list.next_update().map(|at| time(at.timestamp())).transpose()?,
            revoked: list.iter_revoked_certificates().count(),
            serials: list
                .iter_revoked_certificates()
                .take(1000)
                .map(|one| serial(one.raw_serial()))
                .collect(),
            signature_algorithm: signature_name(&list.signature_algorithm.algorithm.to_id_string()),
        })
    }
}

fn curve_name(oid: &str) -> String {
    match oid {
        "1.2.840.10045.3.1.7" => "P-256",
        "1.3.132.0.34" => "P-384",
        "1.3.132.0.35" => "P-521",
        "1.3.132.0.10" => "secp256k1",
        other => other,
    }
    .to_owned()
}

/// Java's name of a signature algorithm, or its object identifier.
pub(super) fn signature_name(oid: &str) -> String {
    match oid {
        "1.2.840.113549.1.1.4" => "MD5withRSA",
        "1.2.840.113549.1.1.5" => "SHA1withRSA",
        "1.2.840.113549.1.1.11" => "SHA256withRSA",
        "1.2.840.113549.1.1.12" => "SHA384withRSA",
        "1.2.840.113549.1.1.13" => "SHA512withRSA",
        "1.2.840.113549.1.1.14" => "SHA224withRSA",
        "1.2.840.113549.1.1.10" => "RSASSA-PSS",
        "1.2.840.10045.4.1" => "SHA1withECDSA",
        "1.2.840.10045.4.3.1" => "SHA224withECDSA",
        "1.2.840.10045.4.3.2" => "SHA256withECDSA",
        "1.2.840.10045.4.3.3" => "SHA384withECDSA",
        "1.2.840.10045.4.3.4" => "SHA512withECDSA",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        other => other,
    }
    .to_owned()
}
