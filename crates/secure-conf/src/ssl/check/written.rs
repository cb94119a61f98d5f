//! The check of a whole configuration, scope by scope.

use jiff::Timestamp;
use ops_core::conf::ConfDocument;
use ops_core::version::FlinkVersion;

use super::finding::{Finding, Scope};
use super::{certificates, handshake, material, suites};
use crate::ssl::facts;

/// Checks the TLS settings of a configuration and every store that they name, as seen from this host at `now`.
///
/// A scope that is not enabled is not looked at. An empty result means that internal connections will be established
/// and that REST will answer, as far as certificates, stores and suites decide on it.
pub fn check_written(doc: &ConfDocument, version: FlinkVersion, now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut keys = Vec::new();
    for scope in [Scope::Internal, Scope::Rest] {
        if !enabled(doc, version, scope) {
            continue;
        }
        let material = material::open(doc, scope, &mut findings);
        if let Some(identity) = &material.identity {
            certificates::check(doc, scope, identity, now, &mut findings);
            keys.push((scope, identity.identity.info.key));
            if let Some(anchors) = &material.anchors {
                handshake::check(doc, version, scope, identity, anchors, now, &mut findings);
            }
        }
    }
    suites::check(doc, version, &keys, &mut findings);
    findings
}

fn enabled(doc: &ConfDocument, version: FlinkVersion, scope: Scope) -> bool {
    let legacy = if facts::legacy_enabled_counts(version) { doc.get(facts::LEGACY_ENABLED) } else { None };
    is_true(doc.get(&scope.key("enabled")).or(legacy))
}

pub(super) fn is_true(value: Option<&str>) -> bool {
    value.is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// Whether REST clients need a certificate.
pub(super) fn rest_authentication(doc: &ConfDocument) -> bool {
    is_true(doc.get(facts::REST_AUTHENTICATION))
}
