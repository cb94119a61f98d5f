//! Alerts as files: rules for Prometheus (and VictoriaMetrics), a `PrometheusRule` object for the operator, and promtool's
//! unit tests.

use std::fmt::Write as _;

use super::alert::{Alert, Group};
use super::case::{Case, Fired};
use super::recording::RECORDINGS;
use super::settings::Settings;

/// What rules are written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form<'a> {
    /// A rule file.
    File,
    /// A `PrometheusRule` of this name and namespace.
    Kubernetes {
        /// Of the object.
        name: &'a str,
        /// Where it lies.
        namespace: Option<&'a str>,
    },
}

const GROUPS: [Group; 6] =
    [Group::Jobs, Group::Checkpoints, Group::Flow, Group::Memory, Group::Cluster, Group::Security];

/// The rules.
pub fn rules(settings: &Settings, form: Form<'_>) -> String {
    let mut text = String::new();
    let margin = match form {
        Form::File => "",
        Form::Kubernetes { name, namespace } => {
            let _ = writeln!(
                text,
                "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: {name}"
            );
            if let Some(namespace) = namespace {
                let _ = writeln!(text, "  namespace: {namespace}");
            }
            text.push_str("  labels:\n    app.kubernetes.io/part-of: flink\nspec:\n");
            "  "
        }
    };
    let mut lines = Lines { text, margin };
    lines.line(0, "groups:");
    for group in GROUPS {
        lines.group(settings, group);
    }
    lines.text
}

struct Lines<'a> {
    text: String,
    margin: &'a str,
}

impl Lines<'_> {
    fn line(&mut self, depth: usize, line: &str) {
        let _ = writeln!(self.text, "{}{}{line}", self.margin, "  ".repeat(depth));
    }

    /// A PromQL expression: in one line where it is one.
    fn expression(&mut self, depth: usize, expression: &str) {
        if !expression.contains('\n') {
            self.line(depth, &format!("expr: {}", quoted(expression)));
            return;
        }
        self.line(depth, "expr: |-");
        for line in expression.lines() {
            self.line(depth + 1, line);
        }
    }

    fn group(&mut self, settings: &Settings, group: Group) {
        let alerts: Vec<&Alert> =
            settings.wanted().filter(|alert| alert.group == group && applies(settings, alert)).collect();
        let recordings: Vec<_> = RECORDINGS.iter().filter(|recording| recording.group == group).collect();
        if alerts.is_empty() && recordings.is_empty() {
            return;
        }
        self.line(1, &format!("- name: {}", group.name()));
        self.line(2, "rules:");
        for recording in recordings {
            self.line(3, &format!("- record: {}", recording.name));
            self.expression(4, recording.expression);
        }
        for alert in alerts {
            self.alert(settings, alert);
        }
    }

    fn alert(&mut self, settings: &Settings, alert: &'static Alert) {
        let chosen = settings.chosen(alert);
        self.line(3, &format!("- alert: {}", alert.name));
        self.expression(4, &(alert.expression)(&chosen));
        self.line(4, &format!("for: {}", chosen.pending()));
        self.line(4, "labels:");
        for (name, value) in labels(settings, alert) {
            self.line(5, &format!("{name}: {}", quoted(&value)));
        }
        self.line(4, "annotations:");
        for (name, value) in annotations(settings, alert) {
            self.line(5, &format!("{name}: {}", quoted(&value)));
        }
    }
}

/// Some alerts need to know what to expect.
fn applies(settings: &Settings, alert: &Alert) -> bool {
    alert.name != "FlinkJobMissing" || !settings.expected.jobs.is_empty()
}

fn labels(settings: &Settings, alert: &Alert) -> Vec<(String, String)> {
    let severity = ("severity".to_owned(), alert.severity.name().to_owned());
    std::iter::once(severity).chain(settings.labels.iter().cloned()).collect()
}

