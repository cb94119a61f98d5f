//! The TLS settings of one host, under the codes of this check.

use super::codes::{self, Code};
use super::finding::{Edit, Finding, Severity};
use super::host::Host;
use crate::ssl::{self, FindingKind, facts};

pub(super) fn translate(host: &Host, found: ssl::Finding) -> Finding {
    let ssl::Finding { kind, severity, key, message, help, evidence, .. } = found;
    let fix = match kind {
        FindingKind::NoFittingSuite | FindingKind::OutdatedSuites => help
            .strip_prefix("set ")
            .map(|suites| Edit::Set { key: facts::ALGORITHMS.to_owned(), value: suites.to_owned() }),
        FindingKind::UnusableProtocol => {
            Some(Edit::Set { key: facts::PROTOCOL.to_owned(), value: facts::DEFAULT_PROTOCOL.to_owned() })
        }
        _ => None,
    };
    let severity = match severity {
        ssl::Severity::Error => Severity::Error,
        ssl::Severity::Warning => Severity::Warning,
    };
    let message =
        if message.starts_with("it ") { message.replacen("it ", &format!("`{key}` "), 1) } else { message };
    let message =
        message.replacen(&format!("`{key}` is not set"), &format!("`{key}` is needed and not set"), 1);
    let finding =
        host.finding(code(kind), &key, message, help).with_severity(severity).with_evidence(evidence);
    match fix {
        Some(edit) => finding.with_fix(false, edit),
        None => finding,
    }
}

fn code(kind: FindingKind) -> &'static Code {
    match kind {
        FindingKind::MissingKey => &codes::MISSING_KEY,
        FindingKind::UnreadableStore => &codes::UNREADABLE_STORE,
        FindingKind::WrongPassword => &codes::WRONG_PASSWORD,
        FindingKind::MangledPassword => &codes::MANGLED_PASSWORD,
        FindingKind::KeyPasswordDiffers | FindingKind::WrongKeyPassword => &codes::KEY_PASSWORD,
        FindingKind::NoPrivateKey => &codes::NO_PRIVATE_KEY,
        FindingKind::SeveralPrivateKeys => &codes::SEVERAL_PRIVATE_KEYS,
        FindingKind::NothingTrusted => &codes::NOTHING_TRUSTED,
        FindingKind::DamagedStore | FindingKind::UnauthenticatedStore => &codes::DAMAGED_STORE,
        FindingKind::UnusableStoreType => &codes::STORE_TYPE,
        FindingKind::RelativePath => &codes::RELATIVE_PATH,
        FindingKind::Expired => &codes::EXPIRED,
        FindingKind::ExpiresSoon => &codes::EXPIRES_SOON,
        FindingKind::NotYetValid => &codes::NOT_YET_VALID,
        FindingKind::NotForServers => &codes::NOT_FOR_SERVERS,
        FindingKind::NotForClients => &codes::NOT_FOR_CLIENTS,
        FindingKind::KeyMismatch => &codes::KEY_MISMATCH,
        FindingKind::UnfitCertificate => &codes::UNFIT_CERTIFICATE,
        FindingKind::Untrusted => &codes::UNTRUSTED,
        FindingKind::NameMissing => &codes::NAME_MISSING,
        FindingKind::InternalNameMissing => &codes::INTERNAL_NAME_MISSING,
        FindingKind::HandshakeFails => &codes::HANDSHAKE_FAILS,
        FindingKind::MalformedPin => &codes::MALFORMED_PIN,
        FindingKind::PinMismatch => &codes::PIN_MISMATCH,
        FindingKind::UnusableProtocol => &codes::UNUSABLE_PROTOCOL,
        FindingKind::NoFittingSuite => &codes::NO_FITTING_SUITE,
        FindingKind::OutdatedSuites => &codes::OUTDATED_SUITES,
    }
}
