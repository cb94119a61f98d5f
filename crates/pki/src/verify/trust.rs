//! Whether a chain leads to what a truststore holds, and if not, what is missing.

use jiff::Timestamp;
use rustls_pki_types::CertificateDer;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::certificates::{Identity, time_problem};
use super::problem::Problem;
use crate::certificate::CertificateInfo;
use crate::constraints::NameConstraints;
use crate::public_key;

/// Checks the chain of an identity against trusted certificates.
pub fn check(identity: &Identity, anchors: &[CertificateDer<'static>], now: Timestamp) -> Vec<Problem> {
    let mut problems = Vec::new();
    let parsed: Result<Vec<_>, _> =
        identity.chain.iter().map(|der| X509Certificate::from_der(der).map(|(_, parsed)| parsed)).collect();
    let Ok(chain) = parsed else { return problems };
    let trusted: Vec<_> =
        anchors.iter().filter_map(|der| Some((der, X509Certificate::from_der(der).ok()?.1))).collect();
    let mut above = Vec::new();
    // Up the chain as far as each certificate was issued by the next; a verifier stops where it finds a trusted one.
    let mut at = 0;
    let anchor = loop {
        let certificate = &chain[at];
        // The leaf itself may be trusted: Java takes that.
        if let Some((der, _)) = trusted.iter().find(|(der, _)| **der == identity.chain[at]) {
            break Some(*der);
        }
        let named = trusted.iter().filter(|(_, anchor)| anchor.subject() == certificate.issuer());
        let mut named = named.peekable();
        if named.peek().is_some() {
            if let Some((der, _)) = named.find(|(_, anchor)| issued(certificate, anchor)) {
                break Some(*der);
            }
            problems.push(Problem::OtherKey { authority: certificate.issuer().to_string() });
            return problems;
        }
        match chain.get(at + 1) {
            Some(next) if next.subject() == certificate.issuer() && issued(certificate, next) => {
                above.push(next);
                at += 1;
            }
            _ => break None,
        }
    };
    let Some(anchor) = anchor else {
        let last = &chain[at];
        problems.push(if last.subject() == last.issuer() {
            Problem::Untrusted {
                subject: identity.info.subject.clone(),
                root: last.subject().to_string(),
                trusted: trusted.iter().map(|(_, anchor)| anchor.subject().to_string()).collect(),
            }
        } else {
            Problem::MissingIntermediate {
                subject: last.subject().to_string(),
                issuer: last.issuer().to_string(),
            }
        });
        return problems;
    };
    // The anchor is in the keystore's chain more often than not; what is wrong with it was said then.
    if !identity.chain.contains(anchor)
        && let Ok(info) = CertificateInfo::parse(anchor)
    {
        problems.extend(time_problem(&info, now));
    }
    let anchor = trusted.iter().find(|(der, _)| *der == anchor).map(|(_, parsed)| parsed);
    for authority in above.into_iter().chain(anchor) {
        let Some(constraints) = NameConstraints::of(authority) else { continue };
        if let Some(name) = identity.info.names.iter().find(|name| !constraints.allow(name)) {
            problems.push(Problem::NotPermitted {
                authority: authority.subject().to_string(),
                name: name.to_string(),
                permitted: constraints.to_string(),
            });
        }
    }
    problems.dedup();
    problems
}

fn issued(certificate: &X509Certificate<'_>, issuer: &X509Certificate<'_>) -> bool {
    let signed = public_key::verify(
        issuer.public_key(),
        &certificate.signature_algorithm,
        &certificate.signature_value.data,
        certificate.tbs_certificate.as_ref(),
    );
    // A signature that cannot be checked here is reported by itself, as a weak key or signature.
    signed != Err(public_key::SignatureProblem::Wrong)
}
