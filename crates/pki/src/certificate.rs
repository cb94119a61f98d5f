//! Reading what a certificate says; serial numbers and fingerprints.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use aws_lc_rs::digest;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::names::SubjectAltName;

/// A certificate's serial number: a positive integer of at most 20 octets (RFC 5280, 4.1.2.2), big-endian, without
/// leading zeros. Shown in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Serial(Vec<u8>);

impl Serial {
    /// 16 random octets, of which 126 bits are random: the first octet lies between 0x40 and 0x7f, so that the number
    /// is positive and its encoding has always the same length.
    pub(crate) fn random() -> Self {
        let mut bytes: [u8; 16] = rand::random();
        bytes[0] = bytes[0] & 0x3f | 0x40;
        Self(bytes.to_vec())
    }

    /// The octets, most significant first.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A text that is no serial number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a serial number: up to 40 hexadecimal digits, two an octet, are needed")]
pub struct SerialError {
    found: String,
}

impl FromStr for Serial {
    type Err = SerialError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = |pair: &[u8]| {
            let text = std::str::from_utf8(pair).ok().filter(|text| !text.starts_with('+'))?;
            u8::from_str_radix(text, 16).ok()
        };
        let fits = (2..=40).contains(&text.len()) && text.len().is_multiple_of(2);
        let bytes = if fits { text.as_bytes().chunks(2).map(digits).collect() } else { None };
        bytes.map(Self).ok_or_else(|| SerialError { found: text.to_owned() })
    }
}

impl TryFrom<String> for Serial {
    type Error = SerialError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Serial> for String {
    fn from(serial: Serial) -> Self {
        serial.to_string()
    }
}

/// A digest over the whole certificate, in upper-case hexadecimal with colons, as openssl and keytool show it and
/// as `security.ssl.*.cert.fingerprint` takes it.
pub fn fingerprint_sha1(certificate: &[u8]) -> String {
    colon_hex(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, certificate).as_ref())
}

/// The same with SHA-256. Flink does not take this one for pinning.
pub fn fingerprint_sha256(certificate: &[u8]) -> String {
    colon_hex(digest::digest(&digest::SHA256, certificate).as_ref())
}

fn colon_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}

/// Bytes that are no X.509 certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is no readable X.509 certificate: {reason}")]
pub struct CertificateError {
    reason: String,
}

/// Certificates with thousands of names stay below this. Parsed, they take many times their length in memory.
const MAX_CERTIFICATE: usize = 256 << 10;

/// Takes a certificate apart that nothing follows.
pub(crate) fn parse_bounded(der: &[u8]) -> Result<X509Certificate<'_>, CertificateError> {
    let error = |reason: &dyn fmt::Display| CertificateError { reason: reason.to_string() };
    if der.len() > MAX_CERTIFICATE {
        let size = der.len();
        return Err(error(&format_args!(
            "it is {size} bytes long, and none needs more than {MAX_CERTIFICATE}"
        )));
    }
    let (rest, certificate) = X509Certificate::from_der(der).map_err(|reason| error(&reason))?;
    if !rest.is_empty() {
        return Err(error(&format_args!("{} bytes follow it", rest.len())));
    }
    Ok(certificate)
}

/// The family of a public key, as far as cipher suites care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum KeyAlgorithm {
    /// RSA.
    Rsa,
    /// An elliptic-curve key for ECDSA.
    Ecdsa,
    /// Ed25519. TLS negotiates it through the ECDSA suites.
    Ed25519,
    /// Anything else.
    Other,
}

/// For what the holder may use the certificate on TLS connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TlsUsage {
    /// Accept connections: `serverAuth`, `anyExtendedKeyUsage`, or no extended key usage at all.
    pub server: bool,
    /// Open connections: `clientAuth`, `anyExtendedKeyUsage`, or no extended key usage at all.
    pub client: bool,
}

/// What a certificate says, as far as flinkops judges it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CertificateInfo {
    /// The subject, as `CN=…, O=…`.
    pub subject: String,
    /// The issuer, in the same form.
    pub issuer: String,
    /// The serial number.
    pub serial: String,
    /// The first second of validity.
    pub not_before: Timestamp,
    /// The last second of validity.
    pub not_after: Timestamp,
    /// Names of the holder; kinds that flinkops does not use are left out.
    pub names: Vec<SubjectAltName>,
    /// For what it may be used.
    pub usage: TlsUsage,
    /// Whether it may sign other certificates.
    pub is_authority: bool,
    /// Whether subject and issuer are the same name.
    pub is_self_issued: bool,
    /// The family of its key.
    pub key: KeyAlgorithm,
    /// The size of its key in bits, where that is known.
    pub key_bits: Option<usize>,
    /// The subject public key info, in DER.
    #[serde(skip)]
    pub public_key: Vec<u8>,
    /// SHA-1 fingerprint.
    pub fingerprint_sha1: String,
    /// SHA-256 fingerprint.
    pub fingerprint_sha256: String,
}

