//! What a certificate says, in full.

use jiff::Timestamp;
use serde::Serialize;
use x509_parser::extensions::{ExtendedKeyUsage, KeyUsage};

use super::object::{KeyDetails, signature_name};
use super::report::ProblemCode;
use crate::certificate::{CertificateError, CertificateInfo, KeyAlgorithm, parse_bounded};
use crate::names::SubjectAltName;

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CertificateDetails {
    /// The subject, as `CN=…, O=…`.
    pub subject: String,
    /// The issuer, in the same form.
    pub issuer: String,
    /// The serial number, in lower-case hexadecimal.
    pub serial: String,
    /// Names of the holder, as `dns:…`, `ip:…`, `uri:…`; other kinds are left out.
    pub names: Vec<SubjectAltName>,
    /// From when until when.
    pub validity: Validity,
    /// Its public key.
    pub key: KeyDetails,
    /// The algorithm it is signed with, as `SHA256withRSA`, or an object identifier.
    pub signature_algorithm: String,
    /// Whether subject and issuer are the same name.
    pub is_self_issued: bool,
    /// The basic constraints, where it has them.
    pub basic_constraints: Option<BasicConstraints>,
    /// The key usage, in RFC 5280's names; `null` where it is not restricted.
    pub key_usage: Option<Vec<String>>,
    /// The extended key usage, as `serverAuth`, `clientAuth` … or object identifiers; `null` where it is not restricted.
    pub extended_key_usage: Option<Vec<String>>,
    /// SHA-1 fingerprint, the one that Flink pins by.
    pub fingerprint_sha1: String,
    /// SHA-256 fingerprint.
    pub fingerprint_sha256: String,
}

/// When a certificate is valid, judged at the time that was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Validity {
    /// The first second.
    pub not_before: Timestamp,
    /// The last second.
    pub not_after: Timestamp,
    /// Whole days until the end, rounded down; negative once it is past.
    pub days_left: i64,
    /// What that means.
    pub state: ValidityState,
}

/// Where a time lies in a period of validity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ValidityState {
    /// Within it.
    Valid,
    /// Before it.
    NotYetValid,
    /// After it.
    Expired,
}

/// Whether a certificate may sign others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BasicConstraints {
    /// Whether it may.
    pub ca: bool,
    /// How many authorities may stand between it and a leaf.
    pub path_length: Option<u32>,
}

impl Validity {
    pub(super) fn at(now: Timestamp, not_before: Timestamp, not_after: Timestamp) -> Self {
        let days_left = (not_after.as_second() - now.as_second()).div_euclid(24 * 60 * 60);
        let state = if now < not_before {
            ValidityState::NotYetValid
        } else if now > not_after {
            ValidityState::Expired
        } else {
            ValidityState::Valid
        };
        Self { not_before, not_after, days_left, state }
    }
}

impl CertificateDetails {
    /// Reads a certificate in DER, and judges its validity at `now`.
    ///
    /// # Errors
    /// As for [`CertificateInfo::parse`].
    pub fn parse(der: &[u8], now: Timestamp) -> Result<Self, CertificateError> {
        let info = CertificateInfo::parse(der)?;
        let certificate = parse_bounded(der)?;
        let constraints = certificate.basic_constraints().ok().flatten();
        let usage = certificate.key_usage().ok().flatten();
        let extended = certificate.extended_key_usage().ok().flatten();
        Ok(Self {
            validity: Validity::at(now, info.not_before, info.not_after),
            key: KeyDetails::of(certificate.public_key()),
            signature_algorithm: signature_name(&certificate.signature_algorithm.algorithm.to_id_string()),
            is_self_issued: info.is_self_issued,
            basic_constraints: constraints.map(|constraints| BasicConstraints {
                ca: constraints.value.ca,
                path_length: constraints.value.path_len_constraint,
            }),
            key_usage: usage.map(|usage| key_usage(usage.value)),
            extended_key_usage: extended.map(|usage| extended_key_usage(usage.value)),
            subject: info.subject,
            issuer: info.issuer,
            serial: info.serial,
            names: info.names,
            fingerprint_sha1: info.fingerprint_sha1,
            fingerprint_sha256: info.fingerprint_sha256,
        })
    }

    /// What is to be said against it by itself.
    pub(super) fn objections(&self) -> Vec<(ProblemCode, String)> {
        let (subject, validity) = (shortened(&self.subject), &self.validity);
        let mut found = Vec::new();
        match validity.state {
            ValidityState::Valid => {}
            ValidityState::Expired => {
                found.push((ProblemCode::Expired, format!("{subject} expired on {}", validity.not_after)));
            }
            ValidityState::NotYetValid => {
                let message = format!("{subject} is valid only from {}", validity.not_before);
                found.push((ProblemCode::NotYetValid, message));
            }
        }
        // Nobody relies on the signature of a root.
        let algorithm = &self.signature_algorithm;
        if !self.is_self_issued && (algorithm.starts_with("SHA1with") || algorithm.starts_with("MD5with")) {
            let message = format!("{subject} is signed with {algorithm}, which Java rejects; issue it anew");
            found.push((ProblemCode::WeakSignature, message));
        }
        if self.key.algorithm == KeyAlgorithm::Rsa && self.key.bits.is_some_and(|bits| bits < 2048) {
            let bits = self.key.bits.unwrap_or_default();
            let message = format!("the RSA key of {subject} has {bits} bits; 2048 are needed");
            found.push((ProblemCode::WeakKey, message));
        }
        found
    }

    /// The memory that its texts take, roughly.
    pub(super) fn texts(&self) -> usize {
        let names: usize = self.names.iter().map(|name| 64 + name.to_string().len()).sum();
        names + self.subject.len() + self.issuer.len()
    }
}

/// As much of a name as a message should hold.
pub(super) fn shortened(name: &str) -> String {
    if name.len() > 200 { name.chars().take(200).chain(['…']).collect() } else { name.to_owned() }
}

fn key_usage(usage: &KeyUsage) -> Vec<String> {
    let all = [
        (usage.digital_signature(), "digitalSignature"),
        (usage.non_repudiation(), "nonRepudiation"),
        (usage.key_encipherment(), "keyEncipherment"),
        (usage.data_encipherment(), "dataEncipherment"),
        (usage.key_agreement(), "keyAgreement"),
        (usage.key_cert_sign(), "keyCertSign"),
        (usage.crl_sign(), "cRLSign"),
        (usage.encipher_only(), "encipherOnly"),
        (usage.decipher_only(), "decipherOnly"),
    ];
    all.into_iter().filter(|(set, _)| *set).map(|(_, name)| name.to_owned()).collect()
}

fn extended_key_usage(usage: &ExtendedKeyUsage<'_>) -> Vec<String> {
    let known = [
        (usage.any, "anyExtendedKeyUsage"),
        (usage.server_auth, "serverAuth"),
        (usage.client_auth, "clientAuth"),
        (usage.code_signing, "codeSigning"),
        (usage.email_protection, "emailProtection"),
        (usage.time_stamping, "timeStamping"),
        (usage.ocsp_signing, "OCSPSigning"),
    ];
    let known = known.into_iter().filter(|(set, _)| *set).map(|(_, name)| name.to_owned());
    known.chain(usage.other.iter().take(100).map(|oid| oid.to_id_string())).collect()
}
