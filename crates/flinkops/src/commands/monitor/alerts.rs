//! `flinkops monitor alerts`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use monitor::alerts::{self, Form, Language, Settings};
use ops_core::spec::ClusterSpec;
use serde::Serialize;

use super::written::{put, put_all};
use crate::commands::key_and_value;
use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, style, table};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops monitor alerts --out /etc/prometheus/rules/flink.yml
  flinkops monitor alerts --cluster cluster.yaml --expect-job orders --lang zh --out flink.yml
  flinkops monitor alerts --set FlinkJobRestartLoop.window=30m --without FlinkJobRestarted
  flinkops monitor alerts --out flink.yml --tests flink.test.yml && promtool test rules flink.test.yml
  flinkops monitor alerts --kubernetes flink-alerts --namespace monitoring | kubectl apply -f -
  flinkops monitor alerts --list
  flinkops monitor alerts --explain FlinkCheckpointStuck
  flinkops monitor alerts --routes")]
pub(crate) struct Options {
    /// The language of summaries and descriptions.
    #[arg(long, value_enum, default_value_t, value_name = "LANGUAGE")]
    lang: Lang,
    /// The description of a cluster: its name, how many TaskManagers it has, its checkpoint timeout. May be given several times.
    #[arg(long = "cluster", value_name = "FILE")]
    clusters: Vec<PathBuf>,
    /// A job that must always run, by its name; for Prometheus, Flink writes it with `_` for odd characters, and so does this. May
    /// be given several times.
    #[arg(long = "expect-job", value_name = "NAME")]
    jobs: Vec<String>,
    /// Set a threshold or window, such as FlinkBackpressure.share=0.8; `for` is one of every alert. May be given several times.
    #[arg(long = "set", value_name = "ALERT.PARAMETER=VALUE")]
    settings: Vec<String>,
    /// Leave an alert out. May be given several times.
    #[arg(long = "without", value_name = "ALERT")]
    without: Vec<String>,
    /// A further label of every alert. May be given several times.
    #[arg(long = "label", value_name = "NAME=VALUE", value_parser = key_and_value)]
    labels: Vec<(String, String)>,
    /// Where annotations link to.
    #[arg(long, value_name = "URL", default_value = alerts::RUNBOOK)]
    runbook: String,
    /// Write a PrometheusRule object of this name, for the Prometheus operator.
    #[arg(long, value_name = "NAME")]
    kubernetes: Option<String>,
    /// The namespace of the object.
    #[arg(long, value_name = "NAME", requires = "kubernetes")]
    namespace: Option<String>,
    /// Write into this file instead of printing.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write unit tests for promtool into this file. They are made for the defaults.
    #[arg(long, value_name = "FILE", requires = "out", conflicts_with_all = ["settings", "clusters", "kubernetes"])]
    tests: Option<PathBuf>,
    /// List the alerts and what can be set.
    #[arg(long, conflicts_with_all = ["out", "explain", "routes"])]
    list: bool,
    /// Say what an alert means and what to do, or `all` for the whole runbook.
    #[arg(long, value_name = "ALERT", conflicts_with_all = ["out", "routes"])]
    explain: Option<String>,
    /// Print an example of routes for Alertmanager.
    #[arg(long)]
    routes: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

/// The result of --list; its fields are stable.
#[derive(Debug, Serialize)]
struct List {
    alerts: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    group: &'static str,
    severity: &'static str,
    #[serde(rename = "for")]
    pending: String,
    summary: &'static str,
    parameters: Vec<Parameter>,
}

#[derive(Debug, Serialize)]
struct Parameter {
    name: &'static str,
    default: String,
    meaning: &'static str,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    if options.routes {
        return put(alerts::routes(), options.out.as_deref(), output);
    }
    if let Some(name) = &options.explain {
        return explain(name, output);
    }
    let settings = settings(options)?;
    if options.list {
        output.result(&list(&settings), human)?;
        return Ok(exit::DONE);
    }
    let form = match &options.kubernetes {
        Some(name) => Form::Kubernetes { name, namespace: options.namespace.as_deref() },
        None => Form::File,
    };
    let rules = alerts::rules(&settings, form);
    match (&options.out, &options.tests) {
        (Some(out), Some(tests)) => {
            let seen = std::path::absolute(out).map_err(Failure::usage)?;
            let beside = out.parent() == tests.parent();
            let name = if beside { out.file_name().map(PathBuf::from) } else { None };
            let rules_file = name.unwrap_or(seen).display().to_string();
            let unit_tests = alerts::unit_tests(&settings, &rules_file);
            put_all(&[(out.clone(), rules), (tests.clone(), unit_tests)], output)
        }
        (out, _) => put(&rules, out.as_deref(), output),
    }
}

fn settings(options: &Options) -> Result<Settings, Failure> {
    let mut settings = Settings::new(&options.runbook);
    settings.language = match options.lang {
        Lang::En => Language::English,
        Lang::Zh => Language::Chinese,
    };
    settings.labels.clone_from(&options.labels);
    settings.expected.jobs.clone_from(&options.jobs);
    let clusters: Result<Vec<ClusterSpec>, _> =
        options.clusters.iter().map(|file| ClusterSpec::read(file)).collect();
    settings.expect(&clusters?);
    for setting in &options.settings {
        settings.set(setting).map_err(Failure::usage)?;
    }
    for alert in &options.without {
        settings.leave_out(alert).map_err(Failure::usage)?;
    }
    Ok(settings)
}

fn explain(name: &str, output: &Output) -> Result<u8, Failure> {
    if name == "all" {
        output.text(&alerts::page())?;
        return Ok(exit::DONE);
    }
    let alert = alerts::find(name).ok_or_else(|| {
        Failure::usage(format!("there is no alert `{name}`"))
            .help("flinkops monitor alerts --list shows them all")
    })?;
    let heading = style::HEADING;
    output.text(&format!(
        "{heading}{name}{heading:#} ({})\n\n{}",
        alert.severity.name(),
        alerts::explain(alert)
    ))?;
    Ok(exit::DONE)
}

fn list(settings: &Settings) -> List {
    let rows = settings.wanted().map(|alert| Row {
        name: alert.name,
        group: alert.group.name(),
        severity: alert.severity.name(),
        pending: settings.chosen(alert).pending(),
        summary: alert.texts(settings.language).summary,
        parameters: alert
            .parameters
            .iter()
            .map(|parameter| Parameter {
                name: parameter.name,
                default: parameter.default.to_string(),
                meaning: parameter.meaning,
            })
            .collect(),
    });
    List { alerts: rows.collect() }
}

fn human(list: &List) -> String {
    let rows = list.alerts.iter().map(|row| {
        let parameters =
            row.parameters.iter().map(|parameter| format!("{}={}", parameter.name, parameter.default));
        [
            row.name.to_owned(),
            row.severity.to_owned(),
            row.pending.clone(),
            parameters.collect::<Vec<_>>().join(" "),
        ]
    });
    table(["ALERT", "SEVERITY", "FOR", "PARAMETERS"], rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an alert says to run next can be typed.
    #[test]
    fn the_commands_of_alerts_are_commands() {
        for alert in alerts::all() {
            let mut command = alert.command.to_owned();
            while let (Some(from), Some(to)) = (command.find("{{"), command.find("}}")) {
                command.replace_range(from..to + 2, "0123456789abcdef0123456789abcdef");
            }
            if command.starts_with("flinkops ") {
                let parsed = crate::cli::command().try_get_matches_from(command.split_whitespace());
                assert!(parsed.is_ok(), "{}: {command}: {}", alert.name, parsed.unwrap_err());
            }
        }
    }
}
