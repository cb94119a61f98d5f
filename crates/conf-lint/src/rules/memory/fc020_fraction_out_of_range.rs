//! FC020: shares that are none.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A fraction of memory below 0, or 1 and more.
    ///
    /// ## Why it matters
    /// The process does not start.
    ///
    /// ## Example
    /// ```yaml
    /// taskmanager.memory.managed.fraction: 40
    /// ```
    ///
    /// ## Fix
    /// Unsafe for whole numbers between 2 and 99, which are taken for percents: `40` becomes `0.4`.
    "FC020", "fraction-out-of-range", Error, since "0.1.0", check
}

const FRACTIONS: [&str; 4] = [
    "taskmanager.memory.managed.fraction",
    "taskmanager.memory.network.fraction",
    "taskmanager.memory.jvm-overhead.fraction",
    "jobmanager.memory.jvm-overhead.fraction",
];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for key in FRACTIONS {
        let Some(number) = subject.number(key) else { continue };
        let (Some(entry), value) = (number.entry, number.value) else { continue };
        if (0.0..1.0).contains(&value) {
            continue;
        }
        let message = format!("`{}` is {}, and must be at least 0 and below 1", entry.key, entry.value);
        let finding = subject.at_value(&RULE, entry, message, "write a share of the whole, such as 0.4");
        let percent = (2.0..100.0).contains(&value) && value.fract() == 0.0;
        findings.push(match percent {
            true => finding.with_unsafe_fix(vec![subject.give(key, (value / 100.0).to_string())]),
            false => finding,
        });
    }
}
