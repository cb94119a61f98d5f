//! Protocol and cipher suites against the keys of the certificates.

use pki::certificate::KeyAlgorithm;

use super::super::facts;
use super::examination::{Examination, Side};
use super::finding::{Finding, FindingKind, Scope};

pub(super) fn check(
    examination: &Examination<'_>,
    keys: &[(Scope, KeyAlgorithm)],
    findings: &mut Vec<Finding>,
) {
    let Examination { doc, side, .. } = *examination;
    // A REST server without client certificates ignores both options.
    let heeds =
        |scope: Scope| scope == Scope::Internal || side == Side::Client || examination.rest_authentication();
    let concerned: Vec<_> = keys.iter().filter(|(scope, _)| heeds(*scope)).collect();
    let Some((first, _)) = concerned.first() else { return };
    let protocol = examination.protocol();
    if !["TLSv1.2", "TLSv1.3"].contains(&protocol) {
        findings.push(Finding::error(
            FindingKind::UnusableProtocol,
            *first,
            facts::PROTOCOL.to_owned(),
            format!(
                "`{protocol}` is set; Flink takes one protocol, and Java has disabled those before TLS 1.2"
            ),
            "set TLSv1.2 or TLSv1.3",
        ));
        return;
    }
    let in_effect = examination.algorithms();
    let origin = if doc.get(facts::ALGORITHMS).is_some() { "set" } else { "the default of this version" };
    for (scope, key) in concerned {
        let fitting: Vec<_> =
            facts::suites(in_effect).filter(|suite| facts::suite_fits(suite, protocol, *key)).collect();
        let suggestion = if protocol == "TLSv1.3" { facts::TLS13_SUITES } else { facts::tls12_suites(*key) };
        let help = format!("set {}", suggestion.join(","));
        if fitting.is_empty() {
            let kind = match key {
                KeyAlgorithm::Rsa => "an RSA",
                KeyAlgorithm::Ecdsa => "an elliptic-curve",
                KeyAlgorithm::Ed25519 => "an Ed25519",
                _ => "a",
            };
            findings.push(Finding::error(
                FindingKind::NoFittingSuite,
                *scope,
                facts::ALGORITHMS.to_owned(),
                format!("`{in_effect}` ({origin}) has no suite for {kind} key with {protocol}; nothing will connect"),
                help,
            ));
        } else if !fitting.iter().any(|suite| facts::is_current(suite)) {
            let finding = Finding::error(
                FindingKind::OutdatedSuites,
                *scope,
                facts::ALGORITHMS.to_owned(),
                format!(
                    "`{in_effect}` ({origin}) has no suite with forward secrecy; current clients speak no other"
                ),
                help,
            );
            findings.push(finding.warning());
        }
    }
}
