//! FC031: unaligned checkpoints, several at a time.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// Unaligned checkpoints, and more than one checkpoint at a time.
    ///
    /// ## Why it matters
    /// Flink refuses every job.
    ///
    /// ## Example
    /// ```yaml
    /// execution.checkpointing.unaligned.enabled: true
    /// execution.checkpointing.max-concurrent-checkpoints: 2
    /// ```
    ///
    /// ## Fix
    /// Unsafe: one checkpoint at a time.
    "FC031", "unaligned-concurrent", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let key = "execution.checkpointing.max-concurrent-checkpoints";
    let Some(most) = subject.number(key).filter(|most| most.value > 1.0) else { return };
    let unaligned = subject.enabled("execution.checkpointing.unaligned");
    let (Some(unaligned), Some(entry)) = (unaligned, most.entry) else { return };
    let message =
        format!("`{}` is true, and Flink then refuses more than one checkpoint at a time", unaligned.key);
    let finding = subject.at_value(&RULE, entry, message, "set it to 1");
    findings.push(finding.with_unsafe_fix(vec![subject.give(key, "1")]));
}
