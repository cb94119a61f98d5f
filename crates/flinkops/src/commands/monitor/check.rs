//! `flinkops monitor check`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use monitor::alerts::Settings;
use monitor::check::{Known, PrometheusError, Report, Seen, Subject, Weight, judge, own, read_rules};
use ops_core::files;
use ops_core::version::FlinkVersion;

use super::prometheus::{PrometheusOptions, prometheus_failure};
use crate::adapters;
use crate::commands::runtime;
use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, style};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops monitor check --rules alerts.yml --flink-version 1.20
  flinkops monitor check --prometheus http://prometheus:9090
  flinkops monitor check --prometheus http://prometheus:9090 --loaded
  flinkops monitor check --prometheus https://prometheus:9090 --prometheus-cacert ca.pem --rules alerts.yml -o json

Without --rules and --loaded, the rules and dashboards of flinkops itself are checked. Without --prometheus, only the catalogue
says what exists.

Exit code: 0 nothing at or above a warning, 1 something, 2 a file cannot be read, 3 Prometheus cannot be reached.")]
pub(crate) struct Options {
    #[command(flatten)]
    prometheus: PrometheusOptions,
    /// A file of rules, or a PrometheusRule. May be given several times.
    #[arg(long, value_name = "FILE")]
    rules: Vec<PathBuf>,
    /// Check the rules that Prometheus has loaded.
    #[arg(long, requires = "prometheus")]
    loaded: bool,
    /// The Flink that exports, such as 1.20 [default: any].
    #[arg(long, value_name = "VERSION")]
    flink_version: Option<FlinkVersion>,
    /// How far back a series counts as there.
    #[arg(long, value_name = "MINUTES", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..), requires = "prometheus")]
    within: u32,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    if options.rules.is_empty() && !options.prometheus.is_given() {
        return Err(Failure::usage("there is nothing to check against")
            .help("give --rules FILE, --prometheus URL, or both"));
    }
    let prometheus = options.prometheus.open()?;
    let mut subjects: Vec<Subject> = Vec::new();
    for file in &options.rules {
        let text = files::read_text(file, 16 << 20)?;
        subjects.extend(
            read_rules(&text).map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?,
        );
    }
    if options.rules.is_empty() && !options.loaded {
        subjects = own(&Settings::new(""));
    }
    let seen = match &prometheus {
        Some(prometheus) => {
            let since = adapters::now().as_second() - i64::from(options.within) * 60;
            let seen: Result<Seen, PrometheusError> = runtime()?.block_on(async {
                if options.loaded {
                    subjects.extend(prometheus.rules().await?);
                }
                prometheus.see(&subjects, since).await
            });
            Some(seen.map_err(prometheus_failure)?)
        }
        None => None,
    };
    let report = judge(&subjects, Known { version: options.flink_version, seen: seen.as_ref() });
    let found = report.findings.iter().any(|finding| finding.severity <= Weight::Warning);
    output.result(&report, human)?;
    Ok(if found { exit::FINDINGS } else { exit::DONE })
}

fn human(report: &Report) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        let (colour, name) = match finding.severity {
            Weight::Error => (style::ERROR, "error"),
            Weight::Warning => (style::WARNING, "warning"),
            Weight::Info => (style::INFO, "info"),
        };
        let _ = writeln!(text, "{colour}{name}{colour:#} {}: {}", finding.rule, finding.message);
        if let Some(help) = &finding.help {
            let help_style = style::HELP;
            let _ = writeln!(text, "      {help_style}{help}{help_style:#}");
        }
    }
    let count = |weight: Weight| report.findings.iter().filter(|finding| finding.severity == weight).count();
    let _ = writeln!(
        text,
        "{} rules and queries: {} errors, {} warnings, {} notes",
        report.judged,
        count(Weight::Error),
        count(Weight::Warning),
        count(Weight::Info)
    );
    if let Some(present) = report.present {
        let _ = writeln!(text, "{present} of {} selections have series in Prometheus", report.selections);
    }
    text
}
