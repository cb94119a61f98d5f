//! The judgement.

use std::collections::{BTreeMap, BTreeSet};

use ops_core::suggest;
use ops_core::version::FlinkVersion;

use super::finding::{Finding, FindingKind, Report, Weight};
use super::prometheus::Seen;
use super::query::{Name, Query, Selected};
use super::subject::Subject;
use crate::catalogue::{self, Kind, Match, prometheus_name};

/// What scrape configurations and rules add.
const TARGET: [&str; 3] = ["cluster", "job", "instance"];

/// Names that grow like counters although Flink registers them as gauges, for whom `rate` is right.
const GROWING: [&str; 4] = ["Time", "Count", "ClassesLoaded", "ClassesUnloaded"];

/// What is known beside the catalogue.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// The Flink; any when it is not said.
    pub version: Option<FlinkVersion>,
    /// What a live Prometheus has.
    pub seen: Option<&'a Seen>,
}

/// Judges rules and queries, each with regard to what the others record.
pub fn judge(subjects: &[Subject], known: Known<'_>) -> Report {
    let mut judge = Judge { known, recorded: BTreeMap::new(), findings: Vec::new() };
    let queries: Vec<(&Subject, Option<Query>)> = subjects
        .iter()
        .map(|subject| match Query::parse(&subject.expression) {
            Ok(query) => (subject, Some(query)),
            Err(error) => {
                judge.refused(subject, &error.to_string());
                (subject, None)
            }
        })
        .collect();
    // Recorded values may build on each other, in any order.
    for _ in 0..=subjects.len() {
        let before = judge.recorded.clone();
        for (subject, query) in &queries {
            if let (Some(name), Some(query)) = (&subject.records, query) {
                let value = query.can_have_value(&|selected| judge.exists(selected));
                judge.recorded.insert(name.clone(), value);
            }
        }
        if before == judge.recorded {
            break;
        }
    }
    let mut selections = BTreeSet::new();
    for (subject, query) in &queries {
        let Some(query) = query else { continue };
        let selected = query.selected();
        for one in &selected {
            judge.selection(subject, one);
            selections.insert(one.selector.clone());
        }
        judge.labels(subject, query, &selected);
        if !query.can_have_value(&|selected| judge.exists(selected)) {
            judge.never(subject);
        }
    }
    let mut findings = judge.findings;
    findings.sort_by_key(|finding| (finding.severity, finding.kind));
    let present = known.seen.map(|seen| selections.iter().filter(|selector| seen.has(selector)).count());
    Report { judged: subjects.len(), selections: selections.len(), present, findings }
}

struct Judge<'a> {
    known: Known<'a>,
    /// Recorded values, and whether they can have a value.
    recorded: BTreeMap<String, bool>,
    findings: Vec<Finding>,
}

