//! FC041: checkpoint storage that cannot be made.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A kind of checkpoint storage that Flink does not have, or `filesystem` without a checkpoint directory.
    ///
    /// ## Why it matters
    /// Flink refuses every job.
    ///
    /// ## Example
    /// ```yaml
    /// state.checkpoint-storage: filesystem
    /// ```
    ///
    /// ## Fix
    /// None: set the checkpoint directory; the kind then follows from it.
    "FC041", "unknown-checkpoint-storage", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(entry) = subject.set("state.checkpoint-storage") else { return };
    let dir = subject.name("state.checkpoints.dir");
    match entry.value.to_ascii_lowercase().as_str() {
        "jobmanager" => {}
        "filesystem" if subject.set("state.checkpoints.dir").is_some() => {}
        "filesystem" => {
            let message = format!("`{}` is {}, and `{dir}` is not set", entry.key, entry.value);
            findings.push(subject.at_value(&RULE, entry, message, format!("set `{dir}`")));
        }
        // A class is taken as it is.
        name if name.contains('.') => {}
        _ => {
            let message = format!("Flink has no checkpoint storage `{}`", entry.value);
            let help = format!("use jobmanager or filesystem; for a directory, set `{dir}`");
            findings.push(subject.at_value(&RULE, entry, message, help));
        }
    }
}
