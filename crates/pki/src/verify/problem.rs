//! What a check finds.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// It works, but not for everyone or not for long.
    Warning,
    /// Connections will fail.
    Error,
}

/// What is wrong with a keystore, a truststore, or the two together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// A store cannot be read.
    UnreadableStore {
        /// What was found; it names the store.
        reason: String,
    },
    /// A store's password is wrong.
    WrongPassword {
        /// The store.
        store: String,
    },
    /// The password of the key is not the one of its store, and the format has only one.
    KeyPasswordDiffers {
        /// The keystore.
        store: String,
    },
    /// The key does not open with its password.
    WrongKeyPassword {
        /// The keystore.
        store: String,
    },
    /// Java and Flink do not read the format.
    NotForFlink {
        /// The store.
        store: String,
    },
    /// A keystore without a private key that has a certificate.
    NoPrivateKey {
        /// The keystore.
        store: String,
    },
    /// A keystore with several private keys: Java picks one.
    SeveralPrivateKeys {
        /// The keystore.
        store: String,
        /// How many.
        count: usize,
        /// The one that was checked.
        alias: String,
    },
    /// A truststore in which Java finds no trusted certificate.
    NothingTrusted {
        /// The truststore.
        store: String,
        /// How many certificates it holds all the same.
        certificates: usize,
    },
    /// A certificate cannot be read.
    UnreadableCertificate {
        /// What was found.
        reason: String,
    },
    /// The private key is not the one of its certificate.
    KeyMismatch {
        /// The subject of the certificate.
        subject: String,
    },
    /// A certificate is past its end.
    Expired {
        /// Whose it is.
        subject: String,
        /// Its end.
        not_after: Timestamp,
    },
    /// A certificate expires soon.
    ExpiresSoon {
        /// Whose it is.
        subject: String,
        /// Its end.
        not_after: Timestamp,
    },
    /// A certificate is before its start.
    NotYetValid {
        /// Whose it is.
        subject: String,
        /// Its start.
        not_before: Timestamp,
        /// The time of the check.
        now: Timestamp,
    },
    /// The extended key usage does not allow to accept connections.
    NotForServers {
        /// Whose certificate it is.
        subject: String,
    },
    /// The extended key usage does not allow to open connections.
    NotForClients {
        /// Whose certificate it is.
        subject: String,
    },
    /// The key usage lacks what TLS needs.
    KeyUsage {
        /// Whose certificate it is.
        subject: String,
        /// What is missing.
        missing: &'static str,
    },
    /// A certificate above the leaf is not one of an authority.
    NotAnAuthority {
        /// Whose certificate it is.
        subject: String,
    },
    /// A key that is too weak, or of a kind that TLS stacks do not take.
    WeakKey {
        /// Whose key it is.
        subject: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A signature with a broken hash.
    WeakSignature {
        /// Whose certificate it is.
        subject: String,
        /// The hash.
        hash: &'static str,
    },
    /// The certificate does not hold a name under which it is reached.
    NameMissing {
        /// Whose certificate it is.
        subject: String,
        /// The name that is missing.
        host: String,
        /// The names that it holds.
        names: Vec<String>,
    },
    /// An authority of the chain may not issue for one of the names.
    NotPermitted {
        /// The authority.
        authority: String,
        /// The name.
        name: String,
        /// What it may issue for.
        permitted: String,
    },
    /// The chain ends before a root, and what comes above it is neither in the keystore nor trusted.
    MissingIntermediate {
        /// The certificate at which the chain ends.
        subject: String,
        /// Its issuer.
        issuer: String,
    },
    /// The chain leads to an authority that the truststore does not hold.
    Untrusted {
        /// The leaf.
        subject: String,
        /// Where its chain leads.
        root: String,
        /// What the truststore holds.
        trusted: Vec<String>,
    },
    /// The truststore holds an authority of the right name with another key.
    OtherKey {
        /// The name of the authority.
        authority: String,
    },
    /// No cipher suite in effect fits the key.
    NoFittingSuite {
        /// The kind of the key, in words.
        key: &'static str,
        /// The suites in effect.
        algorithms: String,
        /// What to set `security.ssl.algorithms` to.
        suggestion: String,
    },
    /// Only suites that current clients do not speak.
    OutdatedSuites {
        /// The suites in effect.
        algorithms: String,
        /// What to set `security.ssl.algorithms` to.
        suggestion: String,
    },
    /// A handshake fails for another reason.
    HandshakeFails {
        /// The protocol.
        protocol: &'static str,
        /// What rustls said.
        reason: String,
    },
}

