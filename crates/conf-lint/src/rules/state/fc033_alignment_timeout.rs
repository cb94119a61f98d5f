//! FC033: an alignment timeout that never acts.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// `execution.checkpointing.aligned-checkpoint-timeout` without unaligned checkpoints, or not below the timeout of
    /// checkpoints.
    ///
    /// ## Why it matters
    /// It is the time after which an aligned checkpoint goes on unaligned. Without unaligned checkpoints nothing reads
    /// it; beyond the timeout, the checkpoint has failed by then.
    ///
    /// ## Example
    /// ```yaml
    /// execution.checkpointing.aligned-checkpoint-timeout: 30 s
    /// ```
    ///
    /// ## Fix
    /// Unsafe, where unaligned checkpoints are not set: they are enabled.
    "FC033", "alignment-timeout", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(time) = subject.duration("execution.checkpointing.aligned-checkpoint-timeout") else { return };
    let Some(entry) = time.entry.filter(|_| !time.value.is_zero()) else { return };
    let unaligned = "execution.checkpointing.unaligned";
    if !subject.is_on(unaligned) {
        let name = subject.name(unaligned);
        let message = format!("`{}` has no effect, since `{name}` is not true", entry.key);
        let finding = subject.at_key(&RULE, entry, message, format!("set `{name}` to true, or remove it"));
        findings.push(match subject.set(unaligned) {
            Some(_) => finding,
            None => finding.with_unsafe_fix(vec![subject.give(unaligned, "true")]),
        });
        return;
    }
    let Some(timeout) = subject.duration("execution.checkpointing.timeout") else { return };
    if time.value >= timeout.value {
        let message = format!(
            "`{}` is {}: by then, the checkpoint has run into `execution.checkpointing.timeout`",
            entry.key, entry.value
        );
        findings.push(subject.at_value(&RULE, entry, message, "lower it, to seconds rather than minutes"));
    }
}
