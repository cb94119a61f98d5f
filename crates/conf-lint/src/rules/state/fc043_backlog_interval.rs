//! FC043: a shorter interval for times of backlog.

use std::time::Duration;

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// `execution.checkpointing.interval-during-backlog` below the usual interval, or without one.
    ///
    /// ## Why it matters
    /// Flink refuses every job, from 1.19 on.
    ///
    /// ## Example
    /// ```yaml
    /// execution.checkpointing.interval: 1 min
    /// execution.checkpointing.interval-during-backlog: 30 s
    /// ```
    ///
    /// ## Fix
    /// None: raise it; 0 takes no checkpoints while there is a backlog.
    "FC043", "backlog-interval", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(backlog) = subject.duration("execution.checkpointing.interval-during-backlog") else { return };
    let Some(entry) = backlog.entry.filter(|_| subject.version().at_least(1, 19)) else { return };
    let usual =
        subject.duration("execution.checkpointing.interval").map_or(Duration::MAX, |usual| usual.value);
    if !backlog.value.is_zero() && backlog.value < usual {
        let message = format!("`{}` must not be below `execution.checkpointing.interval`", entry.key);
        let help = "raise it, set it to 0 for no checkpoints during a backlog, or set the usual interval";
        findings.push(subject.at_value(&RULE, entry, message, help));
    }
}
