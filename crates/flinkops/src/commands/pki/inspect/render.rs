//! Reports in words.

use std::fmt::Write as _;

use pki::inspect::{
    Access, CertificateDetails, Inspection, IntegrityState, KeyDetails, Object, Problem, ProblemCode,
    ValidityState,
};

use super::command::Report;
use super::connect::Served;
use ops_core::units::human_bytes;

use crate::commands::pki::written::{count, day, fields};
use crate::output::style;

pub(super) fn human(report: &Report) -> String {
    let mut text = String::new();
    for file in &report.files {
        separate(&mut text);
        let heading = style::HEADING;
        let path = file.path.display();
        let inspection = &file.inspection;
        let _ = writeln!(
            text,
            "{heading}{path}{heading:#}: {}, {}",
            inspection.kind.describe(),
            human_bytes(inspection.bytes as u64)
        );
        store(&mut text, inspection);
        objects(&mut text, &inspection.objects);
        problems(&mut text, &inspection.problems);
    }
    for served in &report.connections {
        separate(&mut text);
        connection(&mut text, served);
    }
    text
}

fn separate(text: &mut String) {
    if !text.is_empty() {
        text.push('\n');
    }
}

/// How a store is protected, and how far it was opened.
fn store(text: &mut String, inspection: &Inspection) {
    let access = match inspection.access {
        Access::Plain => None,
        Access::Open => Some("the password opens it"),
        Access::Locked => Some("encrypted; add --password-from to see the rest"),
        Access::WrongPassword => Some("the password does not open it"),
        _ => Some("not opened"),
    };
    fields(text, access.map(|access| ("access", access.to_owned())));
    if let Some(integrity) = &inspection.integrity {
        let state = match integrity.state {
            IntegrityState::Verified => "verified",
            IntegrityState::NotChecked => "not checked, for want of the password",
            IntegrityState::Failed => "does not fit",
            _ => "nothing proves who wrote it",
        };
        let rounds = integrity.iterations.map(|count| format!(", {count} iterations")).unwrap_or_default();
        fields(text, [("integrity", format!("{}{rounds}: {state}", integrity.mechanism))]);
    }
    for encryption in &inspection.encryption {
        let rounds = encryption.iterations.map(|count| format!(", {count} iterations")).unwrap_or_default();
        let value = format!("{}: {}, {}{rounds}", encryption.part, encryption.cipher, encryption.derivation);
        fields(text, [("encryption", value)]);
    }
}

fn objects(text: &mut String, objects: &[Object]) {
    for object in objects {
        match object {
            Object::KeyEntry { alias, key, chain, chain_complete, .. } => {
                let state = match key {
                    Some(key) => format!("private key, {}", key_kind(&key.public)),
                    None => "private key, encrypted".to_owned(),
                };
                let chain_state = match (chain.len(), *chain_complete) {
                    // What is encrypted is not missing.
                    (0, _) if key.is_none() => String::new(),
                    (0, _) => "; no certificate".to_owned(),
                    (count, true) => format!("; chain of {count}, complete"),
                    (count, false) => format!("; chain of {count}, incomplete"),
                };
                head(text, &format!("{} ({state}{chain_state})", named(alias)));
                chain.iter().for_each(|one| certificate(text, one));
            }
            Object::TrustedEntry { alias, certificate: one, .. } => {
                head(text, &format!("{} (trusted certificate)", named(alias)));
                certificate(text, one);
            }
            Object::SecretEntry { alias } => head(text, &format!("{} (secret key)", named(alias))),
            Object::UnlistedCertificate { certificate: one } => {
                head(text, "certificate that Java does not list");
                certificate(text, one);
            }
            Object::Certificate { line, certificate: one } => {
                head(text, &format!("certificate{}", at(*line)));
                certificate(text, one);
            }
            Object::PrivateKey { line, encoding, key, belongs_to } => {
                let kind = key.as_ref().map_or_else(|| "encrypted".to_owned(), |key| key_kind(&key.public));
                head(text, &format!("private key{} ({encoding}, {kind})", at(*line)));
                fields(text, belongs_to.clone().map(|certificate| ("belongs to", certificate)));
            }
            Object::PublicKey { line, key } => {
                head(text, &format!("public key{} ({})", at(*line), key_kind(key)));
            }
            Object::Request { line, request } => {
                head(text, &format!("signing request{}", at(*line)));
                let names: Vec<_> = request.names.iter().map(ToString::to_string).collect();
                let authority = request.basic_constraints.is_some_and(|asked| asked.ca);
                fields(text, [("subject", request.subject.clone()), ("key", key_kind(&request.key))]);
                fields(text, (!names.is_empty()).then(|| ("names", names.join(", "))));
                fields(text, authority.then(|| ("asks for", "the certificate of an authority".to_owned())));
                fields(text, [("signature", request.signature_algorithm.clone())]);
            }
            Object::Crl { line, crl } => {
                head(text, &format!("revocation list{}", at(*line)));
                let next = crl.next_update.map_or_else(|| "nothing".to_owned(), day);
                fields(
                    text,
                    [
                        ("issuer", crl.issuer.clone()),
                        ("valid", format!("{} to {next}", day(crl.this_update))),
                        ("revoked", count(crl.revoked, "certificate")),
                    ],
                );
            }
            Object::Unreadable { line, label, reason } => {
                head(text, &format!("{label}{}: {reason}", at(*line)));
            }
            _ => head(text, "something that this version has no words for; -o json shows it"),
        }
    }
}

