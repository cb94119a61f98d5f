//! PEM texts and single structures in DER.

use std::collections::HashMap;

use jiff::Timestamp;

use super::certificate::shortened;
use super::object::{Crl, KeyDetails, Object, PrivateKeyDetails, Request};
use super::report::{Access, Encryption, Inspection, ProblemCode};
use crate::key::PrivateKey;
use crate::pem;
use crate::store::cipher::{self, Budget, CipherError, Scheme};
use crate::store::keys::{self, KeyEncoding};
use crate::store::{FileKind, ReadOptions, ber, pkcs7};

/// Telling the public half of a key takes a computation, and so does checking a request.
const MAX_KEYS: usize = 256;

/// The blocks of a PEM text, one by one.
pub(super) fn pem(report: &mut Inspection, bytes: &[u8], options: &ReadOptions, now: Timestamp) {
    let blocks = match pem::blocks(bytes) {
        Ok(blocks) => blocks,
        Err(error) => {
            report.access = Access::Refused;
            return report.problem(ProblemCode::Damaged, error.to_string());
        }
    };
    let mut reader = Reader { report, options, now, budget: Budget::new(), keys: 0 };
    for block in &blocks {
        let kind = match block.label.as_str() {
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => FileKind::Certificate,
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => FileKind::CertificateRequest,
            "X509 CRL" => FileKind::Crl,
            "PKCS7" | "CMS" => FileKind::Pkcs7,
            "PUBLIC KEY" => FileKind::PublicKey,
            "ENCRYPTED PRIVATE KEY" => FileKind::EncryptedPrivateKey,
            label if label.ends_with("PRIVATE KEY") => FileKind::PrivateKey,
            _ => FileKind::Unknown,
        };
        if block.is_encrypted_in_the_old_way {
            reader.lock();
            let message = "a key is encrypted in openssl's old way, by one round of MD5; `openssl pkcs8 -topk8` encrypts it anew";
            reader.report.problem(ProblemCode::LegacyEncryption, message);
            let encoding = "encrypted by openssl";
            let key = Object::PrivateKey { line: Some(block.line), encoding, key: None, belongs_to: None };
            reader.report.objects.push(key);
            continue;
        }
        let definite = ber::definite(&block.der);
        reader.read(kind, Some(block.line), &block.label, definite.as_deref().unwrap_or(&block.der));
    }
    pair(report);
}

/// A single structure in DER.
pub(super) fn der(
    report: &mut Inspection,
    kind: FileKind,
    der: &[u8],
    options: &ReadOptions,
    now: Timestamp,
) {
    let mut reader = Reader { report, options, now, budget: Budget::new(), keys: 0 };
    reader.read(kind, None, kind.describe(), der);
}

struct Reader<'a> {
    report: &'a mut Inspection,
    options: &'a ReadOptions,
    now: Timestamp,
    budget: Budget,
    keys: usize,
}

