//! FC086: reporters that Flink does not come with.

use ops_core::suggest;

use super::reporters::factories;
use crate::finding::{Edit, Finding};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A `factory.class` of Flink's own packages that Flink does not come with, often the reporter in place of its factory.
    ///
    /// ## Why it matters
    /// The reporter does not start, which only the log says.
    ///
    /// ## Example
    /// ```yaml
    /// metrics.reporter.prom.factory.class: org.apache.flink.metrics.prometheus.PrometheusReporter
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the nearest of Flink's own factories.
    "FC086", "unknown-reporter", Error, since "0.1.0", check
}

const OWN: [&str; 9] = [
    "org.apache.flink.metrics.datadog.DatadogHttpReporterFactory",
    "org.apache.flink.metrics.graphite.GraphiteReporterFactory",
    "org.apache.flink.metrics.influxdb.InfluxdbReporterFactory",
    "org.apache.flink.metrics.jmx.JMXReporterFactory",
    "org.apache.flink.metrics.prometheus.PrometheusPushGatewayReporterFactory",
    "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
    "org.apache.flink.metrics.slf4j.Slf4jReporterFactory",
    "org.apache.flink.metrics.statsd.StatsDReporterFactory",
    OTEL,
];

/// From 2.0 on.
const OTEL: &str = "org.apache.flink.metrics.otel.OpenTelemetryMetricReporterFactory";

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let own: Vec<&'static str> =
        OWN.into_iter().filter(|class| *class != OTEL || subject.version().at_least(2, 0)).collect();
    for (_, entry) in factories(subject) {
        let class = entry.value.trim();
        // Plug-ins of others have packages of their own, mostly.
        if !class.starts_with("org.apache.flink.metrics.") || own.contains(&class) {
            continue;
        }
        let simple = |class: &'static str| class.rsplit('.').next().unwrap_or(class);
        let name = class.rsplit('.').next().unwrap_or(class);
        let factory = format!("{name}Factory");
        let names: Vec<&'static str> = own.iter().map(|class| simple(class)).collect();
        let near = names.iter().copied().find(|known| *known == factory);
        let near = near.or_else(|| suggest::nearest(name, names.iter().copied(), 1).first().copied());
        let meant = own.iter().copied().find(|class| Some(simple(class)) == near);
        let message = format!("Flink {} does not come with `{class}`", subject.version());
        findings.push(match meant {
            Some(meant) => {
                let edit = Edit::Set { key: entry.key.clone(), value: meant.to_owned() };
                subject.at_value(&RULE, entry, message, format!("use `{meant}`")).with_unsafe_fix(vec![edit])
            }
            None => {
                let help = "name one of Flink's factories, or that of a plug-in that you install";
                subject.at_value(&RULE, entry, message, help)
            }
        });
    }
}
