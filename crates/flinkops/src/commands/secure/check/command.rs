//! The command.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::SignedDuration;
use ops_core::version::FlinkVersion;
use secure_conf::audit::{Request, Severity, Target, audit};
use secure_conf::ssl::Side;

use super::{connect, explain, render};
use crate::commands::secure::version;
use crate::failure::Failure;
use crate::output::Output;
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops secure check /opt/flink/conf --flink-version 1.20
  flinkops secure check rendered --flink-version 2.3 --client rendered-cli -o json
  flinkops secure check conf --flink-version 2.3 --connect
  flinkops secure check conf --flink-version 2.3 --connect=jm-1.example.com:8081
  flinkops secure check --explain SC034

A tree holds a conf directory for each host; its stores are looked for below the host's directory
first, then where the configuration says. Nothing is sent anywhere without --connect.
Exit code: 0 nothing at or above --fail-on, 1 findings, 2 a path cannot be read, 3 the endpoint of
--connect does not answer.")]
pub(crate) struct Options {
    /// Conf directories, configuration files, manifests, or trees with a conf directory for each host.
    #[arg(value_name = "PATH", required_unless_present_any = ["explain", "clients"])]
    paths: Vec<PathBuf>,
    /// The Flink that reads them, such as 1.20 [default: the one in cluster.yaml].
    #[arg(long, value_name = "VERSION")]
    flink_version: Option<FlinkVersion>,
    /// A conf directory of a host that runs bin/flink and nothing else. May be given several times.
    #[arg(long = "client", value_name = "PATH")]
    clients: Vec<PathBuf>,
    /// Warn about what expires within so many days.
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    warn_days: u32,
    /// The least severity that makes the exit code 1.
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    fail_on: FailOn,
    /// Also look at what the REST endpoint really serves [default: the address in the configuration].
    #[arg(long, value_name = "HOST:PORT", num_args = 0..=1, require_equals = true)]
    connect: Option<Option<String>>,
    /// Explain a code, or `all` of them, and check nothing.
    #[arg(long, value_name = "CODE", conflicts_with_all = ["paths", "clients", "connect"])]
    explain: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum FailOn {
    Error,
    #[default]
    Warning,
    Info,
}

impl From<FailOn> for Severity {
    fn from(fail_on: FailOn) -> Self {
        match fail_on {
            FailOn::Error => Self::Error,
            FailOn::Warning => Self::Warning,
            FailOn::Info => Self::Info,
        }
    }
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    if let Some(code) = &options.explain {
        explain::explain(code, output)?;
        return Ok(exit::DONE);
    }
    let now = adapters::now();
    let mut targets = Vec::new();
    for (paths, side) in [(&options.paths, Side::Cluster), (&options.clients, Side::Client)] {
        for path in paths {
            let version = version::version(options.flink_version, path)?;
            targets.push(Target { path: version::configuration(path), version, side });
        }
    }
    let mut request = Request::new(targets, now);
    request.warn_before = SignedDuration::from_hours(24 * i64::from(options.warn_days));
    let mut report = audit(&request)?;
    if let Some(address) = &options.connect {
        let served = connect::check(address.as_deref(), &request, now)?;
        report.findings.extend(served);
    }
    output.result(&report, render::human)?;
    let failed = report.worst().is_some_and(|worst| worst >= options.fail_on.into());
    Ok(if failed { exit::FINDINGS } else { exit::DONE })
}
