//! FC021: a share beside a size.

use crate::finding::{Edit, Finding};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// The size of managed memory is set, and its fraction too.
    ///
    /// ## Why it matters
    /// Flink takes the size and does not read the fraction.
    ///
    /// ## Example
    /// ```yaml
    /// taskmanager.memory.managed.size: 1g
    /// taskmanager.memory.managed.fraction: 0.6
    /// ```
    ///
    /// ## Fix
    /// Safe: the fraction is commented out.
    "FC021", "unread-fraction", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(size) = subject.set("taskmanager.memory.managed.size") else { return };
    let Some(entry) = subject.set("taskmanager.memory.managed.fraction") else { return };
    let message =
        format!("`{}` is set in line {}, so Flink does not read `{}`", size.key, size.line, entry.key);
    let reason = format!("{} is set", size.key);
    let edit = Edit::CommentOut { key: entry.key.clone(), reason };
    findings.push(subject.at_key(&RULE, entry, message, "remove one of the two").with_safe_fix(vec![edit]));
}
