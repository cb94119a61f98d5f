//! FC089: latency markers.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A `metrics.latency.interval` above 0.
    ///
    /// ## Why it matters
    /// Every source sends markers at that interval, and every pair of source and operator subtask keeps a histogram. In a wide
    /// job these are thousands, and cost throughput.
    ///
    /// ## Example
    /// ```yaml
    /// metrics.latency.interval: 1000
    /// ```
    ///
    /// ## Fix
    /// None: switch it on to look for something, not for good.
    "FC089", "latency-tracking", Info, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(interval) = subject.duration("metrics.latency.interval") else { return };
    if let Some(entry) = interval.entry.filter(|_| !interval.value.is_zero()) {
        let message = "latency markers cost throughput in every job";
        findings.push(subject.at_value(&RULE, entry, message, "set it to 0, or set it for single jobs"));
    }
}
