//! Proving a written configuration: every store opens, every certificate fits its role, and the stores shake hands.
//!
//! | module | what it holds |
//! |---|---|
//! | `finding` | what is reported |
//! | `material` | opening the stores that a scope names |
//! | `certificates` | time, key, usage and names |
//! | `suites` | protocol and cipher suites against the keys |
//! | `handshake` | the proof: a TLS handshake in memory |

mod certificates;
mod finding;
mod handshake;
mod material;
mod suites;

use jiff::Timestamp;
use ops_core::conf::ConfDocument;
use ops_core::version::FlinkVersion;

pub use finding::{Finding, FindingKind, Scope, Severity};

use super::facts;

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
            keys.push((scope, identity.info.key));
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

fn is_true(value: Option<&str>) -> bool {
    value.is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// Whether REST clients need a certificate.
fn rest_authentication(doc: &ConfDocument) -> bool {
    is_true(doc.get(facts::REST_AUTHENTICATION))
}
