//! FC062: heartbeats that come too late.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A heartbeat timeout below the interval, or an interval of 0; noted also where the timeout is less than twice the
    /// interval.
    ///
    /// ## Why it matters
    /// JobManager and TaskManagers do not start. With a timeout just above the interval, a single late heartbeat costs a
    /// TaskManager.
    ///
    /// ## Example
    /// ```yaml
    /// heartbeat.timeout: 5000
    /// ```
    /// The interval is 10 s by default.
    ///
    /// ## Fix
    /// None: either may be the wrong one.
    "FC062", "heartbeat-timeout", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let (interval, timeout) = (subject.duration("heartbeat.interval"), subject.duration("heartbeat.timeout"));
    let (Some(interval), Some(timeout)) = (interval, timeout) else { return };
    let Some(entry) = timeout.entry.or(interval.entry) else { return };
    let (severity, message) = if interval.value.is_zero() {
        (crate::finding::Severity::Error, "the heartbeat interval must be more than 0")
    } else if timeout.value < interval.value {
        (crate::finding::Severity::Error, "the heartbeat timeout is below the interval")
    } else if timeout.value < interval.value * 2 {
        (crate::finding::Severity::Warning, "a single late heartbeat exceeds the heartbeat timeout")
    } else {
        return;
    };
    let help = "make `heartbeat.timeout` several times `heartbeat.interval`; the defaults are 50 s and 10 s";
    findings.push(subject.at_value(&RULE, entry, message, help).with_severity(severity));
}
