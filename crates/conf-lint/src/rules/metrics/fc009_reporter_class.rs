//! FC009: metric reporters that are configured by class.

use ops_core::conf::Entry;

use crate::finding::{Edit, Finding};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// `metrics.reporter.<name>.class`, the way to name a reporter before factories came.
    ///
    /// ## Why it matters
    /// No version since 1.18 starts the reporter: it logs a warning, and there are no metrics.
    ///
    /// ## Example
    /// ```yaml
    /// metrics.reporter.prom.class: org.apache.flink.metrics.prometheus.PrometheusReporter
    /// ```
    ///
    /// ## Fix
    /// Unsafe for Flink's own reporters: the key becomes `factory.class`, and the class that of the factory. The
    /// reporter starts from then on.
    "FC009", "reporter-class", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for entry in subject.entries() {
        let Some(name) = reporter(entry) else { continue };
        let to = format!("metrics.reporter.{name}.factory.class");
        let message = format!("Flink {} does not start a reporter by its class", subject.version());
        if subject.entry(&to).is_some() {
            let help = format!("remove it; `{to}` is set");
            let edit = subject.move_to(entry, &to);
            findings.push(subject.at_key(&RULE, entry, message, help).with_safe_fix(vec![edit]));
            continue;
        }
        findings.push(match factory(&entry.value) {
            Some(value) => {
                let help = format!("set `{to}` to `{value}`");
                let set = Edit::Set { key: entry.key.clone(), value };
                let rename = subject.move_to(entry, &to);
                subject.at_key(&RULE, entry, message, help).with_unsafe_fix(vec![set, rename])
            }
            None => subject.at_key(&RULE, entry, message, format!("set `{to}` to the reporter's factory")),
        });
    }
}

fn reporter(entry: &Entry) -> Option<&str> {
    let name = entry.key.strip_prefix("metrics.reporter.")?.strip_suffix(".class")?;
    (!name.contains('.')).then_some(name)
}

/// Flink's own reporters have a factory of the same name.
fn factory(class: &str) -> Option<String> {
    let own = class.starts_with("org.apache.flink.metrics.") && class.ends_with("Reporter");
    own.then(|| format!("{class}Factory"))
}
