//! What the checks report, those that ask the KDC among them.

use std::fmt;

use serde::Serialize;

use crate::ssl::Severity;

/// What is wrong. Serialized in kebab case, as a stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Code {
    // The configuration.
    /// A keytab without a principal, or the other way round: Flink ends at start.
    HalfALogin,
    /// The principal is none.
    BadPrincipal,
    /// The keytab's path depends on where a process is started.
    RelativeKeytab,
    /// Nothing logs in, since no context is named.
    NoContext,
    /// A context that only differs in case from one that is used.
    MisspeltContext,
    /// ZooKeeper is used, and its context does not log in.
    ZookeeperWithoutLogin,
    /// Nobody logs in from a keytab, and ticket caches end.
    TicketCacheOnly,
    /// `security.kerberos.krb5-conf.path` where it does nothing.
    IgnoredKrb5Path,
    // The keytab.
    /// There is no file.
    KeytabMissing,
    /// It cannot be read.
    KeytabUnreadable,
    /// It is no keytab.
    KeytabDamaged,
    /// It holds nothing.
    KeytabEmpty,
    /// Others than its owner can read it.
    KeytabExposed,
    /// Another user owns it.
    KeytabOwner,
    /// It holds no key of the principal.
    PrincipalMissing,
    /// One version and encryption type with two different keys.
    ConflictingKeys,
    /// The same key twice.
    DuplicateEntry,
    /// A key that has not the length of its type.
    KeyLength,
    /// No key has an encryption type that may be used.
    NoUsableEtype,
    /// A key of a weak encryption type.
    WeakEtype,
    /// A key of a type that krb5.conf or Java excludes, beside others that may be used.
    UnusedEtype,
    // krb5.conf.
    /// There is no file.
    Krb5Missing,
    /// It cannot be read.
    Krb5Unreadable,
    /// A line for which Java refuses the file.
    Krb5Syntax,
    /// A comment that became part of a value.
    Krb5Comment,
    /// It includes others, which are not checked.
    Krb5Include,
    /// No KDC of the realm is known.
    RealmWithoutKdc,
    /// An address that is none.
    BadKdcAddress,
    /// Encryption types that Java does not find in a list.
    EnctypesLost,
    /// Weak cryptography is allowed.
    WeakCryptoAllowed,
    // The KDC.
    /// Nobody answered.
    KdcUnreachable,
    /// The answer makes no sense, or its authenticity is not proven.
    KdcNonsense,
    /// The KDC does not know the principal.
    UnknownPrincipal,
    /// The KDC has another key.
    WrongKey,
    /// The key is right, and its version number is not.
    WrongKvno,
    /// The KDC has no key of such a type, or does not use it.
    UnsupportedEtype,
    /// The clocks differ.
    ClockSkew,
    /// The principal is locked.
    Locked,
    /// The principal has expired.
    Expired,
    /// Its password has expired.
    PasswordExpired,
    /// The KDC does not serve the realm.
    WrongRealm,
    /// The KDC refuses for another reason.
    Refused,
    /// The KDC does not know the service.
    UnknownService,
    /// The service's key in the keytab does not open its ticket.
    ServiceKey,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What it is.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The configuration key, file or principal that it is about.
    pub subject: String,
    /// What was found, and what it leads to. No key or password is in it.
    pub evidence: String,
    /// How to mend it.
    pub mend: String,
}

impl Finding {
    pub(crate) fn error(
        code: Code,
        subject: impl fmt::Display,
        evidence: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        let subject = subject.to_string();
        Self { code, severity: Severity::Error, subject, evidence: evidence.into(), mend: mend.into() }
    }

    pub(crate) fn warning(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.subject, self.evidence, self.mend)
    }
}
