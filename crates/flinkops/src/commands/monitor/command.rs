//! The verbs of `flinkops monitor`.

use clap::Subcommand;

use super::{alerts, check, dashboard, metrics, report, reporter, scrape, top};
use crate::cli::ClusterOptions;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Lists what Flink exports: names in Prometheus, labels, units, meaning, versions.
    Metrics(metrics::Options),
    /// Prints or writes the keys by which Flink exports metrics.
    Reporter(reporter::Options),
    /// Writes the configuration by which Prometheus finds the processes of a cluster.
    Scrape(scrape::Options),
    /// Writes alerts for Prometheus, with their unit tests.
    Alerts(alerts::Options),
    /// Writes dashboards for Grafana.
    Dashboard(dashboard::Options),
    /// Says whether rules can work, against what Flink exports and what a live Prometheus has.
    Check(check::Options),
    /// A live view of jobs, vertices, checkpoints and TaskManagers, straight from the cluster.
    Top(top::Options),
    /// One page about a cluster: jobs, plots, memory, checkpoints, certificates, configuration.
    Report(report::Options),
}

pub(crate) fn run(command: Command, cluster: &ClusterOptions, output: &Output) -> Result<u8, Failure> {
    match command {
        Command::Metrics(options) => metrics::run(&options, output),
        Command::Reporter(options) => reporter::run(&options, output),
        Command::Scrape(options) => scrape::run(&options, output),
        Command::Alerts(options) => alerts::run(&options, output),
        Command::Dashboard(options) => dashboard::run(&options, output),
        Command::Check(options) => check::run(&options, output),
        Command::Top(options) => top::run(&options, cluster, output),
        Command::Report(options) => report::run(&options, cluster, output),
    }
}
