//! FC065: a check of host names that is not made.

use crate::finding::{Edit, Finding};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// `security.ssl.verify-hostname`.
    ///
    /// ## Why it matters
    /// Flink defines the option, and nothing reads it: the names in certificates are not checked. From 2.3 on,
    /// `security.ssl.rest.verify-hostname` does that for the clients of the REST API; it is off by default.
    ///
    /// ## Example
    /// ```yaml
    /// security.ssl.verify-hostname: true
    /// ```
    ///
    /// ## Fix
    /// Safe before 2.3: the entry is commented out, since nothing reads it. Unsafe from 2.3 on: `true` moves to the
    /// option that works.
    "FC065", "dead-verification", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(entry) = subject.entry("security.ssl.verify-hostname") else { return };
    let message = format!("nothing in Flink {} reads `{}`", subject.version(), entry.key);
    let working = "security.ssl.rest.verify-hostname";
    findings.push(match subject.catalogue.option(working) {
        Some(_) if entry.value.eq_ignore_ascii_case("true") => {
            let finding = subject.at_key(&RULE, entry, message, format!("use `{working}`"));
            finding.with_unsafe_fix(vec![subject.move_to(entry, working)])
        }
        _ => {
            let reason = "nothing reads it".to_owned();
            let edit = Edit::CommentOut { key: entry.key.clone(), reason };
            let help = "remove it; no certificate is checked for its name";
            subject.at_key(&RULE, entry, message, help).with_safe_fix(vec![edit])
        }
    });
}
