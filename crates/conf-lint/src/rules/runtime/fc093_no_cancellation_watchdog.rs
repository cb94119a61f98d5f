//! FC093: tasks that may hang for ever.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// `task.cancellation.timeout: 0`.
    ///
    /// ## Why it matters
    /// The watchdog is off that ends a TaskManager whose task does not react to being cancelled. Such a task keeps its slot
    /// until somebody finds it, and its job does not restart.
    ///
    /// ## Example
    /// ```yaml
    /// task.cancellation.timeout: 0
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the entry is commented out, and the default of 3 minutes holds.
    "FC093", "no-cancellation-watchdog", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(time) = subject.duration("task.cancellation.timeout") else { return };
    let Some(entry) = time.entry.filter(|_| time.value.is_zero()) else { return };
    let message = "a task that does not react to being cancelled keeps its slot for ever";
    let finding = subject.at_value(&RULE, entry, message, "remove it; the default is 3 min");
    let reason = "the default is 3 min".to_owned();
    findings.push(
        finding.with_unsafe_fix(vec![crate::finding::Edit::CommentOut { key: entry.key.clone(), reason }]),
    );
}
