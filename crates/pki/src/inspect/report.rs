//! The report, and the way to it.

use jiff::Timestamp;
use serde::Serialize;

use super::certificate::CertificateDetails;
use super::object::Object;
use super::{pem, store};
use crate::store::read::check_size;
use crate::store::{FileKind, ReadOptions, StoreError, ber};

/// What some bytes are and hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Inspection {
    /// What the file is.
    pub kind: FileKind,
    /// How long it is.
    pub bytes: usize,
    /// How far it could be opened.
    pub access: Access,
    /// What proves that it is as its maker wrote it: stores have it, other files do not.
    pub integrity: Option<Integrity>,
    /// How its parts are encrypted, each way once.
    pub encryption: Vec<Encryption>,
    /// What it holds.
    pub objects: Vec<Object>,
    /// What is to be said against it.
    pub problems: Vec<Problem>,
    /// The memory that the texts of its certificates take.
    #[serde(skip)]
    texts: usize,
}

/// Names are a few octets in a certificate and many more in memory, and chains repeat them. Real files stay far below.
const MAX_TEXTS: usize = 8 << 20;

/// How far a file could be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Access {
    /// Nothing in it is encrypted.
    Plain,
    /// The password opened it.
    Open,
    /// It is encrypted, and there is no password: what is told is what stands outside.
    Locked,
    /// The password does not open it.
    WrongPassword,
    /// It was not opened, for the problem that is named.
    Refused,
}

/// What proves the integrity of a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Integrity {
    /// `HMAC-SHA-256` …, `SHA-1 digest` (JKS), or `none`.
    pub mechanism: String,
    /// Iterations of its key derivation.
    pub iterations: Option<u32>,
    /// Whether it was checked.
    pub state: IntegrityState,
}

/// Whether the integrity of a store was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum IntegrityState {
    /// It was, and is good.
    Verified,
    /// It was not, for want of a password: what is told may have been changed by anyone.
    NotChecked,
    /// It was, and fails.
    Failed,
    /// There is nothing to check.
    Absent,
}

/// How a part of a file is encrypted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Encryption {
    /// `certificates` or `private key`.
    pub part: &'static str,
    /// `AES-256-CBC` …
    pub cipher: String,
    /// `PBKDF2-HMAC-SHA-256` …
    pub derivation: String,
    /// Iterations, or scrypt's N; `null` where there is no such number.
    pub iterations: Option<u32>,
}

/// Something against a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// Which, for programs.
    pub code: ProblemCode,
    /// Which, in words, with the mend where there is one.
    pub message: String,
}

/// The kinds of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProblemCode {
    /// It, or a part of it, cannot be read.
    Damaged,
    /// The password does not open it.
    WrongPassword,
    /// The key password does not open a key.
    WrongKeyPassword,
    /// Nothing proves its integrity.
    Unauthenticated,
    /// It uses something that flinkops and Java do not.
    Unsupported,
    /// It is encrypted in a way that keeps secrets less well than today's.
    LegacyEncryption,
    /// A key and its certificate do not belong together.
    KeyMismatch,
    /// A key has no certificate.
    NoCertificate,
    /// A chain ends before a root.
    ChainIncomplete,
    /// A certificate is past its end.
    Expired,
    /// A certificate is before its start.
    NotYetValid,
    /// A certificate is signed with SHA-1 or MD5, which proves nothing any more.
    WeakSignature,
    /// An RSA key is shorter than 2048 bits.
    WeakKey,
    /// A request is not signed with the key that it is for.
    WrongSignature,
    /// Two entries have the same alias to Java.
    DuplicateAlias,
    /// Certificates that Java does not list.
    UnlistedCertificates,
}

impl Inspection {
    pub(super) fn new(kind: FileKind, bytes: &[u8]) -> Self {
        Self {
            kind,
            bytes: bytes.len(),
            access: Access::Plain,
            integrity: None,
            encryption: Vec::new(),
            objects: Vec::new(),
            problems: Vec::new(),
            texts: 0,
        }
    }

    /// Reads a certificate that is to stand in the report.
    pub(super) fn certificate(&mut self, der: &[u8], now: Timestamp) -> Result<CertificateDetails, String> {
        let details = CertificateDetails::parse(der, now).map_err(|error| error.to_string())?;
        self.texts = self.texts.saturating_add(details.texts());
        if self.texts > MAX_TEXTS {
            return Err("the names in the certificates of this file are more than are shown".to_owned());
        }
        Ok(details)
    }

    pub(super) fn problem(&mut self, code: ProblemCode, message: impl Into<String>) {
        self.problems.push(Problem { code, message: message.into() });
    }

    /// Notes an error of the readers as a problem, and how far the file was opened.
    pub(super) fn refused(&mut self, error: &StoreError) {
        let (code, access) = match error {
            StoreError::WrongPassword => (ProblemCode::WrongPassword, Access::WrongPassword),
            StoreError::WrongKeyPassword { .. } => (ProblemCode::WrongKeyPassword, Access::WrongPassword),
            StoreError::Unauthenticated => (ProblemCode::Unauthenticated, Access::Refused),
            StoreError::Unsupported { .. } => (ProblemCode::Unsupported, Access::Refused),
            _ => (ProblemCode::Damaged, Access::Refused),
        };
        self.access = access;
        self.problem(code, error.to_string());
    }

    pub(super) fn encryption(&mut self, encryption: Encryption) {
        if !self.encryption.contains(&encryption) {
            self.encryption.push(encryption);
        }
    }

    /// What every certificate is judged for.
    fn judge(&mut self) {
        let certificates: Vec<_> = self.objects.iter().flat_map(certificates).collect();
        let mut problems = Vec::new();
        for (code, message) in certificates.into_iter().flat_map(CertificateDetails::objections) {
            let problem = Problem { code, message };
            // A file may hold thousands of expired certificates; a hundred tell enough.
            if problems.len() < 100 && !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        self.problems.extend(problems);
    }
}

fn certificates(object: &Object) -> &[CertificateDetails] {
    match object {
        Object::KeyEntry { chain, .. } => chain,
        Object::TrustedEntry { certificate, .. }
        | Object::UnlistedCertificate { certificate }
        | Object::Certificate { certificate, .. } => std::slice::from_ref(certificate),
        _ => &[],
    }
}

/// Says what some bytes are, with what they hold as far as the passwords open it, and what is to be said against it at
/// `now`.
pub fn inspect(bytes: &[u8], options: &ReadOptions, now: Timestamp) -> Inspection {
    if let Err(error) = check_size(bytes) {
        let mut report = Inspection::new(FileKind::Unknown, bytes);
        report.refused(&error);
        return report;
    }
    let kind = FileKind::detect(bytes);
    let mut report = Inspection::new(kind, bytes);
    let definite = ber::definite(bytes);
    let der = definite.as_deref().unwrap_or(bytes);
    match kind {
        FileKind::Pkcs12 => store::pkcs12(&mut report, der, options, now),
        FileKind::Jks => store::jks(&mut report, bytes, options, now),
        FileKind::Pem => pem::pem(&mut report, bytes, options, now),
        FileKind::Empty | FileKind::Unknown => {
            report.access = Access::Refused;
            let message = format!("it is {}", kind.describe());
            report.problem(ProblemCode::Damaged, message);
        }
        FileKind::Jceks | FileKind::Bks => {
            report.access = Access::Refused;
            let message = format!("it is {}", kind.describe());
            report.problem(ProblemCode::Unsupported, message);
        }
        _ => pem::der(&mut report, kind, der, options, now),
    }
    report.judge();
    report
}
