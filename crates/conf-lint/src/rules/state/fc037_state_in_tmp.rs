//! FC037: state among files that may be deleted.

use super::places::{durable, local};
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// Checkpoints, savepoints or the JobManager's own files below `/tmp` or `/var/tmp`.
    ///
    /// ## Why it matters
    /// The system deletes there what is old, at the next start at the latest.
    ///
    /// ## Example
    /// ```yaml
    /// state.savepoints.dir: file:///tmp/savepoints
    /// ```
    ///
    /// ## Fix
    /// None: name a directory that is kept.
    "FC037", "state-in-tmp", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for entry in durable(subject) {
        let path = local(&entry.value).unwrap_or_default();
        if ["/tmp", "/var/tmp"].iter().any(|tmp| path == *tmp || path.starts_with(&format!("{tmp}/"))) {
            let message = format!("`{}` is among temporary files, which the system deletes", entry.key);
            findings.push(subject.at_value(&RULE, entry, message, "name a directory that is kept"));
        }
    }
}