impl CertificateInfo {
    /// Reads a certificate in DER.
    ///
    /// # Errors
    /// It is none, holds extensions that cannot be read, or bytes follow it.
    pub fn parse(der: &[u8]) -> Result<Self, CertificateError> {
        let error = |reason: &dyn fmt::Display| CertificateError { reason: reason.to_string() };
        let certificate = parse_bounded(der)?;
        let time = |seconds| Timestamp::from_second(seconds).map_err(|reason| error(&reason));
        let usage = certificate.extended_key_usage().map_err(|reason| error(&reason))?;
        let allows = |one: fn(&x509_parser::extensions::ExtendedKeyUsage<'_>) -> bool| {
            usage.as_ref().is_none_or(|usage| usage.value.any || one(usage.value))
        };
        let constraints = certificate.basic_constraints().map_err(|reason| error(&reason))?;
        let names = certificate.subject_alternative_name().map_err(|reason| error(&reason))?;
        let names = names.iter().flat_map(|names| &names.value.general_names).filter_map(alternative_name);
        let (key, key_bits) = key_algorithm(certificate.public_key());
        Ok(Self {
            subject: certificate.subject().to_string(),
            issuer: certificate.issuer().to_string(),
            serial: Serial(certificate.raw_serial().iter().copied().skip_while(|byte| *byte == 0).collect())
                .to_string(),
            not_before: time(certificate.validity().not_before.timestamp())?,
            not_after: time(certificate.validity().not_after.timestamp())?,
            names: names.collect(),
            usage: TlsUsage {
                server: allows(|usage| usage.server_auth),
                client: allows(|usage| usage.client_auth),
            },
            is_authority: constraints.is_some_and(|constraints| constraints.value.ca),
            is_self_issued: certificate.subject().as_raw() == certificate.issuer().as_raw(),
            key,
            key_bits,
            public_key: certificate.public_key().raw.to_vec(),
            fingerprint_sha1: fingerprint_sha1(der),
            fingerprint_sha256: fingerprint_sha256(der),
        })
    }
}

pub(crate) fn alternative_name(name: &GeneralName<'_>) -> Option<SubjectAltName> {
    match name {
        GeneralName::DNSName(name) => Some(SubjectAltName::Dns(name.to_ascii_lowercase())),
        GeneralName::URI(uri) => Some(SubjectAltName::Uri((*uri).to_owned())),
        GeneralName::IPAddress(bytes) => {
            let v4 = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
            v4.or_else(|_| <[u8; 16]>::try_from(*bytes).map(IpAddr::from)).ok().map(SubjectAltName::Ip)
        }
        _ => None,
    }
}

/// The family of a public key and its size in bits.
pub(crate) fn key_algorithm(public_key: &SubjectPublicKeyInfo<'_>) -> (KeyAlgorithm, Option<usize>) {
    use x509_parser::public_key::PublicKey;
    match public_key.parsed() {
        Ok(PublicKey::RSA(key)) => (KeyAlgorithm::Rsa, Some(key.key_size())),
        Ok(PublicKey::EC(key)) => (KeyAlgorithm::Ecdsa, Some(key.key_size())),
        _ if public_key.algorithm.algorithm.to_id_string() == "1.3.101.112" => {
            (KeyAlgorithm::Ed25519, Some(256))
        }
        _ => (KeyAlgorithm::Other, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_serials_are_positive_and_of_one_length() {
        for _ in 0..1000 {
            let serial = Serial::random();
            assert_eq!(serial.as_bytes().len(), 16);
            assert!((0x40..=0x7f).contains(&serial.as_bytes()[0]));
            assert_eq!(serial.to_string().parse::<Serial>().unwrap(), serial);
        }
    }

    #[test]
    fn other_texts_are_no_serials() {
        for text in ["", "0", "xy", "+1", "123", &"ab".repeat(21), "é1"] {
            text.parse::<Serial>().unwrap_err();
        }
    }

    #[test]
    fn fingerprints_are_those_of_the_standard_test_vectors() {
        assert_eq!(fingerprint_sha1(b"abc"), "A9:99:3E:36:47:06:81:6A:BA:3E:25:71:78:50:C2:6C:9C:D0:D8:9D");
        assert!(fingerprint_sha256(b"abc").starts_with("BA:78:16:BF:8F:01:CF:EA:"));
    }

    #[test]
    fn what_is_no_certificate_says_so() {
        for bytes in [&b""[..], b"-----BEGIN", &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]] {
            let error = CertificateInfo::parse(bytes).unwrap_err().to_string();
            assert!(error.starts_with("it is no readable X.509 certificate: "), "{error}");
        }
    }
}
