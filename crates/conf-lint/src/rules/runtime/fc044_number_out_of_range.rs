//! FC044: numbers that Flink refuses.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A number of the right type that is too small or too large for its option: no slots, a parallelism of 0, a
    /// negative number of attempts.
    ///
    /// ## Why it matters
    /// The TaskManager does not start, or Flink refuses every job.
    ///
    /// ## Example
    /// ```yaml
    /// taskmanager.numberOfTaskSlots: 0
    /// ```
    ///
    /// ## Fix
    /// None: only you know the number.
    "FC044", "number-out-of-range", Error, since "0.1.0", check
}

/// The option, what Flink takes besides -1 for its own choice, and in words.
type Range = (&'static str, fn(f64) -> bool, &'static str);

const RANGES: [Range; 10] = [
    ("taskmanager.numberOfTaskSlots", at_least_one, "at least 1"),
    ("parallelism.default", at_least_one, "at least 1"),
    ("pipeline.max-parallelism", |n| (1.0..=32768.0).contains(&n) || is_unset(n), "between 1 and 32768"),
    ("execution.checkpointing.max-concurrent-checkpoints", |n| n >= 1.0, "at least 1"),
    ("execution.checkpointing.tolerable-failed-checkpoints", |n| n >= 0.0, "at least 0"),
    ("restart-strategy.fixed-delay.attempts", |n| n >= 0.0, "at least 0"),
    ("restart-strategy.failure-rate.max-failures-per-interval", |n| n >= 1.0, "at least 1"),
    ("restart-strategy.exponential-delay.jitter-factor", |n| (0.0..=1.0).contains(&n), "between 0 and 1"),
    ("restart-strategy.exponential-delay.backoff-multiplier", |n| n > 1.0, "more than 1"),
    ("restart-strategy.exponential-delay.attempts-before-reset-backoff", |n| n >= 1.0, "at least 1"),
];

fn at_least_one(number: f64) -> bool {
    number >= 1.0 || is_unset(number)
}

#[expect(clippy::float_cmp, reason = "a whole number that was written as such")]
fn is_unset(number: f64) -> bool {
    number == -1.0
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (key, fits, range) in RANGES {
        let Some(number) = subject.number(key) else { continue };
        let Some(entry) = number.entry.filter(|_| !fits(number.value)) else { continue };
        let message = format!("`{}` is {}, and must be {range}", entry.key, entry.value);
        let default = subject.option(key).and_then(|option| option.default).unwrap_or_default();
        findings.push(subject.at_value(&RULE, entry, message, format!("the default is {default}")));
    }
}
