//! FC019: a process size that leaves no room, or too much, for the JVM.

use super::sizes::{Process, Sizes, mebibytes};
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// The size of the process and that of Flink's memory (or all of its parts) are both set, and the difference, which
    /// is the JVM's, is not within the bounds of JVM overhead.
    ///
    /// ## Why it matters
    /// The process does not start.
    ///
    /// ## Example
    /// ```yaml
    /// jobmanager.memory.process.size: 4g
    /// jobmanager.memory.flink.size: 2g
    /// ```
    /// 1.75 GB are left, and JVM overhead has 1 GB at most by default.
    ///
    /// ## Fix
    /// Unsafe: the size of the process goes, and Flink adds it up. Where hosts or containers are sized by it, remove
    /// the other one instead.
    "FC019", "overhead-out-of-bounds", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for process in Process::ALL {
        let prefix = process.prefix();
        let Some(total) = subject.set(&format!("{prefix}process.size")) else { continue };
        let leftover = Sizes::of(subject, process).and_then(|sizes| sizes.leftover);
        let bound = |name: &str| subject.memory(&format!("{prefix}jvm-overhead.{name}"));
        let (Some(leftover), Some(min), Some(max)) = (leftover, bound("min"), bound("max")) else { continue };
        #[expect(clippy::cast_precision_loss, reason = "sizes that matter are far below 2^53")]
        let (least, most) = (min.value.bytes() as f64, max.value.bytes() as f64);
        // Rounding to whole bytes is not looked at.
        if leftover >= least - 16.0 && leftover <= most + 16.0 {
            continue;
        }
        let message = format!(
            "what `{}` leaves for JVM overhead is {}, and that must be between {} and {}",
            total.key,
            mebibytes(leftover),
            mebibytes(least),
            mebibytes(most)
        );
        let help = format!("set either `{}` or the sizes of its parts, not both", total.key);
        let reason = "Flink adds the size of the process up from its parts".to_owned();
        let edit = crate::finding::Edit::CommentOut { key: total.key.clone(), reason };
        findings.push(subject.at_value(&RULE, total, message, help).with_unsafe_fix(vec![edit]));
    }
}
