//! A keystore against a truststore: everything that can be said of the two together.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use ops_core::secret::Secret;
use ops_core::version::FlinkVersion;
use rustls_pki_types::CertificateDer;
use serde::Serialize;

use super::certificates::{self, Identity};
use super::handshake::{Handshake, HandshakeError, Protocol, Sides, shake_hands};
use super::problem::{Finding, Problem, Severity};
use super::{suites, trust};
use crate::certificate::{CertificateInfo, KeyAlgorithm};
use crate::profile::Role;
use crate::store::{FileKind, ReadOptions, Store, StoreError, StoreFileError, read_any_file};

/// A store with its password.
#[derive(Clone, Debug)]
pub struct StoreFile {
    /// The file: PKCS#12, JKS or PEM.
    pub path: PathBuf,
    /// Its password; PEM has none.
    pub password: Option<Secret>,
}

/// What is to be verified.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct VerifyRequest {
    /// Key and chain.
    pub keystore: StoreFile,
    /// The password of the key, where it is given by itself.
    pub key_password: Option<Secret>,
    /// What the other side trusts.
    pub truststore: StoreFile,
    /// What the keystore is for.
    pub role: Role,
    /// The names and addresses under which it is reached.
    pub hosts: Vec<String>,
    /// The Flink version whose default suites apply, unless `algorithms` are given.
    pub version: Option<FlinkVersion>,
    /// `security.ssl.algorithms`, where it is set.
    pub algorithms: Option<String>,
    /// `security.ssl.protocol`: suites are judged for this one. Handshakes are tried with both.
    pub protocol: Protocol,
    /// What expires in less than this is warned about.
    pub warn_before: SignedDuration,
    /// The present time.
    pub now: Timestamp,
}

impl VerifyRequest {
    /// For TLS 1.2, Flink's default, warning a month ahead.
    pub fn new(keystore: StoreFile, truststore: StoreFile, role: Role, now: Timestamp) -> Self {
        Self {
            keystore,
            key_password: None,
            truststore,
            role,
            hosts: Vec::new(),
            version: None,
            algorithms: None,
            protocol: Protocol::Tls12,
            warn_before: SignedDuration::from_hours(30 * 24),
            now,
        }
    }
}

/// How one handshake went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HandshakeOutcome {
    /// The protocol.
    pub protocol: Protocol,
    /// The name that the client checked.
    pub host: Option<String>,
    /// The suite agreed on, when it succeeded.
    pub suite: Option<String>,
    /// What rustls said, when it failed.
    pub error: Option<String>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Verification {
    /// What the leaf says, when there is one.
    pub leaf: Option<CertificateInfo>,
    /// What is wrong, worst first.
    pub findings: Vec<Finding>,
    /// The handshakes that were tried.
    pub handshakes: Vec<HandshakeOutcome>,
}

impl Verification {
    /// Whether connections will be established, as far as stores and certificates decide on it.
    pub fn is_good(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity < Severity::Error)
    }
}

/// Verifies a keystore against a truststore.
///
/// Every problem that can be told is told. Handshakes are tried as soon as there are a key and something trusted; what
/// they fail on is a finding of its own only where no other finding explains it.
pub fn verify(request: &VerifyRequest) -> Verification {
    let mut problems = Vec::new();
    let mut handshakes = Vec::new();
    let identity = identity(request, &mut problems);
    let anchors = anchors(request, &mut problems);
    if let Some(identity) = &identity {
        check(request, identity, &mut problems);
        if let Some(anchors) = &anchors {
            problems.extend(trust::check(identity, anchors, request.now));
            let explained = problems.iter().any(|problem| problem.severity() == Severity::Error);
            for outcome in try_handshakes(request, identity, anchors) {
                let (outcome, error) = outcome;
                if let Some(error) = error.filter(|_| !explained) {
                    let protocol = outcome.protocol.name();
                    problems.push(Problem::HandshakeFails { protocol, reason: error.reason });
                }
                handshakes.push(outcome);
            }
        }
    }
    let mut findings: Vec<_> = problems.iter().map(Finding::from).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    Verification { leaf: identity.map(|identity| identity.info), findings, handshakes }
}

fn check(request: &VerifyRequest, identity: &Identity, problems: &mut Vec<Problem>) {
    let role = request.role;
    problems.extend(certificates::check_time(identity, request.now));
    let info = &identity.info;
    let left = info.not_after.duration_since(request.now);
    if !left.is_negative() && left < request.warn_before {
        let (subject, not_after) = (info.subject.clone(), info.not_after);
        problems.push(Problem::ExpiresSoon { subject, not_after });
    }
    problems.extend(certificates::check_key(identity));
    problems.extend(certificates::check_usage(identity, role));
    problems.extend(certificates::check_strength(identity));
    if role.is_server() {
        problems.extend(certificates::check_names(identity, request.hosts.iter().map(String::as_str)));
        check_suites(request, info.key, problems);
    }
}

