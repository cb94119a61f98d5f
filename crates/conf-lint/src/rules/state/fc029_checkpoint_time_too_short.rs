//! FC029: times that Flink refuses for checkpoints.

use std::time::Duration;

use crate::finding::{Edit, Finding};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A checkpoint interval or timeout below 10 ms; an interval of 0 too.
    ///
    /// ## Why it matters
    /// Flink refuses every job. Checkpoints are switched off by leaving the interval out, not by 0.
    ///
    /// ## Example
    /// ```yaml
    /// execution.checkpointing.interval: 0
    /// ```
    ///
    /// ## Fix
    /// Unsafe, for 0: the entry is commented out. A number without unit counts milliseconds, so `60` may be meant as
    /// `60 s`; that is yours to say.
    "FC029", "checkpoint-time-too-short", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for key in ["execution.checkpointing.interval", "execution.checkpointing.timeout"] {
        let Some(time) = subject.duration(key) else { continue };
        let Some(entry) = time.entry.filter(|_| time.value < Duration::from_millis(10)) else { continue };
        let message = format!("`{}` is {}, and Flink refuses less than 10 ms", entry.key, entry.value);
        let help =
            "write a time with its unit, such as `1 min`; without an interval there are no checkpoints";
        let finding = subject.at_value(&RULE, entry, message, help);
        findings.push(match time.value.is_zero() {
            true => {
                let reason = "not set, there are no checkpoints".to_owned();
                finding.with_unsafe_fix(vec![Edit::CommentOut { key: entry.key.clone(), reason }])
            }
            false => finding,
        });
    }
}