impl Judge<'_> {
    fn refused(&mut self, subject: &Subject, reason: &str) {
        self.findings.push(Finding {
            rule: subject.name.clone(),
            kind: FindingKind::Refused,
            severity: Weight::Error,
            metric: None,
            message: format!("Prometheus refuses the expression, and loads no rule of the file: {reason}"),
            help: dotted(&subject.expression),
        });
    }

    fn never(&mut self, subject: &Subject) {
        // What is only missing now is said of the metric.
        let (severity, message) = match self.known.seen {
            Some(_) => (Weight::Warning, "it can never have a value with the series that Prometheus has"),
            None => (Weight::Error, "it can never have a value: a metric that it needs does not exist"),
        };
        self.findings.push(Finding {
            rule: subject.name.clone(),
            kind: FindingKind::NeverFires,
            severity,
            metric: None,
            message: message.to_owned(),
            help: None,
        });
    }

    /// Whether there are series, as far as is known.
    fn exists(&self, selected: &Selected) -> bool {
        if let Name::Exactly(name) = &selected.name
            && let Some(value) = self.recorded.get(name)
        {
            return *value;
        }
        if let Some(seen) = self.known.seen {
            return seen.has(&selected.selector);
        }
        match &selected.name {
            Name::Exactly(name) if name.starts_with("flink_") => {
                !self.of_version(&catalogue::find_series(name)).is_empty()
            }
            _ => true,
        }
    }

    fn of_version(&self, found: &[Match]) -> Vec<Match> {
        let holds = |found: &&Match| {
            let versions = &found.metric.versions;
            let known = self.known.version.and_then(FlinkVersion::known);
            versions.is_empty() || known.is_none_or(|version| versions.contains(&version))
        };
        found.iter().filter(holds).copied().collect()
    }

    fn selection(&mut self, subject: &Subject, selected: &Selected) {
        let Name::Exactly(name) = &selected.name else {
            self.absent(subject, selected, None);
            return;
        };
        if self.recorded.contains_key(name) {
            return;
        }
        if !name.starts_with("flink_") {
            self.absent(subject, selected, None);
            return;
        }
        let found = catalogue::find_series(name);
        let Some(first) = found.first() else {
            let message = format!("no Flink exports `{name}`");
            self.push(subject, (FindingKind::UnknownMetric, Weight::Error), name, message, elsewhere(name));
            return;
        };
        if self.of_version(&found).is_empty() {
            let version = self.known.version.map(FlinkVersion::line).unwrap_or_default();
            let message = format!("Flink {version} does not export `{name}`: {} does", first.metric.span());
            self.push(subject, (FindingKind::OtherVersion, Weight::Error), name, message, None);
            return;
        }
        if let Some(function) = selected.counter
            && matches!(first.metric.kind, Kind::Gauge | Kind::Text)
            && !GROWING.contains(&first.metric.name)
        {
            let message = format!("`{name}` is a gauge, and {function}() reads it as a counter");
            let help = format!(
                "{} It begins anew with another JobManager or attempt, and {function}() guesses what is between two scrapes; changes() counts what is there",
                first.metric.meaning
            );
            self.push(subject, (FindingKind::GaugeAsCounter, Weight::Warning), name, message, Some(help));
        }
        self.absent(subject, selected, Some(*first));
    }

    /// Of a live Prometheus: that it has no such series, and what may be the reason.
    fn absent(&mut self, subject: &Subject, selected: &Selected, found: Option<Match>) {
        let Some(seen) = self.known.seen else { return };
        if seen.has(&selected.selector) {
            return;
        }
        let help = match found {
            Some(found) => match found.metric.option {
                Some(option) => Some(format!("it is off by default: {option} switches it on")),
                None => Some(format!("{} has it: {}", found.metric.scope, found.metric.meaning)),
            },
            None if selected.selector.contains("flinkops_") => Some(
                "flinkops writes it for the textfile collector of node_exporter: `flinkops pki status --prometheus FILE`, `flinkops keytab list KEYTAB --prometheus FILE`"
                    .to_owned(),
            ),
            None if selected.selector.contains("rocksdb") => {
                Some("RocksDB's metrics are off by default: state.backend.rocksdb.metrics.* switch them on".to_owned())
            }
            None => None,
        };
        let name = match &selected.name {
            Name::Exactly(name) | Name::Matching(name) => name.clone(),
            Name::Any => selected.selector.clone(),
        };
        let message = format!("Prometheus has no series of {}", selected.selector);
        self.push(subject, (FindingKind::Absent, Weight::Info), &name, message, help);
    }

    fn labels(&mut self, subject: &Subject, query: &Query, selected: &BTreeSet<Selected>) {
        let has = |selected: &Selected, label: &str| -> bool {
            if TARGET.contains(&label) {
                return true;
            }
            if let Some(labels) = self.known.seen.and_then(|seen| seen.labels(&selected.selector)) {
                return labels.contains(label);
            }
            let Name::Exactly(name) = &selected.name else { return true };
            if self.recorded.contains_key(name) || !name.starts_with("flink_") {
                return true;
            }
            let found = catalogue::find_series(name);
            found.is_empty() || found.iter().any(|found| found.metric.all_labels().any(|own| own == label))
        };
        let mut wrong: Vec<(String, String)> = Vec::new();
        for one in selected {
            let missing = one.labels.iter().filter(|label| !has(one, label));
            wrong.extend(missing.map(|label| (label.clone(), one.selector.clone())));
        }
        let shown = subject.annotations.iter().flat_map(|text| shown_labels(text));
        for label in query.labels().into_iter().chain(shown) {
            if !selected.is_empty() && !selected.iter().any(|one| has(one, &label)) {
                wrong.push((label, "any series that it selects".to_owned()));
            }
        }
        wrong.dedup();
        for (label, of) in wrong {
            self.findings.push(Finding {
                rule: subject.name.clone(),
                kind: FindingKind::NoLabel,
                severity: Weight::Warning,
                metric: None,
                message: format!("there is no label `{label}` on {of}"),
                help: None,
            });
        }
    }

    fn push(
        &mut self,
        subject: &Subject,
        (kind, severity): (FindingKind, Weight),
        metric: &str,
        message: String,
        help: Option<String>,
    ) {
        let (rule, metric) = (subject.name.clone(), Some(metric.to_owned()));
        self.findings.push(Finding { rule, kind, severity, metric, message, help });
    }
}

/// What may have been meant: the same name in another scope, else a name that is spelt almost so.
fn elsewhere(name: &str) -> Option<String> {
    let last = name.rsplit('_').next()?;
    let same: Vec<String> = catalogue::all()
        .iter()
        .filter(|metric| metric.name == last)
        .map(|metric| format!("`{}`", prometheus_name(metric)))
        .take(3)
        .collect();
    if !same.is_empty() {
        return Some(format!("`{last}` is exported as {}", same.join(" and ")));
    }
    let names: Vec<String> = catalogue::all().iter().map(prometheus_name).collect();
    let near = suggest::nearest(name, names.iter().map(String::as_str), 3);
    (!near.is_empty()).then(|| format!("did you mean {}?", near.join(" or ")))
}

/// Flink's own names have dots, which PromQL's have not.
fn dotted(expression: &str) -> Option<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':');
    let dotted = expression
        .split(|c| !word(c))
        .find(|name| name.contains('.') && name.chars().next().is_some_and(|c| c.is_ascii_alphabetic()))?;
    let name = dotted.replace('.', "_");
    let name = if name.starts_with("flink_") { name } else { format!("flink_{name}") };
    let known = !catalogue::find_series(&name).is_empty();
    known.then(|| format!("a name has no dots in Prometheus: `{dotted}` is `{name}` there"))
}

/// The labels that a template shows.
fn shown_labels(text: &str) -> Vec<String> {
    text.split("$labels.")
        .skip(1)
        .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect())
        .collect()
}
