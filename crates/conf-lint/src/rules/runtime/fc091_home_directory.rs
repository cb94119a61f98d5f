//! FC091: paths that only a shell understands.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A path that begins with `~/`.
    ///
    /// ## Why it matters
    /// Only a shell knows the home directory by that sign. Flink looks for a directory of the name `~`.
    ///
    /// ## Example
    /// ```yaml
    /// security.kerberos.login.keytab: ~/flink.keytab
    /// ```
    ///
    /// ## Fix
    /// None: write the path in full.
    "FC091", "home-directory", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for entry in subject.entries().filter(|entry| is_home(&entry.value)) {
        let message = format!("Flink does not know the home directory in `{}` by `~`", entry.key);
        findings.push(subject.at_value(&RULE, entry, message, "write the path in full, from `/`"));
    }
}

fn is_home(value: &str) -> bool {
    let path = value.strip_prefix("file://").unwrap_or(value);
    path == "~" || path.starts_with("~/")
}
