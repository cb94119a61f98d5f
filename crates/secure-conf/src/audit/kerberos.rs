//! The Kerberos settings of one host, with the keytab and the `krb5.conf` that they lead to, through [`crate::kerberos`].

use super::codes::{self, Code};
use super::finding::{Finding, Severity};
use super::host::Host;
use crate::kerberos::{self, Code as Kerberos, Platform, Surroundings, check_configuration};
use crate::ssl::{self, StoreReader};

/// The key of the keytab, and its former name.
const KEYTAB: [&str; 2] = ["security.kerberos.login.keytab", "security.keytab"];

pub(super) fn check(host: &Host, reader: &StoreReader<'_>, findings: &mut Vec<Finding>) {
    let uses = |prefix: &str| host.doc.effective().any(|entry| entry.key.starts_with(prefix));
    let platform = match (uses("kubernetes."), uses("yarn.")) {
        (true, _) => Platform::Kubernetes,
        (false, true) => Platform::Yarn,
        (false, false) => Platform::Standalone,
    };
    // In a rendered tree, the keytab may stand below the host's directory.
    let mut doc = host.doc.clone();
    for key in KEYTAB {
        let located = host.doc.get(key).map(|path| reader.locate(path));
        if let Some(path) = located.as_deref().and_then(|path| path.to_str()) {
            // A document that cannot hold the other path is checked with its own.
            let _ = doc.set(key, path);
        }
    }
    for found in check_configuration(&doc, host.version, &Surroundings::of(platform)) {
        // It is said of every configuration that has the key, with or without a login.
        if found.code != Kerberos::IgnoredKrb5Path {
            findings.push(translate(host, found));
        }
    }
}

fn translate(host: &Host, found: kerberos::Finding) -> Finding {
    let kerberos::Finding { code: kind, severity, subject, evidence, mend, .. } = found;
    let severity = match severity {
        ssl::Severity::Error => Severity::Error,
        ssl::Severity::Warning => Severity::Warning,
    };
    let is_key = host.doc.entry(&subject).is_some() || subject.starts_with("security.");
    let key = if is_key { &subject } else { KEYTAB[0] };
    let message = format!("`{subject}`: {evidence}");
    host.finding(code(kind), key, message, mend).with_severity(severity)
}

fn code(kind: Kerberos) -> &'static Code {
    match kind {
        Kerberos::NoContext
        | Kerberos::MisspeltContext
        | Kerberos::ZookeeperWithoutLogin
        | Kerberos::TicketCacheOnly => &codes::KERBEROS_CONTEXTS,
        Kerberos::KeytabMissing
        | Kerberos::KeytabUnreadable
        | Kerberos::KeytabDamaged
        | Kerberos::KeytabEmpty => &codes::KEYTAB_UNREADABLE,
        Kerberos::KeytabExposed | Kerberos::KeytabOwner => &codes::KEYTAB_EXPOSED,
        Kerberos::PrincipalMissing => &codes::KEYTAB_PRINCIPAL,
        Kerberos::ConflictingKeys
        | Kerberos::DuplicateEntry
        | Kerberos::KeyLength
        | Kerberos::NoUsableEtype
        | Kerberos::WeakEtype
        | Kerberos::UnusedEtype => &codes::KEYTAB_KEYS,
        Kerberos::Krb5Missing
        | Kerberos::Krb5Unreadable
        | Kerberos::Krb5Syntax
        | Kerberos::Krb5Comment
        | Kerberos::Krb5Include
        | Kerberos::RealmWithoutKdc
        | Kerberos::BadKdcAddress => &codes::KRB5_CONF,
        Kerberos::EnctypesLost | Kerberos::WeakCryptoAllowed => &codes::KRB5_ENCTYPES,
        _ => &codes::KERBEROS_LOGIN,
    }
}