fn check_suites(request: &VerifyRequest, key: KeyAlgorithm, problems: &mut Vec<Problem>) {
    let default = request.version.map(suites::default_algorithms);
    let Some(algorithms) = request.algorithms.as_deref().or(default) else { return };
    let protocol = request.protocol.name();
    let suggestion = match request.protocol {
        Protocol::Tls13 => suites::TLS13_SUITES,
        Protocol::Tls12 => suites::tls12_suites(key),
    };
    let suggestion = suggestion.join(",");
    let mut fitting = suites::suites(algorithms).filter(|suite| suites::suite_fits(suite, protocol, key));
    let algorithms = algorithms.to_owned();
    match fitting.next() {
        None => {
            let key = match key {
                KeyAlgorithm::Rsa => "an RSA",
                KeyAlgorithm::Ecdsa => "an elliptic-curve",
                KeyAlgorithm::Ed25519 => "an Ed25519",
                KeyAlgorithm::Other => "such a",
            };
            problems.push(Problem::NoFittingSuite { key, algorithms, suggestion });
        }
        Some(first) if !suites::is_current(first) && !fitting.any(suites::is_current) => {
            problems.push(Problem::OutdatedSuites { algorithms, suggestion });
        }
        Some(_) => {}
    }
}

fn try_handshakes(
    request: &VerifyRequest,
    identity: &Identity,
    anchors: &[CertificateDer<'static>],
) -> Vec<(HandshakeOutcome, Option<HandshakeError>)> {
    let sides = match (request.role.is_server(), request.role.is_client()) {
        (true, true) => Sides::Both,
        (false, true) => Sides::Client,
        (_, false) => Sides::Server,
    };
    let mut hosts: Vec<Option<&str>> = request.hosts.iter().map(|host| Some(host.as_str())).collect();
    if hosts.is_empty() || sides == Sides::Client {
        hosts = vec![None];
    }
    let mut outcomes = Vec::new();
    for protocol in Protocol::ALL {
        for host in &hosts {
            let mut handshake = Handshake::new(identity, sides, anchors, protocol, request.now);
            handshake.host = *host;
            handshake.algorithms = request.algorithms.as_deref();
            let (suite, error) = match shake_hands(&handshake) {
                Ok(negotiated) => (Some(negotiated.suite), None),
                Err(error) => (None, Some(error)),
            };
            let outcome = HandshakeOutcome {
                protocol,
                host: host.map(str::to_owned),
                suite,
                error: error.as_ref().map(ToString::to_string),
            };
            outcomes.push((outcome, error));
        }
    }
    outcomes
}

fn identity(request: &VerifyRequest, problems: &mut Vec<Problem>) -> Option<Identity> {
    let label = request.keystore.path.display().to_string();
    let kind = kind(&request.keystore);
    let differs = request.key_password.is_some() && request.key_password != request.keystore.password;
    let mut options = ReadOptions { password: request.keystore.password.clone(), ..ReadOptions::default() };
    if kind == Some(FileKind::Pkcs12) && differs {
        problems.push(Problem::KeyPasswordDiffers { store: label.clone() });
    } else {
        options.key_password = request.key_password.clone();
    }
    let store = open(&request.keystore, &options, problems)?;
    let mut keys = store.keys().filter(|(_, _, chain)| !chain.is_empty());
    let Some((alias, key, chain)) = keys.next() else {
        problems.push(Problem::NoPrivateKey { store: label });
        return None;
    };
    let others = keys.count();
    if others > 0 {
        problems.push(Problem::SeveralPrivateKeys {
            store: label,
            count: others + 1,
            alias: alias.to_owned(),
        });
    }
    Identity::new(key.clone(), chain.to_vec())
        .map_err(|error| problems.push(Problem::UnreadableCertificate { reason: error.to_string() }))
        .ok()
        .flatten()
}

fn anchors(request: &VerifyRequest, problems: &mut Vec<Problem>) -> Option<Vec<CertificateDer<'static>>> {
    let password = request.truststore.password.clone();
    let options = ReadOptions { password, ..ReadOptions::default() };
    let store = open(&request.truststore, &options, problems)?;
    let anchors: Vec<_> = store.trusted().cloned().collect();
    if anchors.is_empty() {
        let store_name = request.truststore.path.display().to_string();
        let certificates = store.unlisted.len();
        problems.push(Problem::NothingTrusted { store: store_name, certificates });
        return None;
    }
    Some(anchors)
}

fn open(file: &StoreFile, options: &ReadOptions, problems: &mut Vec<Problem>) -> Option<Store> {
    let label = || file.path.display().to_string();
    if kind(file) == Some(FileKind::Pem) {
        problems.push(Problem::NotForFlink { store: label() });
    }
    match read_any_file(&file.path, options) {
        Ok(store) => return Some(store),
        Err(StoreFileError::Store { problem: StoreError::WrongPassword, .. }) => {
            problems.push(Problem::WrongPassword { store: label() });
        }
        Err(StoreFileError::Store { problem: StoreError::WrongKeyPassword { .. }, .. }) => {
            problems.push(Problem::WrongKeyPassword { store: label() });
        }
        Err(error) => problems.push(Problem::UnreadableStore { reason: error.to_string() }),
    }
    None
}

fn kind(file: &StoreFile) -> Option<FileKind> {
    crate::store::read::read_bytes(&file.path).ok().map(|bytes| FileKind::detect(&bytes))
}
