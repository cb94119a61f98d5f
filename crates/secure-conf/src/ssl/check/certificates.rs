//! Checks on what the certificates say: time, key, usage and strength.

use pki::profile::Role;
use pki::verify::Problem;
use pki::verify::certificates::{check_key, check_strength, check_time, check_usage};

use super::examination::{Examination, Side};
use super::finding::{Finding, FindingKind, Scope};
use super::material::Identity;

pub(super) fn check(
    examination: &Examination<'_>,
    scope: Scope,
    identity: &Identity,
    findings: &mut Vec<Finding>,
) {
    let now = examination.now;
    let consequence = match (scope, examination.side) {
        (Scope::Internal, _) => "TaskManagers will not register",
        (Scope::Rest, Side::Cluster) => "clients will refuse the connection",
        (Scope::Rest, Side::Client) => "the JobManager will refuse the connection",
    };
    let path = &identity.path;
    let identity_of = &*identity.identity;
    let info = &identity_of.info;
    let evidence = || {
        [
            format!("subject {}, issuer {}, serial {}", info.subject, info.issuer, info.serial),
            format!("valid from {} to {}", info.not_before, info.not_after),
        ]
    };
    let role = match (scope, examination.side) {
        (Scope::Internal, _) => Role::Internal,
        (Scope::Rest, Side::Cluster) => Role::RestServer,
        (Scope::Rest, Side::Client) => Role::RestClient,
    };
    // An authority that ends takes every certificate below it along.
    for info in std::iter::once(info).chain(&identity_of.above) {
        let left = info.not_after.duration_since(now);
        if left.is_negative() || examination.warn_before.is_none_or(|warn_before| left >= warn_before) {
            continue;
        }
        let days = left.as_hours() / 24;
        let finding = Finding::error(
            FindingKind::ExpiresSoon,
            scope,
            scope.key("keystore"),
            format!(
                "the certificate of {} in {path} expires on {}, in {days} days; then {consequence}",
                info.subject, info.not_after
            ),
            "renew it with `flinkops pki renew`, and restart what uses it",
        );
        findings.push(finding.warning().evidence(evidence()));
    }
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
        let finding = Finding::error(kind, scope, scope.key("keystore"), message, help);
        findings.push(finding.evidence(evidence()));
    }
}
