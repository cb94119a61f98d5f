//! FC087: a push gateway by host and port.

use super::reporters::{factories, option};
use crate::finding::{Edit, Finding};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// The Prometheus push gateway without `hostUrl`.
    ///
    /// ## Why it matters
    /// From 2.0 on, `host` and `port` are not read any more, and the reporter does not start: `hostUrl must not be null or
    /// empty`. Before, they work, and without either the reporter has nowhere to report to.
    ///
    /// ## Example
    /// ```yaml
    /// metrics.reporter.push.factory.class: org.apache.flink.metrics.prometheus.PrometheusPushGatewayReporterFactory
    /// metrics.reporter.push.host: pushgateway
    /// metrics.reporter.push.port: 9091
    /// ```
    ///
    /// ## Fix
    /// Unsafe: host and port become `hostUrl`.
    "FC087", "pushgateway-url", Error, since "0.1.0", check
}

const FACTORY: &str = "org.apache.flink.metrics.prometheus.PrometheusPushGatewayReporterFactory";

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (name, factory) in factories(subject).filter(|(_, factory)| factory.value == FACTORY) {
        let (host, port) = (option(subject, name, "host"), option(subject, name, "port"));
        if option(subject, name, "hostUrl").is_some() || (host.is_some() && subject.version().major < 2) {
            continue;
        }
        let key = format!("metrics.reporter.{name}.hostUrl");
        let message = format!("the reporter `{name}` has no `hostUrl`, so it does not start");
        let place = host.unwrap_or(factory);
        let finding =
            subject.at_key(&RULE, place, message, format!("set `{key}`, such as http://pushgateway:9091"));
        findings.push(match host {
            Some(host) => {
                let port_text = port.map_or("9091", |port| port.value.as_str());
                let value = format!("http://{}:{port_text}", host.value);
                let reason = "replaced by hostUrl".to_owned();
                let gone = [Some(host), port].into_iter().flatten();
                let gone =
                    gone.map(|entry| Edit::CommentOut { key: entry.key.clone(), reason: reason.clone() });
                let edits = std::iter::once(Edit::Append { key, value }).chain(gone).collect();
                finding.with_unsafe_fix(edits)
            }
            None => finding,
        });
    }
}
