//! FC071: client certificates that nobody asks for.

use super::switch::enabled;
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// `security.ssl.rest.authentication-enabled` without REST TLS.
    ///
    /// ## Why it matters
    /// It has no effect: the REST API is open, against what the file seems to say.
    ///
    /// ## Example
    /// ```yaml
    /// security.ssl.rest.authentication-enabled: true
    /// ```
    ///
    /// ## Fix
    /// None: REST TLS needs stores. `flinkops secure ssl` wires them.
    "FC071", "authentication-without-tls", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(entry) = subject.enabled("security.ssl.rest.authentication-enabled") else { return };
    if enabled(subject, "rest").is_none() {
        let message = format!("`{}` has no effect, since `security.ssl.rest.enabled` is not true", entry.key);
        findings.push(subject.at_key(
            &RULE,
            entry,
            message,
            "set `security.ssl.rest.enabled` to true, with its stores",
        ));
    }
}
