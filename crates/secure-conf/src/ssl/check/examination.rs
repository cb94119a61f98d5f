//! The check of a whole configuration, scope by scope.

use jiff::{SignedDuration, Timestamp};
use ops_core::conf::ConfDocument;
use ops_core::version::FlinkVersion;

use super::finding::{Finding, FindingKind, Scope};
use super::material::{self, Material};
use super::reader::StoreReader;
use super::{certificates, handshake, names, pins, suites};
use crate::ssl::facts;

/// Who reads the configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// A process of the cluster.
    #[default]
    Cluster,
    /// `bin/flink` on a host that runs nothing else: its REST stores are those of a client.
    Client,
}

/// A configuration, and how it is looked at.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Examination<'a> {
    /// What is looked at.
    pub doc: &'a ConfDocument,
    /// The Flink that reads it.
    pub version: FlinkVersion,
    /// The present time.
    pub now: Timestamp,
    /// What expires in less than this is a warning. `None`: nothing is said ahead of time.
    pub warn_before: Option<SignedDuration>,
    /// Who reads it.
    pub side: Side,
    /// Names by which clients reach REST, beside those in the configuration itself: the lines of `masters`.
    pub masters: &'a [String],
    /// Opens the stores.
    pub reader: &'a StoreReader<'a>,
}

impl<'a> Examination<'a> {
    /// Of a cluster's process, without foresight.
    pub fn new(
        doc: &'a ConfDocument,
        version: FlinkVersion,
        now: Timestamp,
        reader: &'a StoreReader<'a>,
    ) -> Self {
        Self { doc, version, now, warn_before: None, side: Side::Cluster, masters: &[], reader }
    }

    /// A scope's own key, or the general one that Flink falls back to.
    pub(super) fn value(&self, scope: Scope, option: &str) -> Option<&'a str> {
        self.doc.get(&scope.key(option)).or_else(|| self.doc.get(&format!("security.ssl.{option}")))
    }

    /// Whether a scope's TLS is on.
    pub fn enabled(&self, scope: Scope) -> bool {
        let legacy = facts::legacy_enabled_counts(self.version).then(|| self.doc.get(facts::LEGACY_ENABLED));
        is_true(self.doc.get(&scope.key("enabled")).or(legacy.flatten()))
    }

    /// Whether REST clients need a certificate.
    pub fn rest_authentication(&self) -> bool {
        is_true(self.doc.get(facts::REST_AUTHENTICATION))
    }

    /// `security.ssl.protocol`, as far as it is one that Flink can be set to.
    pub(super) fn protocol(&self) -> &'a str {
        self.doc.get(facts::PROTOCOL).unwrap_or(facts::DEFAULT_PROTOCOL)
    }

    /// The suites in effect.
    pub(super) fn algorithms(&self) -> &'a str {
        self.doc.get(facts::ALGORITHMS).unwrap_or(facts::default_algorithms(self.version))
    }
}

/// What was found, and what the stores hold.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Examined {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// The stores of internal connections; `None` where these are not encrypted.
    pub internal: Option<Material>,
    /// The stores of the REST endpoint; `None` where it is not encrypted.
    pub rest: Option<Material>,
    /// How many handshakes were tried.
    pub handshakes: usize,
}

/// Checks the TLS settings of a configuration and every store that they name.
///
/// A scope that is not enabled is not looked at. No finding means that connections will be established, as far as
/// certificates, stores and suites decide on it.
pub fn examine(examination: &Examination<'_>) -> Examined {
    let mut examined = Examined::default();
    let mut keys = Vec::new();
    let findings = &mut examined.findings;
    for scope in [Scope::Internal, Scope::Rest] {
        if !examination.enabled(scope) || (scope == Scope::Internal && examination.side == Side::Client) {
            continue;
        }
        let material = material::open(examination, scope, findings);
        let pinned = pins::check(examination, scope, material.identity.as_ref(), findings);
        if let Some(identity) = &material.identity {
            certificates::check(examination, scope, identity, findings);
            keys.push((scope, identity.identity.info.key));
            // A pin takes the place of the truststore. Whom a client trusts, its own certificate does not tell.
            if let (Some(anchors), false, Side::Cluster) = (&material.anchors, pinned, examination.side) {
                handshake::check(examination, scope, identity, &anchors.certificates, findings);
                examined.handshakes += 1;
            }
        }
        if scope == Scope::Internal
            && let Some(identity) = &material.identity
        {
            names::check_internal(examination, identity, findings);
        }
        if scope == Scope::Rest
            && examination.side == Side::Cluster
            && let Some(identity) = &material.identity
        {
            names::check(examination, identity, findings);
        }
        match scope {
            Scope::Internal => examined.internal = Some(material),
            Scope::Rest => examined.rest = Some(material),
        }
    }
    suites::check(examination, &keys, findings);
    suppress_consequences(findings);
    examined
}

/// Checks a written configuration as one of the cluster's processes reads it at `now`, on this host.
pub fn check_written(doc: &ConfDocument, version: FlinkVersion, now: Timestamp) -> Vec<Finding> {
    examine(&Examination::new(doc, version, now, &StoreReader::default())).findings
}

/// A suite that fits no protocol is reported as such, not as a handshake that fails too.
fn suppress_consequences(findings: &mut Vec<Finding>) {
    let unusable = findings
        .iter()
        .any(|finding| matches!(finding.kind, FindingKind::UnusableProtocol | FindingKind::NoFittingSuite));
    if unusable {
        findings.retain(|finding| finding.kind != FindingKind::HandshakeFails);
    }
}

pub(super) fn is_true(value: Option<&str>) -> bool {
    value.is_some_and(|value| value.eq_ignore_ascii_case("true"))
}
