//! Checks on what the certificates say: time, key, usage and names.

use std::net::IpAddr;

use jiff::Timestamp;
use ops_core::conf::ConfDocument;
use pki::profile::Role;
use pki::verify::Problem;
use pki::verify::certificates::{check_key, check_names, check_strength, check_time, check_usage};

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
    let identity_of = &identity.identity;
    let role = match scope {
        Scope::Internal => Role::Internal,
        Scope::Rest => Role::RestServer,
    };
    let problems = check_time(identity_of, now)
        .into_iter()
        .chain(check_key(identity_of))
        .chain(check_usage(identity_of, role))
        .chain(check_strength(identity_of));
    for problem in problems {
        let (kind, message) = match &problem {
            Problem::Expired { subject, not_after } => (
                FindingKind::Expired,
                format!("the certificate of {subject} in {path} expired on {not_after}; {consequence}"),
            ),
            Problem::NotYetValid { subject, not_before, now } => (
                FindingKind::NotYetValid,
                format!(
                    "the certificate of {subject} in {path} is valid only from {not_before}, and it is {now} here; {consequence}"
                ),
            ),
            Problem::KeyMismatch { subject } => (
                FindingKind::KeyMismatch,
                format!("the private key in {path} is not the one of the certificate of {subject}"),
            ),
            Problem::NotForServers { subject } => (
                FindingKind::NotForServers,
                format!("the extended key usage of {subject} in {path} lacks serverAuth; {consequence}"),
            ),
            Problem::NotForClients { subject } => (
                FindingKind::NotForClients,
                format!("the extended key usage of {subject} in {path} lacks clientAuth; {consequence}"),
            ),
            other => (FindingKind::UnfitCertificate, format!("in {path}, {other}; {consequence}")),
        };
        let help = match (&problem, scope) {
            (Problem::Expired { .. }, _) => "issue it anew, and restart what uses it".to_owned(),
            (Problem::NotForServers { .. } | Problem::NotForClients { .. }, _) => {
                format!("issue a certificate with the role `{role}`")
            }
            _ => problem.help(),
        };
        report(kind, message, &help);
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
    if unspecified {
        return;
    }
    let Some(Problem::NameMissing { names, .. }) = check_names(&identity.identity, [address]).pop() else {
        return;
    };
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
