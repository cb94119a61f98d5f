//! FC084: reporters that are configured and not named.

use super::reporters::{factories, listed};
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A reporter that is not among those in `metrics.reporters`, where that is set.
    ///
    /// ## Why it matters
    /// The list says which ones start. Without it, all do.
    ///
    /// ## Example
    /// ```yaml
    /// metrics.reporters: jmx
    /// metrics.reporter.jmx.factory.class: org.apache.flink.metrics.jmx.JMXReporterFactory
    /// metrics.reporter.prom.factory.class: org.apache.flink.metrics.prometheus.PrometheusReporterFactory
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the name is added to the list, and the reporter starts.
    "FC084", "reporter-not-listed", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some((names, list)) = listed(subject) else { return };
    for (name, entry) in factories(subject) {
        if !names.contains(&name) {
            let message =
                format!("the reporter `{name}` does not start, since `{}` does not name it", list.key);
            let finding = subject.at_key(&RULE, entry, message, format!("add `{name}` to `{}`", list.key));
            let value = format!("{},{name}", list.value);
            findings.push(finding.with_unsafe_fix(vec![subject.give("metrics.reporters", value)]));
        }
    }
}
