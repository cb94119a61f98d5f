//! FC056: an encrypted REST API that lets everybody in.

use super::exposure::{Exposure, exposure};
use crate::finding::Finding;
use crate::host_list::is_loopback;
use crate::registry::define_rule;
use crate::rules::tls::switch;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// REST TLS without client certificates, on more than this host.
    ///
    /// ## Why it matters
    /// The connection is encrypted, and everybody may make one: upload a jar, run it, cancel jobs.
    ///
    /// ## Example
    /// ```yaml
    /// security.ssl.rest.enabled: true
    /// ```
    ///
    /// ## Fix
    /// Unsafe, where a truststore is set: client certificates are asked for. Clients without one are refused from then on.
    "FC056", "rest-without-authentication", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let key = "security.ssl.rest.authentication-enabled";
    let Some(enabled) = switch::enabled(subject, "rest") else { return };
    let bound = subject.set("rest.bind-address").is_some_and(|bind| is_loopback(&bind.value));
    if subject.is_on(key) || (bound && matches!(exposure(subject), Exposure::None)) {
        return;
    }
    let message = format!("REST is encrypted and open to everybody, since `{key}` is not true");
    let place = subject.set(key).unwrap_or(enabled);
    let finding = subject.at_key(&RULE, place, message, format!("set `{key}` to true"));
    let complete = ["truststore", "truststore-password"]
        .iter()
        .all(|part| switch::part(subject, "rest", part).is_some());
    findings.push(match complete {
        true => finding.with_unsafe_fix(vec![subject.give(key, "true")]),
        false => finding,
    });
}
