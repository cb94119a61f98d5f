//! The three files as one list, made once.

use std::collections::HashMap;
use std::sync::OnceLock;

use ops_core::version::FlinkVersion;

use super::metric::{Kind, Metric, Origin};

const METRICS: &str = include_str!("metrics.tsv");
const MEANINGS: &str = include_str!("meanings.tsv");
const CONNECTORS: &str = include_str!("connectors.tsv");

/// Every metric of every version, sorted by scope and name; connectors' last.
pub fn all() -> &'static [Metric] {
    static ALL: OnceLock<Vec<Metric>> = OnceLock::new();
    ALL.get_or_init(|| {
        let meanings: HashMap<&str, (&str, &str, &str)> = lines(MEANINGS).filter_map(meaning).collect();
        let measured = lines(METRICS).filter_map(|line| measured(line, &meanings));
        measured.chain(lines(CONNECTORS).filter_map(documented)).collect()
    })
}

/// The metrics of one version. Connectors come in versions of their own, and count for each.
pub fn of(version: FlinkVersion) -> impl Iterator<Item = &'static Metric> {
    let known = version.known();
    all().iter().filter(move |metric| {
        metric.versions.is_empty() || known.is_some_and(|version| metric.versions.contains(&version))
    })
}

fn lines(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

fn meaning(columns: Vec<&'static str>) -> Option<(&'static str, (&'static str, &'static str, &'static str))> {
    match columns[..] {
        [key, unit, option, meaning] => Some((key, (unit, option, meaning))),
        _ => None,
    }
}

fn measured(
    columns: Vec<&'static str>,
    meanings: &HashMap<&str, (&'static str, &'static str, &'static str)>,
) -> Option<Metric> {
    let (scope, name, kind, labels, versions) = match columns[..] {
        [scope, name, kind, labels, versions] | [scope, name, kind, labels, versions, "+"] => {
            (scope, name, kind, labels, versions)
        }
        _ => return None,
    };
    let by_default = columns.len() == 5;
    let key = key(scope, name);
    let (unit, option, meaning) = meanings.get(key.as_str()).copied().unwrap_or(("-", "-", ""));
    Some(Metric {
        scope,
        name,
        kind: kind_of(kind)?,
        labels: if labels == "-" { "" } else { labels },
        versions: versions_of(versions),
        option: (!by_default && option != "-").then_some(option),
        unit,
        meaning,
        origin: Origin::Measured,
    })
}

fn documented(columns: Vec<&'static str>) -> Option<Metric> {
    let [scope, name, kind, labels, connector, unit, meaning] = columns[..] else { return None };
    let origin = Origin::Documented(connector);
    Some(Metric {
        scope,
        name,
        kind: kind_of(kind)?,
        labels,
        versions: Vec::new(),
        option: None,
        unit,
        meaning,
        origin,
    })
}

/// Both processes have the same meanings.
fn key(scope: &str, name: &str) -> String {
    let own =
        ["jobmanager", "taskmanager"].iter().find_map(|process| scope.strip_prefix(process)).unwrap_or(scope);
    let own = own.trim_start_matches('.');
    if own.is_empty() { name.to_owned() } else { format!("{own}.{name}") }
}

fn kind_of(text: &str) -> Option<Kind> {
    Some(match text {
        "counter" => Kind::Counter,
        "gauge" => Kind::Gauge,
        "meter" => Kind::Meter,
        "histogram" => Kind::Histogram,
        "text" => Kind::Text,
        _ => return None,
    })
}

/// `1.18-1.20,2.1-2.3`.
fn versions_of(text: &str) -> Vec<FlinkVersion> {
    let position = |line: &str| FlinkVersion::KNOWN.iter().position(|known| known.line() == line);
    let spans = text.split(',').filter_map(|span| {
        let (from, until) = span.split_once('-').unwrap_or((span, span));
        FlinkVersion::KNOWN.get(position(from)?..=position(until)?)
    });
    spans.flatten().copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the files say is read whole, and every metric has a meaning that somebody wrote.
    #[test]
    fn every_line_is_a_metric_with_a_meaning() {
        let count = |text: &str| text.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(all().len(), count(METRICS) + count(CONNECTORS));
        for metric in all() {
            assert!(!metric.meaning.is_empty(), "{}.{} has no meaning", metric.scope, metric.name);
            if metric.origin == Origin::Measured {
                assert!(!metric.versions.is_empty(), "{}.{} has no version", metric.scope, metric.name);
            }
        }
        let known: Vec<String> = all().iter().map(|metric| key(metric.scope, metric.name)).collect();
        for (meaning, _) in lines(MEANINGS).filter_map(meaning) {
            assert!(known.iter().any(|known| known == meaning), "{meaning} is explained and not there");
        }
    }

    /// What is off by default says what switches it on.
    #[test]
    fn what_is_off_has_a_switch() {
        for line in lines(METRICS).filter(|columns| columns.last() == Some(&"+")) {
            let metric =
                all().iter().find(|metric| (metric.scope, metric.name) == (line[0], line[1])).unwrap();
            assert!(metric.option.is_some(), "{}.{}", metric.scope, metric.name);
        }
    }
}
