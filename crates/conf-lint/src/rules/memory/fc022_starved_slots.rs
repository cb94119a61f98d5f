//! FC022: more slots than memory can feed.

use super::sizes::{Process, Sizes, mebibytes};
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// Less than 128 MB of Flink's memory for each slot of a TaskManager.
    ///
    /// ## Why it matters
    /// Every slot runs a pipeline of its own, and they share heap, managed and network memory. With so little, tasks
    /// fail for lack of network buffers, or of heap under the first load.
    ///
    /// ## Example
    /// ```yaml
    /// taskmanager.memory.process.size: 1728m
    /// taskmanager.numberOfTaskSlots: 16
    /// ```
    ///
    /// ## Fix
    /// None: fewer slots, or more memory. A core for each slot is a good measure.
    "FC022", "starved-slots", Warning, since "0.1.0", check
}

const LEAST: f64 = 128.0 * 1024.0 * 1024.0;

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(slots) = subject.number("taskmanager.numberOfTaskSlots") else { return };
    let (Some(entry), Some(sizes)) = (slots.entry, Sizes::of(subject, Process::TaskManager)) else { return };
    let share = sizes.flink / slots.value;
    if slots.value < 1.0 || share >= LEAST || sizes.flink <= 0.0 {
        return;
    }
    let message = format!(
        "{} slots share {} of Flink's memory, {} each",
        slots.value,
        mebibytes(sizes.flink),
        mebibytes(share)
    );
    let help = format!("lower `{}`, or raise `{}`", entry.key, sizes.total.key);
    findings.push(subject.at_value(&RULE, entry, message, help));
}
