//! FC068: cipher suites that the protocol does not have.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// TLS 1.3 with cipher suites of TLS 1.2 only (which are the default), or the reverse.
    ///
    /// ## Why it matters
    /// The processes start, and no connection comes up. 2.3 says almost nothing about it.
    ///
    /// ## Example
    /// ```yaml
    /// security.ssl.protocol: TLSv1.3
    /// ```
    ///
    /// ## Fix
    /// Unsafe: with TLS 1.3, its two usual suites are set. With suites of TLS 1.3, the protocol becomes that.
    "FC068", "suites-of-another-protocol", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let (protocol, algorithms) = ("security.ssl.protocol", "security.ssl.algorithms");
    let (Some(version), Some(suites)) = (subject.text(protocol), subject.text(algorithms)) else { return };
    let new = |suite: &str| suite.starts_with("TLS_AES_") || suite.starts_with("TLS_CHACHA20_");
    let mut suites_of = suites.value.split(',').map(str::trim);
    let place = suites.entry.or(version.entry);
    let Some(entry) = place else { return };
    match version.value.as_str() {
        "TLSv1.3" if !suites_of.clone().any(new) => {
            let message = format!("`{protocol}` is TLSv1.3, and `{algorithms}` names no suite of TLS 1.3");
            let value = "TLS_AES_256_GCM_SHA384,TLS_AES_128_GCM_SHA256";
            let finding = subject.at_value(&RULE, entry, message, format!("set `{algorithms}` to `{value}`"));
            findings.push(finding.with_unsafe_fix(vec![subject.give(algorithms, value)]));
        }
        "TLSv1.2" if suites_of.all(new) => {
            let message = format!("`{algorithms}` names suites of TLS 1.3 only, and `{protocol}` is TLSv1.2");
            let finding = subject.at_value(&RULE, entry, message, format!("set `{protocol}` to TLSv1.3"));
            findings.push(finding.with_unsafe_fix(vec![subject.give(protocol, "TLSv1.3")]));
        }
        _ => {}
    }
}
