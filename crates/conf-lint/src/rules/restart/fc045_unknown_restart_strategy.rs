//! FC045: restart strategies that Flink does not have.

use ops_core::suggest;

use super::strategy;
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A restart strategy of a name that Flink does not know.
    ///
    /// ## Why it matters
    /// Flink refuses every job.
    ///
    /// ## Example
    /// ```yaml
    /// restart-strategy.type: exponential_delay
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the nearest name.
    "FC045", "unknown-restart-strategy", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(entry) = strategy::entry(subject) else { return };
    if strategy::known(&entry.value).is_some() {
        return;
    }
    let names: Vec<&str> = strategy::names().collect();
    let plain = entry.value.to_ascii_lowercase().replace(['_', ' '], "-");
    let meant = match strategy::known(&plain) {
        Some(same) => Some(same),
        None if plain.starts_with("no") => Some("none"),
        None => suggest::nearest(&plain, names.iter().copied(), 1).first().copied(),
    };
    let message = format!("Flink has no restart strategy `{}`", entry.value);
    let finding = subject.at_value(&RULE, entry, message, format!("use one of {}", names.join(", ")));
    findings.push(match meant {
        Some(meant) => finding.with_unsafe_fix(vec![subject.give("restart-strategy", meant)]),
        None => finding,
    });
}
