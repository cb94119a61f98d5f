//! FC078: a keytab without principal, or the reverse.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A keytab without a principal, or a principal without a keytab.
    ///
    /// ## Why it matters
    /// Every process ends at its start.
    ///
    /// ## Example
    /// ```yaml
    /// security.kerberos.login.keytab: /etc/security/keytabs/flink.keytab
    /// ```
    ///
    /// ## Fix
    /// None: set the other one. `flinkops keytab list` shows the principals in a keytab.
    "FC078", "half-a-login", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let (keytab, principal) = ("security.kerberos.login.keytab", "security.kerberos.login.principal");
    let (entry, missing) = match (subject.set(keytab), subject.set(principal)) {
        (Some(entry), None) => (entry, principal),
        (None, Some(entry)) => (entry, keytab),
        _ => return,
    };
    let message =
        format!("`{}` is set without `{missing}`, and Flink refuses one without the other", entry.key);
    findings.push(subject.at_key(&RULE, entry, message, format!("set `{missing}`, or remove both")));
}