impl Reader<'_> {
    fn read(&mut self, kind: FileKind, line: Option<usize>, label: &str, der: &[u8]) {
        let object = match kind {
            FileKind::Certificate => self
                .report
                .certificate(der, self.now)
                .map(|certificate| Object::Certificate { line, certificate }),
            FileKind::CertificateRequest => self.request(line, der),
            FileKind::Crl => Crl::parse(der).map(|crl| Object::Crl { line, crl }),
            FileKind::PublicKey => KeyDetails::of_der(der)
                .map(|key| Object::PublicKey { line, key })
                .ok_or_else(|| "it is no public key".to_owned()),
            FileKind::Pkcs7 => return self.pkcs7(line, label, der),
            FileKind::PrivateKey
            | FileKind::EncryptedPrivateKey
            | FileKind::RsaPrivateKey
            | FileKind::EcPrivateKey => self.key(line, der),
            _ => Err("flinkops does not look into this".to_owned()),
        };
        match object {
            Ok(object) => self.report.objects.push(object),
            Err(reason) => self.unreadable(line, label, reason),
        }
    }

    fn request(&mut self, line: Option<usize>, der: &[u8]) -> Result<Object, String> {
        self.keys += 1;
        if self.keys > MAX_KEYS {
            return Err("more than 256 keys and requests are not looked into".to_owned());
        }
        let request = Request::parse(der)?;
        if request.proof_of_possession == Some(false) {
            let message = format!(
                "the request of {} is not signed with the key that it is for",
                shortened(&request.subject)
            );
            self.report.problem(ProblemCode::WrongSignature, message);
        }
        Ok(Object::Request { line, request })
    }

    fn unreadable(&mut self, line: Option<usize>, label: &str, reason: String) {
        let label: String = label.chars().filter(|c| !c.is_control()).take(80).collect();
        let place = line.map(|line| format!(" on line {line}")).unwrap_or_default();
        self.report.problem(ProblemCode::Damaged, format!("{label}{place}: {reason}"));
        self.report.objects.push(Object::Unreadable { line, label, reason });
    }

    fn pkcs7(&mut self, line: Option<usize>, label: &str, der: &[u8]) {
        match pkcs7::certificates(der) {
            Some(certificates) => {
                for certificate in certificates {
                    self.read(FileKind::Certificate, line, label, &certificate);
                }
            }
            None => self.unreadable(line, label, "it is no PKCS#7 signed data".to_owned()),
        }
    }

    /// Something is encrypted. What the password opened stays open.
    fn lock(&mut self) {
        if self.report.access == Access::Plain {
            self.report.access = Access::Locked;
        }
    }

    fn key(&mut self, line: Option<usize>, der: &[u8]) -> Result<Object, String> {
        self.keys += 1;
        if self.keys > MAX_KEYS {
            return Err("more than 256 keys and requests are not looked into".to_owned());
        }
        let found = keys::encoding(der).ok_or("it is no private key in PKCS#8, PKCS#1 or SEC1")?;
        let encoding = match found {
            KeyEncoding::Pkcs8 => "PKCS#8",
            KeyEncoding::EncryptedPkcs8 => "encrypted PKCS#8",
            KeyEncoding::Pkcs1 => "PKCS#1",
            KeyEncoding::Sec1 => "SEC1",
        };
        let key = match found {
            KeyEncoding::EncryptedPkcs8 => self.decrypt(der)?,
            _ => Some(keys::plain(der).ok_or("its parts are malformed")?),
        };
        let key = key.as_ref().and_then(PrivateKeyDetails::of);
        Ok(Object::PrivateKey { line, encoding, key, belongs_to: None })
    }

    fn decrypt(&mut self, der: &[u8]) -> Result<Option<PrivateKey>, String> {
        let (algorithm, _) = cipher::encrypted_key(der).ok_or("its parts are malformed")?;
        let scheme = match Scheme::parse(&algorithm) {
            Ok(scheme) => scheme,
            Err(CipherError::Unsupported(what)) => {
                self.report.access = Access::Refused;
                self.report.problem(ProblemCode::Unsupported, format!("a key is encrypted with {what}"));
                return Ok(None);
            }
            Err(_) => return Err("its encryption scheme is malformed".to_owned()),
        };
        self.report.encryption(Encryption {
            part: "private key",
            cipher: scheme.cipher_name().to_owned(),
            derivation: scheme.derivation_name(),
            iterations: Some(scheme.iterations()),
        });
        let Some(password) = self.options.for_keys() else {
            self.lock();
            return Ok(None);
        };
        match keys::decrypt(der, password.expose(), &mut self.budget) {
            Ok(key) => {
                if self.report.access == Access::Plain {
                    self.report.access = Access::Open;
                }
                Ok(Some(key))
            }
            Err(CipherError::Password) => {
                self.report.access = Access::WrongPassword;
                let message = "the password does not open the private key (or the key is damaged)";
                self.report.problem(ProblemCode::WrongPassword, message);
                Ok(None)
            }
            Err(CipherError::TooCostly) => {
                self.report.access = Access::Refused;
                let message = "the private key asks for more work than flinkops does for a password";
                self.report.problem(ProblemCode::Unsupported, message);
                Ok(None)
            }
            Err(CipherError::Unsupported(what)) => {
                self.report.access = Access::Refused;
                self.report.problem(ProblemCode::Unsupported, format!("a key is encrypted with {what}"));
                Ok(None)
            }
        }
    }
}

/// Finds the certificate of each key, by the digest of the public key.
fn pair(report: &mut Inspection) {
    let mut certificates: HashMap<String, String> = HashMap::new();
    for object in &report.objects {
        if let Object::Certificate { certificate, .. } = object {
            let key = certificate.key.sha256.clone();
            certificates.entry(key).or_insert_with(|| certificate.fingerprint_sha256.clone());
        }
    }
    let mut strangers = 0;
    for object in &mut report.objects {
        if let Object::PrivateKey { key: Some(key), belongs_to, .. } = object {
            *belongs_to = certificates.get(&key.public.sha256).cloned();
            strangers += usize::from(belongs_to.is_none() && !certificates.is_empty());
        }
    }
    if strangers > 0 {
        let message = format!("{strangers} private key(s) belong to none of the certificates in the file");
        report.problem(ProblemCode::KeyMismatch, message);
    }
}
