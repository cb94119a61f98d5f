//! FC070: settings that REST does not follow.

use super::switch::enabled;
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// `security.ssl.protocol` or `security.ssl.algorithms`, with REST TLS that asks for no client certificates.
    ///
    /// ## Why it matters
    /// In that mode, REST follows neither: Java chooses, and TLS 1.3 may be spoken where TLS 1.2 was set. Internal
    /// connections do follow.
    ///
    /// ## Example
    /// ```yaml
    /// security.ssl.rest.enabled: true
    /// security.ssl.protocol: TLSv1.2
    /// ```
    ///
    /// ## Fix
    /// None: with `security.ssl.rest.authentication-enabled`, REST follows them.
    "FC070", "rest-ignores-protocol", Info, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if enabled(subject, "rest").is_none() || subject.is_on("security.ssl.rest.authentication-enabled") {
        return;
    }
    for key in ["security.ssl.protocol", "security.ssl.algorithms"] {
        let Some(entry) = subject.set(key) else { continue };
        let message =
            format!("REST does not follow `{}` as long as it asks for no client certificates", entry.key);
        let help = "set `security.ssl.rest.authentication-enabled` to true";
        findings.push(subject.at_key(&RULE, entry, message, help));
    }
}
