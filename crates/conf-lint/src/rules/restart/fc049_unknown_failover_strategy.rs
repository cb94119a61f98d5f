//! FC049: failover strategies that Flink does not have.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A `jobmanager.execution.failover-strategy` other than `region` and `full`.
    ///
    /// ## Why it matters
    /// The JobManager cannot run any job.
    ///
    /// ## Example
    /// ```yaml
    /// jobmanager.execution.failover-strategy: regions
    /// ```
    ///
    /// ## Fix
    /// Unsafe: `region`, the default, which restarts only what depends on the failed task.
    "FC049", "unknown-failover-strategy", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let key = "jobmanager.execution.failover-strategy";
    let Some(entry) = subject.set(key) else { return };
    if !["region", "full"].contains(&entry.value.to_ascii_lowercase().as_str()) {
        let message = format!("Flink has no failover strategy `{}`", entry.value);
        let finding = subject.at_value(&RULE, entry, message, "use region or full");
        findings.push(finding.with_unsafe_fix(vec![subject.give(key, "region")]));
    }
}
