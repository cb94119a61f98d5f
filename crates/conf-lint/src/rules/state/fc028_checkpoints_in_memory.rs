//! FC028: checkpoints that end with the JobManager.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// Checkpoints are on, and there is no checkpoint directory.
    ///
    /// ## Why it matters
    /// Checkpoints are kept on the heap of the JobManager: the state of every task must fit into it, 5 MB each, and all
    /// is lost when that process ends.
    ///
    /// ## Example
    /// ```yaml
    /// execution.checkpointing.interval: 1 min
    /// ```
    ///
    /// ## Fix
    /// None: set the checkpoint directory to a place that every host reaches.
    "FC028", "checkpoints-in-memory", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(interval) = subject.set("execution.checkpointing.interval") else { return };
    if subject.set("state.checkpoints.dir").is_some() || subject.set("state.checkpoint-storage").is_some() {
        return;
    }
    let dir = subject.name("state.checkpoints.dir");
    let message = format!("`{dir}` is not set, so checkpoints are kept on the JobManager's heap");
    let help = format!("set `{dir}`, for example to `hdfs:///flink/checkpoints`");
    findings.push(subject.at_key(&RULE, interval, message, help));
}
