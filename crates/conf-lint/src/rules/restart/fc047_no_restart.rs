//! FC047: jobs that end with the first failure.

use super::strategy;
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// Restarts are switched off, and checkpoints are on.
    ///
    /// ## Why it matters
    /// A checkpoint is there to restart from. With the first lost TaskManager the job has failed for good.
    ///
    /// ## Example
    /// ```yaml
    /// execution.checkpointing.interval: 1 min
    /// restart-strategy.type: none
    /// ```
    ///
    /// ## Fix
    /// Unsafe: `exponential-delay`, the strategy that Flink itself takes from 1.19 on where checkpoints are on.
    "FC047", "no-restart", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(entry) = strategy::entry(subject).filter(|entry| strategy::known(&entry.value) == Some("none"))
    else {
        return;
    };
    if subject.set("execution.checkpointing.interval").is_none() {
        return;
    }
    let message =
        format!("`{}` is {}: the first failure ends a job, checkpoints or not", entry.key, entry.value);
    let finding = subject.at_value(&RULE, entry, message, "use exponential-delay, or failure-rate");
    findings.push(finding.with_unsafe_fix(vec![subject.give("restart-strategy", "exponential-delay")]));
}
