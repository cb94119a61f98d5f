//! FC025: sizes of network buffers that Flink refuses.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A `taskmanager.memory.segment-size` that is no power of two, or below 4 kB.
    ///
    /// ## Why it matters
    /// The TaskManager does not start.
    ///
    /// ## Example
    /// ```yaml
    /// taskmanager.memory.segment-size: 48kb
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the next larger size that Flink takes.
    "FC025", "segment-size", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let key = "taskmanager.memory.segment-size";
    let Some(size) = subject.memory(key) else { return };
    let (Some(entry), bytes) = (size.entry, size.value.bytes()) else { return };
    if bytes.is_power_of_two() && bytes >= 4096 {
        return;
    }
    let message = format!("`{}` is {}, and must be a power of two of at least 4 kB", entry.key, entry.value);
    let next = bytes.max(4096).checked_next_power_of_two().filter(|next| *next <= 1 << 30);
    let finding = subject.at_value(&RULE, entry, message, "write for example `32kb`, the default");
    findings.push(match next {
        Some(next) => finding.with_unsafe_fix(vec![subject.give(key, format!("{}kb", next >> 10))]),
        None => finding,
    });
}
