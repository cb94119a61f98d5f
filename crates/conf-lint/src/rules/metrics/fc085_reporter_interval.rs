//! FC085: intervals that have no effect.

use ops_core::units::FlinkDuration;

use super::reporters::{factories, option};
use crate::finding::{Edit, Finding};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A reporter's `interval` that is no duration, or that belongs to a reporter which is asked (Prometheus, JMX).
    ///
    /// ## Why it matters
    /// Flink reports every 10 s where it cannot read the interval, and says so in the log only. A reporter that is asked
    /// reports when it is asked.
    ///
    /// ## Example
    /// ```yaml
    /// metrics.reporter.prom.factory.class: org.apache.flink.metrics.prometheus.PrometheusReporterFactory
    /// metrics.reporter.prom.interval: 60 s
    /// ```
    ///
    /// ## Fix
    /// Safe for reporters that are asked: the interval is commented out.
    "FC085", "reporter-interval", Warning, since "0.1.0", check
}

/// Factories of reporters that do not report by themselves.
const ASKED: [&str; 2] = [
    "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
    "org.apache.flink.metrics.jmx.JMXReporterFactory",
];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (name, factory) in factories(subject) {
        let Some(interval) = option(subject, name, "interval") else { continue };
        if ASKED.contains(&factory.value.as_str()) {
            let message = format!("the reporter `{name}` reports when it is asked; it has no interval");
            let reason = "the reporter reports when it is asked".to_owned();
            let edit = Edit::CommentOut { key: interval.key.clone(), reason };
            findings.push(subject.at_key(&RULE, interval, message, "remove it").with_safe_fix(vec![edit]));
        } else if let Err(error) = FlinkDuration::parse_for(&interval.value, subject.version()) {
            let message = format!("`{}`: {error}; Flink reports every 10 s", interval.key);
            findings.push(subject.at_value(&RULE, interval, message, "write a duration such as `60 s`"));
        }
    }
}
