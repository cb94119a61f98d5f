//! What a check reports.

use std::fmt;

use serde::Serialize;

/// Which connections a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Scope {
    /// Between Flink's own processes.
    Internal,
    /// The REST endpoint.
    Rest,
}

impl Scope {
    /// `security.ssl.internal.…` or `security.ssl.rest.…`.
    pub fn key(self, option: &str) -> String {
        match self {
            Self::Internal => format!("security.ssl.internal.{option}"),
            Self::Rest => format!("security.ssl.rest.{option}"),
        }
    }
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// It works, but not for everyone, or it could not be proven.
    Warning,
    /// Flink will not start, or its processes or clients will not reach each other.
    Error,
}

/// What is wrong. Serialized in kebab case, as a stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FindingKind {
    /// A key that Flink insists on is not set: the JobManager ends at start.
    MissingKey,
    /// A store is missing, unreadable, or no PKCS#12 store.
    UnreadableStore,
    /// A store's path depends on where a process is started.
    RelativePath,
    /// A store type that Flink cannot use.
    UnusableStoreType,
    /// A store's password is wrong.
    WrongPassword,
    /// The password in the file would be right, but the dialect reads it differently.
    MangledPassword,
    /// A store was changed after it was written.
    DamagedStore,
    /// A store has no MAC.
    UnauthenticatedStore,
    /// The key password is not the store password of a PKCS#12 store.
    KeyPasswordDiffers,
    /// The key password does not open the key in a JKS store.
    WrongKeyPassword,
    /// A keystore without a private key.
    NoPrivateKey,
    /// A keystore with several private keys: Java picks one.
    SeveralPrivateKeys,
    /// The private key is not the one of its certificate.
    KeyMismatch,
    /// A truststore in which Java finds no trusted certificate.
    NothingTrusted,
    /// A certificate is past its end.
    Expired,
    /// A certificate expires soon.
    ExpiresSoon,
    /// A certificate is before its start.
    NotYetValid,
    /// The extended key usage does not allow to accept connections.
    NotForServers,
    /// The extended key usage does not allow to open connections.
    NotForClients,
    /// A key or signature is too weak, or the key usage lacks what TLS needs.
    UnfitCertificate,
    /// The certificate does not lead to a trusted one.
    Untrusted,
    /// The certificate lacks the name under which clients reach the endpoint.
    NameMissing,
    /// TaskManagers reach this one by a name that its certificate does not hold, and look.
    InternalNameMissing,
    /// A pinned fingerprint that is no SHA-1 fingerprint.
    MalformedPin,
    /// A pinned fingerprint of another certificate.
    PinMismatch,
    /// The handshake fails for another reason.
    HandshakeFails,
    /// The protocol is not one that Flink can be set to.
    UnusableProtocol,
    /// No cipher suite in effect fits the key and the protocol.
    NoFittingSuite,
    /// Only suites that current clients do not speak.
    OutdatedSuites,
}

/// One thing that is wrong with the TLS settings, or with a store that they name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// How bad it is.
    pub severity: Severity,
    /// Which connections it is about.
    pub scope: Scope,
    /// The configuration key to look at.
    pub key: String,
    /// What was found, and what it leads to. No value of a secret is in it.
    pub message: String,
    /// How to mend it.
    pub help: String,
    /// What was seen, a line each.
    pub evidence: Vec<String>,
}

impl Finding {
    pub(super) fn error(
        kind: FindingKind,
        scope: Scope,
        key: String,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let (message, help) = (message.into(), help.into());
        Self { kind, severity: Severity::Error, scope, key, message, help, evidence: Vec::new() }
    }

    pub(super) fn evidence(self, lines: impl IntoIterator<Item = String>) -> Self {
        Self { evidence: lines.into_iter().collect(), ..self }
    }

    pub(super) fn warning(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.key, self.message, self.help)
    }
}
