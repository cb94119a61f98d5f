//! `flinkops doctor [JOB]`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jobs::JobRef;
use ops_core::files::{self, Access};
use ops_core::version::FlinkVersion;
use recovery::doctor::{Finding, Severity, bundle, examine};
use serde::Serialize;

use super::explain::explain;
use super::gather::gather;
use super::render::{Detail, human};
use crate::cli::ClusterOptions;
use crate::commands::monitor::PrometheusOptions;
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops doctor
  flinkops doctor orders --url http://jm-1:8081
  flinkops doctor orders --logs /var/log/flink --conf /opt/flink/conf
  flinkops doctor --logs jm.log --logs tm.log
  flinkops doctor orders --prometheus http://prometheus:9090 -o json
  flinkops doctor orders --bundle doctor.tar.gz
  flinkops doctor --bundle-in doctor.tar.gz
  flinkops doctor --explain DR153

Without a JOB, the jobs that go on and those that failed within the last hour are looked at. The cluster is only asked: nothing
is changed. However large a job is, the number of requests is bounded.

Exit code: 0 nothing at or above --fail-on, 1 findings, 2 a file cannot be read, 3 the cluster cannot be reached.")]
pub(crate) struct Options {
    /// The job: its name, its id, or the beginning of one.
    #[arg(value_name = "JOB")]
    pub(super) job: Option<JobRef>,
    /// A directory of logs, or a log. May be given several times.
    #[arg(long, value_name = "PATH")]
    pub(super) logs: Vec<PathBuf>,
    /// A conf directory, or a configuration file, which is linted. May be given several times.
    #[arg(long, value_name = "PATH")]
    pub(super) conf: Vec<PathBuf>,
    /// The Flink that reads it [default: the cluster's].
    #[arg(long, value_name = "VERSION", requires = "conf")]
    pub(super) flink_version: Option<FlinkVersion>,
    #[command(flatten)]
    pub(super) prometheus: PrometheusOptions,
    /// Write what was seen into this file, without secrets.
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    /// Look at such a file instead of a cluster.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["job", "logs", "conf", "prometheus", "bundle", "url", "context"])]
    pub(super) bundle_in: Option<PathBuf>,
    /// Say what a code means, or `all` of them.
    #[arg(long, value_name = "CODE", conflicts_with_all = ["job", "logs", "conf", "prometheus", "bundle", "bundle_in"])]
    explain: Option<String>,
    /// The least severity that makes the exit code 1.
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    fail_on: Level,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Level {
    Error,
    #[default]
    Warning,
    Info,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// The worst and most certain first.
    pub(super) findings: Vec<Finding>,
    pub(super) summary: Summary,
    /// What is not known, and why.
    pub(super) gaps: Vec<String>,
    /// How often the cluster was asked.
    pub(super) requests: u32,
}

#[derive(Debug, Serialize)]
pub(super) struct Summary {
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) infos: usize,
}

pub(crate) fn run(options: &Options, cluster: &ClusterOptions, output: &Output) -> Result<u8, Failure> {
    if let Some(code) = &options.explain {
        explain(code, output)?;
        return Ok(exit::DONE);
    }
    let evidence = gather(options, cluster)?;
    if let Some(path) = &options.bundle {
        files::write(path, &bundle::pack(&evidence)?, Access::Private)?;
    }
    let findings = examine(&evidence);
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let summary = Summary {
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        infos: count(Severity::Info),
    };
    let (gaps, requests) = (evidence.gaps, evidence.requests);
    let report = Report { findings, summary, gaps, requests };
    let detail = if output.is_verbose() { Detail::Whole } else { Detail::Short };
    output.result(&report, |report| human(report, detail))?;
    let least = match options.fail_on {
        Level::Error => Severity::Error,
        Level::Warning => Severity::Warning,
        Level::Info => Severity::Info,
    };
    let worst = report.findings.iter().map(|finding| finding.severity).max();
    Ok(match worst {
        _ if evidence.unreachable.is_some() => exit::UNREACHABLE,
        Some(worst) if worst >= least => exit::FINDINGS,
        _ => exit::DONE,
    })
}
