//! Checks on what the certificates of an identity say: time, key, usage, strength and names.

use std::net::IpAddr;

use jiff::Timestamp;
use rustls_pki_types::CertificateDer;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::problem::Problem;
use crate::certificate::{CertificateError, CertificateInfo};
use crate::key::PrivateKey;
use crate::names::SubjectAltName;
use crate::profile::Role;
use crate::public_key;

/// A private key with its chain.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Identity {
    /// The key.
    pub key: PrivateKey,
    /// The chain, leaf first.
    pub chain: Vec<CertificateDer<'static>>,
    /// What the leaf says.
    pub info: CertificateInfo,
    /// What the certificates above it say.
    pub above: Vec<CertificateInfo>,
}

impl Identity {
    /// Reads a chain. `None` where it is empty.
    ///
    /// # Errors
    /// A certificate cannot be read.
    pub fn new(
        key: PrivateKey,
        chain: Vec<CertificateDer<'static>>,
    ) -> Result<Option<Self>, CertificateError> {
        let mut infos = chain
            .iter()
            .map(|certificate| CertificateInfo::parse(certificate))
            .collect::<Result<Vec<_>, _>>()?;
        if infos.is_empty() {
            return Ok(None);
        }
        let info = infos.remove(0);
        Ok(Some(Self { key, chain, info, above: infos }))
    }
}

/// Whether every certificate of the chain is valid at `now`.
pub fn check_time(identity: &Identity, now: Timestamp) -> Vec<Problem> {
    let each = std::iter::once(&identity.info).chain(&identity.above);
    each.filter_map(|info| time_problem(info, now)).collect()
}

pub(super) fn time_problem(info: &CertificateInfo, now: Timestamp) -> Option<Problem> {
    let subject = info.subject.clone();
    if now > info.not_after {
        Some(Problem::Expired { subject, not_after: info.not_after })
    } else if now < info.not_before {
        Some(Problem::NotYetValid { subject, not_before: info.not_before, now })
    } else {
        None
    }
}

/// Whether the private key is the one of the leaf.
pub fn check_key(identity: &Identity) -> Option<Problem> {
    let same = match identity.key.public_key_der() {
        Ok(public_key) => public_key == identity.info.public_key,
        // A key that is too weak or too strange to be read is reported as such, with its certificate.
        Err(_) => public_key::kind(&identity.info.public_key).is_err(),
    };
    (!same).then(|| Problem::KeyMismatch { subject: identity.info.subject.clone() })
}

/// Whether the leaf may be used as a role needs it.
pub fn check_usage(identity: &Identity, role: Role) -> Vec<Problem> {
    let info = &identity.info;
    let subject = || info.subject.clone();
    let mut problems = Vec::new();
    if role.is_server() && !info.usage.server {
        problems.push(Problem::NotForServers { subject: subject() });
    }
    if role.is_client() && !info.usage.client {
        problems.push(Problem::NotForClients { subject: subject() });
    }
    let Some(Ok((_, leaf))) = identity.chain.first().map(|leaf| X509Certificate::from_der(leaf)) else {
        return problems;
    };
    // TLS 1.3 and every suite with forward secrecy sign with the key. Without the extension everything is allowed.
    let usage = leaf.key_usage().ok().flatten();
    if usage.is_some_and(|usage| !usage.value.digital_signature()) {
        problems.push(Problem::KeyUsage { subject: subject(), missing: "digitalSignature" });
    }
    for (info, der) in identity.above.iter().zip(identity.chain.iter().skip(1)) {
        let Ok((_, issuer)) = X509Certificate::from_der(der) else { continue };
        if !info.is_authority {
            problems.push(Problem::NotAnAuthority { subject: info.subject.clone() });
        } else if issuer.key_usage().ok().flatten().is_some_and(|usage| !usage.value.key_cert_sign()) {
            problems.push(Problem::KeyUsage { subject: info.subject.clone(), missing: "keyCertSign" });
        }
    }
    problems
}

/// Whether keys and signatures are strong enough. A root's signature of itself does not count.
pub fn check_strength(identity: &Identity) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (info, der) in std::iter::once(&identity.info).chain(&identity.above).zip(&identity.chain) {
        let subject = || info.subject.clone();
        if let Err(error) = public_key::kind(&info.public_key) {
            problems.push(Problem::WeakKey { subject: subject(), reason: error.to_string() });
        }
        let Ok((_, certificate)) = X509Certificate::from_der(der) else { continue };
        let algorithm = certificate.signature_algorithm.algorithm.to_id_string();
        if let Some(hash) = public_key::weak_signature(&algorithm).filter(|_| !info.is_self_issued) {
            problems.push(Problem::WeakSignature { subject: subject(), hash });
        }
    }
    problems
}

/// Whether the leaf holds each of the names, hosts or addresses.
pub fn check_names<'a>(identity: &Identity, hosts: impl IntoIterator<Item = &'a str>) -> Vec<Problem> {
    let missing = hosts.into_iter().filter(|host| !covers(&identity.info, host));
    let problem = |host: &str| Problem::NameMissing {
        subject: identity.info.subject.clone(),
        host: host.to_owned(),
        names: identity.info.names.iter().map(ToString::to_string).collect(),
    };
    missing.map(problem).collect()
}

/// Whether a certificate is good for a host name or an address, as clients that check names decide it (RFC 6125): a
/// wildcard stands for one whole label.
pub fn covers(info: &CertificateInfo, address: &str) -> bool {
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