fn annotations(settings: &Settings, alert: &Alert) -> [(&'static str, String); 4] {
    let texts = alert.texts(settings.language);
    [
        ("summary", texts.summary.to_owned()),
        ("description", texts.description.to_owned()),
        ("command", alert.command.to_owned()),
        ("runbook_url", format!("{}#{}", settings.runbook, alert.name.to_lowercase())),
    ]
}

/// The unit tests of all alerts for `promtool test rules`; `rules` is the file with the rules, as seen from that with the tests.
/// The cases are made for the default thresholds.
pub fn unit_tests(settings: &Settings, rules: &str) -> String {
    let mut text = format!("rule_files:\n  - {}\nevaluation_interval: 1m\ntests:\n", quoted(rules));
    for alert in settings.wanted().filter(|alert| applies(settings, alert)) {
        for case in (alert.cases)() {
            unit_test(&mut text, settings, alert, &case);
        }
    }
    text
}

fn unit_test(text: &mut String, settings: &Settings, alert: &Alert, case: &Case) {
    let _ = writeln!(text, "  - name: {}", quoted(&format!("{}: {}", alert.name, case.name)));
    text.push_str("    interval: 1m\n    input_series:\n");
    for (series, values) in &case.series {
        let _ = writeln!(text, "      - series: {}\n        values: {}", quoted(series), quoted(values));
    }
    let _ = writeln!(
        text,
        "    alert_rule_test:\n      - eval_time: {}\n        alertname: {}",
        case.at, alert.name
    );
    if case.fires.is_empty() {
        return;
    }
    text.push_str("        exp_alerts:\n");
    for fired in &case.fires {
        text.push_str("          - exp_labels:\n");
        let own = fired.labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        for (name, value) in own.chain(labels(settings, alert)) {
            let _ = writeln!(text, "              {name}: {}", quoted(&value));
        }
        text.push_str("            exp_annotations:\n");
        for (name, template) in annotations(settings, alert) {
            let _ = writeln!(text, "              {name}: {}", quoted(&filled(&template, fired)));
        }
    }
}

/// A template with the labels and the value of an alert, as Prometheus fills it.
fn filled(template: &str, fired: &Fired) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((inside, after)) = after.split_once("}}") else { break };
        text.push_str(before);
        match inside.trim().strip_prefix("$labels.") {
            Some(label) => {
                let value = fired.labels.iter().find(|(name, _)| *name == label);
                text.push_str(value.map_or("", |(_, value)| *value));
            }
            None => text.push_str(fired.value),
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// A text as YAML reads it back: JSON's strings are YAML's too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::{Language, all};

    #[test]
    fn rules_in_both_languages() {
        let mut settings = Settings::new("https://example.org/alerts.md");
        settings.expected.jobs = vec!["orders".to_owned()];
        settings.expected.clusters = vec!["prod".to_owned(), "test".to_owned()];
        settings.labels = vec![("team".to_owned(), "streams".to_owned())];
        insta::assert_snapshot!("english", rules(&settings, Form::File));
        settings.language = Language::Chinese;
        insta::assert_snapshot!(
            "chinese",
            rules(&settings, Form::Kubernetes { name: "flink", namespace: Some("streams") })
        );
    }

    #[test]
    fn every_alert_has_cases_of_both_kinds_and_a_runbook() {
        for alert in all() {
            let cases = (alert.cases)();
            assert!(cases.iter().any(|case| !case.fires.is_empty()), "{} never fires", alert.name);
            assert!(cases.iter().any(|case| case.fires.is_empty()), "{} is never silent", alert.name);
            assert!(!alert.steps.is_empty() && alert.command.len() > 5, "{}", alert.name);
            let same = all().iter().filter(|other| other.name == alert.name).count();
            assert_eq!(same, 1, "{}", alert.name);
        }
    }

    #[test]
    fn an_alert_that_is_left_out_is_not_there() {
        let mut settings = Settings::new("x");
        settings.leave_out("FlinkJobRestarted").unwrap();
        assert!(!rules(&settings, Form::File).contains("FlinkJobRestarted"));
        assert!(settings.leave_out("FlinkNothing").is_err());
    }
}
