//! FC030: a pause that replaces the interval.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// The least pause between checkpoints is longer than their interval.
    ///
    /// ## Why it matters
    /// The interval has no effect: after each checkpoint Flink waits for the pause. After a failure, more has to be read
    /// again than the interval lets hope.
    ///
    /// ## Example
    /// ```yaml
    /// execution.checkpointing.interval: 10 s
    /// execution.checkpointing.min-pause: 1 min
    /// ```
    ///
    /// ## Fix
    /// None: one of the two is wrong.
    "FC030", "pause-beyond-interval", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let interval = subject.duration("execution.checkpointing.interval");
    let pause = subject.duration("execution.checkpointing.min-pause");
    let (Some(interval), Some(pause)) = (interval, pause) else { return };
    let (Some(set), Some(entry)) = (interval.entry, pause.entry) else { return };
    if pause.value > interval.value {
        let message = format!(
            "`{}` is {}, longer than the interval of {}, which has no effect",
            entry.key, entry.value, set.value
        );
        let help = format!("lower it, or raise `{}` to the time that you mean", set.key);
        findings.push(subject.at_value(&RULE, entry, message, help));
    }
}
