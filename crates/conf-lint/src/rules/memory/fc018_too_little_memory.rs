//! FC018: parts that do not fit into their total.

use super::sizes::{Process, Sizes, mebibytes};
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A total (of the process, or of Flink's memory in it) that is smaller than the parts of it that are set, counting
    /// the defaults of those that are not.
    ///
    /// ## Why it matters
    /// The process does not start.
    ///
    /// ## Example
    /// ```yaml
    /// taskmanager.memory.process.size: 4g
    /// taskmanager.memory.network.min: 3g
    /// ```
    /// 40 % of Flink's memory are managed memory by default; network memory does not fit beside it.
    ///
    /// ## Fix
    /// None: either the total is too small or a part too large. `flinkops tune memory` shows how they add up.
    "FC018", "too-little-memory", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for process in Process::ALL {
        let Some(sizes) = Sizes::of(subject, process) else { continue };
        let Some(excess) = sizes.excess() else { continue };
        let parts: Vec<String> = sizes
            .parts
            .iter()
            .filter(|part| part.bytes > 0.0)
            .map(|part| format!("{} {}", part.name, mebibytes(part.bytes)))
            .collect();
        let message = format!(
            "the {}'s parts do not fit: {} are {} more than the {} that Flink has",
            process.name(),
            parts.join(", "),
            mebibytes(excess),
            mebibytes(sizes.flink)
        );
        let help = format!("raise `{}`, or lower one of the parts", sizes.total.key);
        findings.push(subject.at_value(&RULE, sizes.total, message, help));
    }
}
