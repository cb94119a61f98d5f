//! `flinkops monitor metrics`.

use std::path::PathBuf;

use clap::Args;
use monitor::catalogue::{self, Kind, Metric, Origin, Process, Variables, prometheus_name};
use ops_core::conf::ConfDocument;
use ops_core::version::FlinkVersion;
use serde::Serialize;

use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, style, table};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops monitor metrics checkpoint --flink-version 2.3
  flinkops monitor metrics flink_taskmanager_job_task_busyTimeMsPerSecond
  flinkops monitor metrics rocksdb --conf /opt/flink/conf/config.yaml -o json

Names in Prometheus come from the logical scope: metrics.scope.* and metrics.scope.delimiter do not change them. What a
reporter leaves out or adds (scope.variables.excludes, scope.variables.additional) changes labels: --conf applies it.
Parts in <angle brackets> are names of states, collectors or connections.

Exit code: 0 something was found, 1 nothing was.")]
pub(crate) struct Options {
    /// Only metrics that have this in their name, scope or meaning, in whatever case.
    #[arg(value_name = "PATTERN")]
    pattern: Option<String>,
    /// Only what this version exports [default: any].
    #[arg(long, value_name = "VERSION")]
    flink_version: Option<FlinkVersion>,
    /// Only what is exported by default.
    #[arg(long)]
    default_only: bool,
    /// A configuration whose reporter decides on labels.
    #[arg(long, value_name = "FILE")]
    conf: Option<PathBuf>,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct List {
    metrics: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    /// The name in Prometheus.
    prometheus: String,
    /// `gauge`, or `summary` for a histogram.
    prometheus_type: &'static str,
    labels: Vec<String>,
    process: Process,
    scope: &'static str,
    name: &'static str,
    kind: Kind,
    unit: &'static str,
    /// Release lines; empty for connectors, which have versions of their own.
    versions: Vec<String>,
    since: String,
    /// What switches it on; null for what is exported by default.
    option: Option<&'static str>,
    meaning: &'static str,
    /// `measured` on real clusters, or documented for a connector.
    origin: Origin,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let variables = variables(options)?;
    let pattern = options.pattern.as_deref().unwrap_or_default().to_lowercase();
    let wanted = |metric: &&Metric| {
        let said = format!("{} {}.{} {}", prometheus_name(metric), metric.scope, metric.name, metric.meaning);
        said.to_lowercase().contains(&pattern) && !(options.default_only && metric.option.is_some())
    };
    let found: Vec<&Metric> = match options.flink_version {
        Some(version) => catalogue::of(version).filter(wanted).collect(),
        None => catalogue::all().iter().filter(wanted).collect(),
    };
    let list = List { metrics: found.iter().map(|metric| row(metric, &variables)).collect() };
    let code = if list.metrics.is_empty() { exit::FINDINGS } else { exit::DONE };
    let verbose = output.is_verbose();
    output.result(&list, |list| human(list, verbose))?;
    Ok(code)
}

fn row(metric: &Metric, variables: &Variables) -> Row {
    Row {
        prometheus: prometheus_name(metric),
        prometheus_type: if metric.kind == Kind::Histogram { "summary" } else { "gauge" },
        labels: variables.labels(metric),
        process: metric.process(),
        scope: metric.scope,
        name: metric.name,
        kind: metric.kind,
        unit: metric.unit,
        versions: metric.versions.iter().map(|version| version.line()).collect(),
        since: metric.span(),
        option: metric.option,
        meaning: metric.meaning,
        origin: metric.origin,
    }
}

/// What the first reporter of the configuration says of labels.
fn variables(options: &Options) -> Result<Variables, Failure> {
    let Some(file) = &options.conf else { return Ok(Variables::default()) };
    let document = ConfDocument::read(file)?;
    let value = |option: &str| {
        let ends = |key: &str| key.starts_with("metrics.reporter.") && key.ends_with(option);
        document.effective().find(|entry| ends(&entry.key)).map(|entry| entry.value.clone())
    };
    Ok(Variables::new(
        value(".scope.variables.excludes").as_deref(),
        value(".scope.variables.additional").as_deref(),
    ))
}

fn human(list: &List, verbose: bool) -> String {
    if let [one] = list.metrics.as_slice() {
        return whole(one);
    }
    if list.metrics.is_empty() {
        return "no metric has that in its name, scope or meaning\n".to_owned();
    }
    if verbose {
        return list.metrics.iter().map(whole).collect::<Vec<_>>().join("\n");
    }
    let rows = list.metrics.iter().map(|row| {
        let meaning = match row.option {
            Some(_) => format!("{} (off by default)", row.meaning),
            None => row.meaning.to_owned(),
        };
        [row.prometheus.clone(), row.kind.name().to_owned(), row.unit.to_owned(), row.since.clone(), meaning]
    });
    table(["NAME IN PROMETHEUS", "KIND", "UNIT", "FLINK", "MEANING"], rows)
}

fn whole(row: &Row) -> String {
    let heading = style::HEADING;
    let mut text = format!("{heading}{}{heading:#}\n  {}\n", row.prometheus, row.meaning);
    let mut line = |name: &str, value: &str| text.push_str(&format!("  {name:<10} {value}\n"));
    line("Flink", &format!("{} in {}, a {}", row.name, row.scope, row.kind.name()));
    line("Prometheus", row.prometheus_type);
    if row.unit != "-" {
        line("unit", row.unit);
    }
    line("versions", &row.since);
    line("labels", &row.labels.join(" "));
    if let Some(option) = row.option {
        line("needs", option);
    }
    if let Origin::Documented(connector) = row.origin {
        line("from", &format!("the documentation of the connector for {connector}; not measured"));
    }
    text
}
