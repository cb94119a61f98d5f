//! Checks on what the certificates say: time, key, usage and names.

use std::net::IpAddr;

use jiff::Timestamp;
use ops_core::conf::ConfDocument;
use pki::certificate::CertificateInfo;
use pki::names::SubjectAltName;

use super::super::facts;
use super::finding::{Finding, FindingKind, Scope};
use super::material::Identity;
use super::written::is_true;

pub(super) fn check(
    doc: &ConfDocument,
    scope: Scope,
    identity: &Identity,
    now: Timestamp,
    findings: &mut Vec<Finding>,
) {
    let mut report = |kind, message: String, help: &str| {
        findings.push(Finding::error(kind, scope, scope.key("keystore"), message, help));
    };
    let consequence = match scope {
        Scope::Internal => "TaskManagers will not register",
        Scope::Rest => "clients will refuse the connection",
    };
    let path = &identity.path;
    for info in std::iter::once(&identity.info).chain(&identity.above) {
        if now > info.not_after {
            let message = format!(
                "the certificate of {} in {path} expired on {}; {consequence}",
                info.subject, info.not_after
            );
            report(FindingKind::Expired, message, "issue it anew, and restart what uses it");
        } else if now < info.not_before {
            let message = format!(
                "the certificate of {} in {path} is valid only from {}, and it is {now} here; {consequence}",
                info.subject, info.not_before
            );
            report(FindingKind::NotYetValid, message, "set the clock right, or wait");
        }
    }
    let info = &identity.info;
    if identity.key.public_key_der().ok().as_ref() != Some(&info.public_key) {
        let message =
            format!("the private key in {path} is not the one of the certificate of {}", info.subject);
        report(
            FindingKind::KeyMismatch,
            message,
            "put key and certificate together again from where they were made",
        );
    }
    if !info.usage.server {
        let message =
            format!("the extended key usage of {} in {path} lacks serverAuth; {consequence}", info.subject);
        let help = if scope == Scope::Internal {
            "issue a certificate with the role `internal`"
        } else {
            "issue a certificate with the role `rest-server`"
        };
        report(FindingKind::NotForServers, message, help);
    }
    if scope == Scope::Internal && !info.usage.client {
        let message =
            format!("the extended key usage of {} in {path} lacks clientAuth; {consequence}", info.subject);
        report(FindingKind::NotForClients, message, "issue a certificate with the role `internal`");
    }
    if scope == Scope::Rest {
        check_name(doc, identity, findings);
    }
}

/// Clients reach REST by `rest.address`, or by `jobmanager.rpc.address` where that is not set.
fn check_name(doc: &ConfDocument, identity: &Identity, findings: &mut Vec<Finding>) {
    let Some(address) = doc.get("rest.address").or_else(|| doc.get("jobmanager.rpc.address")) else { return };
    // `0.0.0.0` is where to listen, not a name that anyone connects to.
    let unspecified = address.parse::<IpAddr>().is_ok_and(|address| address.is_unspecified());
    if unspecified || covers(&identity.info, address) {
        return;
    }
    let names: Vec<_> = identity.info.names.iter().map(ToString::to_string).collect();
    let names = if names.is_empty() { "no name at all".to_owned() } else { names.join(", ") };
    let finding = Finding::error(
        FindingKind::NameMissing,
        Scope::Rest,
        Scope::Rest.key("keystore"),
        format!("the certificate in {} holds {names}, and clients reach it as {address}", identity.path),
        "issue it anew with that name",
    );
    // Without name checks Flink's own clients connect all the same; others do not.
    let enforced = is_true(doc.get(facts::REST_VERIFY_HOSTNAME));
    findings.push(if enforced { finding } else { finding.warning() });
}

fn covers(info: &CertificateInfo, address: &str) -> bool {
    let bare = address.trim_start_matches('[').trim_end_matches(']');
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return info.names.contains(&SubjectAltName::Ip(ip));
    }
    let host = bare.trim_end_matches('.').to_ascii_lowercase();
    info.names.iter().any(|name| match name {
        SubjectAltName::Dns(name) => {
            *name == host
                || name.strip_prefix("*.").is_some_and(|rest| {
                    host.split_once('.').is_some_and(|(first, parent)| !first.is_empty() && parent == rest)
                })
        }
        _ => false,
    })
}
