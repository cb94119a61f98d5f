//! FC032: unaligned checkpoints that are not taken.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// Unaligned checkpoints in the mode `AT_LEAST_ONCE`.
    ///
    /// ## Why it matters
    /// Only exactly-once checkpoints can be unaligned; Flink takes plain ones.
    ///
    /// ## Example
    /// ```yaml
    /// execution.checkpointing.mode: AT_LEAST_ONCE
    /// execution.checkpointing.unaligned.enabled: true
    /// ```
    ///
    /// ## Fix
    /// None: one of the two is wrong.
    "FC032", "unaligned-at-least-once", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(mode) = subject.set("execution.checkpointing.mode") else { return };
    let Some(unaligned) = subject.enabled("execution.checkpointing.unaligned") else { return };
    if mode.value.eq_ignore_ascii_case("AT_LEAST_ONCE") {
        let message = format!("`{}` has no effect, since `{}` is {}", unaligned.key, mode.key, mode.value);
        let help = format!("remove one of the two; without `{}`, the mode is exactly-once", mode.key);
        findings.push(subject.at_key(&RULE, unaligned, message, help));
    }
}
