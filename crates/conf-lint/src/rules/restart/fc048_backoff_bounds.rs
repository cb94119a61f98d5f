//! FC048: a first delay above the longest one.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// The first delay of `exponential-delay` is longer than its longest, counting the default of the one not set.
    ///
    /// ## Why it matters
    /// Flink refuses every job.
    ///
    /// ## Example
    /// ```yaml
    /// restart-strategy.type: exponential-delay
    /// restart-strategy.exponential-delay.initial-backoff: 10 min
    /// ```
    /// The longest delay is 1 min by default (5 min in 1.18).
    ///
    /// ## Fix
    /// None: either may be the wrong one.
    "FC048", "backoff-bounds", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let delay = |name: &str| subject.duration(&format!("restart-strategy.exponential-delay.{name}"));
    let (Some(first), Some(longest)) = (delay("initial-backoff"), delay("max-backoff")) else { return };
    let Some(entry) = first.entry.or(longest.entry).filter(|_| first.value > longest.value) else { return };
    let message = "the first delay of exponential-delay is longer than its longest";
    let help = "lower `restart-strategy.exponential-delay.initial-backoff`, or raise `…max-backoff`";
    findings.push(subject.at_value(&RULE, entry, message, help));
}
