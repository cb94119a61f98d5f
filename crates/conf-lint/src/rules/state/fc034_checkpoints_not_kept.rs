//! FC034: checkpoints that go when the job is cancelled.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// Checkpoints are written to a directory, and nothing says whether they are kept when the job ends.
    ///
    /// ## Why it matters
    /// By default, Flink deletes them when a job is cancelled or fails for good. Whoever cancels a job to start it again
    /// has no state left, unless there is a savepoint.
    ///
    /// ## Example
    /// ```yaml
    /// execution.checkpointing.interval: 1 min
    /// state.checkpoints.dir: hdfs:///flink/checkpoints
    /// ```
    ///
    /// ## Fix
    /// Unsafe: they are kept on cancellation. Somebody has to delete old ones from then on.
    "FC034", "checkpoints-not-kept", Info, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let key = "execution.checkpointing.externalized-checkpoint-retention";
    let Some(interval) = subject.set("execution.checkpointing.interval") else { return };
    if subject.set("state.checkpoints.dir").is_none() || subject.set(key).is_some() {
        return;
    }
    let message = format!("`{key}` is not set, so checkpoints are deleted when a job is cancelled");
    let finding = subject.at_key(&RULE, interval, message, format!("set `{key}` to RETAIN_ON_CANCELLATION"));
    findings.push(finding.with_unsafe_fix(vec![subject.give(key, "RETAIN_ON_CANCELLATION")]));
}