fn head(text: &mut String, what: &str) {
    let heading = style::HEADING;
    let _ = writeln!(text, "{heading}{what}{heading:#}");
}

fn named(alias: &str) -> String {
    if alias.is_empty() { "an entry without alias".to_owned() } else { format!("`{alias}`") }
}

fn at(line: Option<usize>) -> String {
    line.map(|line| format!(" on line {line}")).unwrap_or_default()
}

fn key_kind(key: &KeyDetails) -> String {
    use pki::certificate::KeyAlgorithm::{Ecdsa, Ed25519, Rsa};
    let bits = key.bits.map(|bits| format!(" {bits}")).unwrap_or_default();
    match (key.algorithm, &key.curve) {
        (Rsa, _) => format!("RSA{bits}"),
        (Ecdsa, Some(curve)) => format!("EC {curve}"),
        (Ecdsa, None) => format!("EC{bits}"),
        (Ed25519, _) => "Ed25519".to_owned(),
        _ => "of an unknown kind".to_owned(),
    }
}

fn certificate(text: &mut String, one: &CertificateDetails) {
    let (validity, faint) = (&one.validity, style::FAINT);
    let colour = match validity.state {
        ValidityState::Valid if validity.days_left >= 30 => style::GOOD,
        ValidityState::Valid => style::WARNING,
        _ => style::ERROR,
    };
    let state = match validity.state {
        ValidityState::Valid => format!("{} days left", validity.days_left),
        ValidityState::Expired => "expired".to_owned(),
        _ => "not yet valid".to_owned(),
    };
    let issuer = if one.is_self_issued { "itself".to_owned() } else { one.issuer.clone() };
    let names: Vec<_> = one.names.iter().map(ToString::to_string).collect();
    let authority = one.basic_constraints.filter(|basic| basic.ca).map(|basic| match basic.path_length {
        None => "may issue, authorities below it too".to_owned(),
        Some(0) => "may issue, no authority below it".to_owned(),
        Some(levels) => format!("may issue, {levels} levels of authorities below it"),
    });
    let usage: Vec<_> = one.key_usage.iter().chain(&one.extended_key_usage).flatten().cloned().collect();
    let rows = [
        ("subject", Some(one.subject.clone())),
        ("issuer", Some(issuer)),
        ("names", (!names.is_empty()).then(|| names.join(", "))),
        (
            "valid",
            Some(format!(
                "{} to {} {colour}({state}){colour:#}",
                day(validity.not_before),
                day(validity.not_after)
            )),
        ),
        (
            "key",
            Some(format!("{} {faint}signed with {}{faint:#}", key_kind(&one.key), one.signature_algorithm)),
        ),
        ("authority", authority),
        ("usage", (!usage.is_empty()).then(|| usage.join(", "))),
        ("serial", Some(one.serial.clone())),
        ("SHA-1", Some(one.fingerprint_sha1.clone())),
        ("SHA-256", Some(one.fingerprint_sha256.clone())),
    ];
    fields(text, rows.into_iter().filter_map(|(label, value)| Some((label, value?))));
    text.push('\n');
}

fn problems(text: &mut String, problems: &[Problem]) {
    for problem in problems {
        let colour = match problem.code {
            ProblemCode::LegacyEncryption
            | ProblemCode::UnlistedCertificates
            | ProblemCode::ChainIncomplete => style::WARNING,
            _ => style::ERROR,
        };
        let code = serde_json::to_value(problem.code).ok();
        let code = code.as_ref().and_then(|code| code.as_str()).unwrap_or("problem");
        let _ = writeln!(text, "{colour}{code}{colour:#} {}", problem.message);
    }
}

fn connection(text: &mut String, served: &Served) {
    let heading = style::HEADING;
    let _ = writeln!(text, "{heading}{}{heading:#}", served.address);
    let asks = if served.asks_for_client_certificate { "asked for" } else { "not asked for" };
    let rows = [
        ("protocol", served.protocol.clone()),
        ("cipher suite", served.cipher_suite.clone()),
        ("client certificate", Some(asks.to_owned())),
        ("handshake", served.handshake_error.as_ref().map(|error| format!("ended by the host: {error}"))),
        ("chain", Some(format!("{}, not verified", count(served.certificates.len(), "certificate")))),
    ];
    fields(text, rows.into_iter().filter_map(|(label, value)| Some((label, value?))));
    objects(text, &served.certificates);
    problems(text, &served.problems);
}