impl Problem {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnreadableStore { .. } => "unreadable-store",
            Self::WrongPassword { .. } => "wrong-password",
            Self::KeyPasswordDiffers { .. } => "key-password-differs",
            Self::WrongKeyPassword { .. } => "wrong-key-password",
            Self::NotForFlink { .. } => "not-for-flink",
            Self::NoPrivateKey { .. } => "no-private-key",
            Self::SeveralPrivateKeys { .. } => "several-private-keys",
            Self::NothingTrusted { .. } => "nothing-trusted",
            Self::UnreadableCertificate { .. } => "unreadable-certificate",
            Self::KeyMismatch { .. } => "key-mismatch",
            Self::Expired { .. } => "expired",
            Self::ExpiresSoon { .. } => "expires-soon",
            Self::NotYetValid { .. } => "not-yet-valid",
            Self::NotForServers { .. } => "not-for-servers",
            Self::NotForClients { .. } => "not-for-clients",
            Self::KeyUsage { .. } => "key-usage",
            Self::NotAnAuthority { .. } => "not-an-authority",
            Self::WeakKey { .. } => "weak-key",
            Self::WeakSignature { .. } => "weak-signature",
            Self::NameMissing { .. } => "name-missing",
            Self::NotPermitted { .. } => "not-permitted",
            Self::MissingIntermediate { .. } => "missing-intermediate",
            Self::Untrusted { .. } => "untrusted",
            Self::OtherKey { .. } => "other-key",
            Self::NoFittingSuite { .. } => "no-fitting-suite",
            Self::OutdatedSuites { .. } => "outdated-suites",
            Self::HandshakeFails { .. } => "handshake-fails",
        }
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        match self {
            Self::ExpiresSoon { .. }
            | Self::OutdatedSuites { .. }
            | Self::SeveralPrivateKeys { .. }
            | Self::NotForFlink { .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// How to mend it.
    pub fn help(&self) -> String {
        match self {
            Self::UnreadableStore { .. } => "name a store that can be read, or issue it anew".into(),
            Self::WrongPassword { .. } => "give the password that the store was made with".into(),
            Self::KeyPasswordDiffers { .. } => {
                "use one password for store and key, or a JKS store, which has two".into()
            }
            Self::WrongKeyPassword { .. } => "give the password of the key".into(),
            Self::NotForFlink { .. } => "`flinkops pki convert` makes a PKCS#12 store of it".into(),
            Self::NoPrivateKey { .. } => "name the keystore, not the truststore".into(),
            Self::SeveralPrivateKeys { .. } => "leave one key in the store".into(),
            Self::NothingTrusted { .. } => {
                "make it anew with `flinkops pki truststore add` or `keytool -importcert`".into()
            }
            Self::KeyMismatch { .. } => {
                "put key and certificate together again from where they were made".into()
            }
            Self::Expired { .. } | Self::ExpiresSoon { .. } => {
                "renew it with `flinkops pki renew`, and restart what uses it".into()
            }
            Self::NotYetValid { .. } => "set the clock right, or wait".into(),
            Self::NotForServers { .. } => {
                "issue it with the role `internal`, or `rest-server` for the REST endpoint".into()
            }
            Self::NotForClients { .. } => {
                "issue it with the role `internal`, or `rest-client` for clients of the REST endpoint".into()
            }
            Self::UnreadableCertificate { .. }
            | Self::KeyUsage { .. }
            | Self::WeakSignature { .. }
            | Self::HandshakeFails { .. } => "issue the certificate anew".into(),
            Self::WeakKey { .. } => {
                "issue it anew with a new key: RSA 2048 at least, P-256, P-384 or Ed25519".into()
            }
            Self::NotAnAuthority { .. } => "put the certificates of the authorities into the chain".into(),
            Self::NameMissing { .. } => "issue it anew with that name".into(),
            Self::NotPermitted { .. } => {
                "issue it without that name, or from an authority that may issue for it".into()
            }
            Self::MissingIntermediate { issuer, .. } => format!(
                "if {issuer} is an intermediate authority, put its certificate into the keystore's chain; if it is a root, put it into the truststore"
            ),
            Self::Untrusted { root, .. } => format!("put the certificate of {root} into the truststore"),
            Self::OtherKey { .. } => {
                "put the authority's present certificate into the truststore, or issue the leaf anew".into()
            }
            Self::NoFittingSuite { suggestion, .. } | Self::OutdatedSuites { suggestion, .. } => {
                format!("set security.ssl.algorithms to {suggestion}")
            }
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnreadableStore { reason } | Self::UnreadableCertificate { reason } => f.write_str(reason),
            Self::WrongPassword { store } => write!(f, "the password does not open {store}"),
            Self::KeyPasswordDiffers { store } => write!(
                f,
                "the key password differs from the password of {store}, so Java cannot take the key out of it"
            ),
            Self::WrongKeyPassword { store } => {
                write!(f, "the key password does not open the key in {store}")
            }
            Self::NotForFlink { store } => write!(f, "{store} is PEM, and Flink reads PKCS#12 and JKS only"),
            Self::NoPrivateKey { store } => {
                write!(
                    f,
                    "{store} holds no private key with a certificate, so there is nothing to identify with"
                )
            }
            Self::SeveralPrivateKeys { store, count, alias } => {
                write!(f, "{store} holds {count} private keys, and Java chooses; `{alias}` is checked here")
            }
            Self::NothingTrusted { store, certificates: 0 } => {
                write!(f, "{store} holds no certificate, so Java trusts nobody with it")
            }
            Self::NothingTrusted { store, certificates } => write!(
                f,
                "{store} holds {certificates} certificate(s), but none marked as trusted, so Java trusts nobody with it"
            ),
            Self::KeyMismatch { subject } => {
                write!(f, "the private key is not the one of the certificate of {subject}")
            }
            Self::Expired { subject, not_after } => {
                write!(f, "the certificate of {subject} expired on {not_after}")
            }
            Self::ExpiresSoon { subject, not_after } => {
                write!(f, "the certificate of {subject} expires on {not_after}")
            }
            Self::NotYetValid { subject, not_before, now } => {
                write!(
                    f,
                    "the certificate of {subject} is valid only from {not_before}, and it is {now} here"
                )
            }
            Self::NotForServers { subject } => {
                write!(f, "the extended key usage of {subject} lacks serverAuth")
            }
            Self::NotForClients { subject } => {
                write!(f, "the extended key usage of {subject} lacks clientAuth")
            }
            Self::KeyUsage { subject, missing } => write!(f, "the key usage of {subject} lacks {missing}"),
            Self::NotAnAuthority { subject } => {
                write!(f, "the certificate of {subject} stands in the chain, but is not one of an authority")
            }
            Self::WeakKey { subject, reason } => {
                write!(f, "the key of {subject} is not fit for TLS: {reason}")
            }
            Self::WeakSignature { subject, hash } => {
                write!(f, "the certificate of {subject} is signed with {hash}, which Java refuses")
            }
            Self::NameMissing { subject, host, names } => {
                let names = if names.is_empty() { "no name at all".to_owned() } else { names.join(", ") };
                write!(f, "the certificate of {subject} holds {names}, and it is reached as {host}")
            }
            Self::NotPermitted { authority, name, permitted } => {
                write!(f, "{authority} may issue for {permitted}, and the certificate holds {name}")
            }
            Self::MissingIntermediate { subject, issuer } => write!(
                f,
                "the chain ends with {subject}, and its issuer {issuer} is neither in the keystore nor trusted"
            ),
            Self::Untrusted { subject, root, trusted } => write!(
                f,
                "the truststore does not vouch for {subject}: its chain leads to {root}, and trusted is {}",
                trusted.join("; ")
            ),
            Self::OtherKey { authority } => write!(
                f,
                "the truststore holds an authority named {authority}, but with another key than the one that signed the chain"
            ),
            Self::NoFittingSuite { key, algorithms, .. } => {
                write!(f, "`{algorithms}` has no suite for {key} key, so nothing would connect")
            }
            Self::OutdatedSuites { algorithms, .. } => {
                write!(f, "`{algorithms}` has no suite with forward secrecy; current clients speak no other")
            }
            Self::HandshakeFails { protocol, reason } => {
                write!(f, "the {protocol} handshake fails: {reason}")
            }
        }
    }
}

/// A problem as it is reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// A stable name of the problem.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What was found.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

impl From<&Problem> for Finding {
    fn from(problem: &Problem) -> Self {
        Self {
            code: problem.code(),
            severity: problem.severity(),
            message: problem.to_string(),
            help: problem.help(),
        }
    }
}
