//! The nouns of the command line, and the hand-over to their files.

use clap::Subcommand;

use super::{
    completions, conf, deploy, doctor, guard, init, jar, job, keytab, man, mock, monitor, pki, recover,
    render, secure, tune,
};
use crate::cli::Cli;
use crate::failure::Failure;
use crate::output::Output;
use crate::quickstart;

/// The nouns.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The whole story on one machine: check, secure, start, run a job, save, rescale, survive a crash, stop.
    Quickstart(quickstart::Options),
    /// A description of a cluster, from nothing or from an existing conf directory.
    Init(init::Options),
    /// Everything that a cluster needs, from its description: configuration, certificates, units, scripts, manifests.
    Render(render::Options),
    /// Configuration files: what is wrong in them.
    #[command(subcommand)]
    Conf(conf::Command),
    /// Certificate authorities, certificates, keystores and truststores: what keytool and openssl do.
    #[command(subcommand)]
    Pki(pki::Command),
    /// TLS and Kerberos in Flink's configuration: wired, and checked before anything is restarted.
    #[command(subcommand)]
    Secure(secure::Command),
    /// Keytabs: made, looked into, changed, and proven at the KDC, without MIT's tools.
    #[command(subcommand)]
    Keytab(keytab::Command),
    /// Where Flink runs: whether a machine is fit, and what each platform needs.
    #[command(subcommand)]
    Deploy(deploy::Command),
    /// Jobs of a cluster.
    #[command(subcommand)]
    Job(job::Command),
    /// Jars that a cluster keeps.
    #[command(subcommand)]
    Jar(jar::Command),
    /// Metrics: what Flink exports, scrape configurations, tested alerts, dashboards.
    #[command(subcommand)]
    Monitor(monitor::Command),
    /// Memory and sizing: what a process's memory is divided into, and what to set.
    #[command(subcommand)]
    Tune(tune::Command),
    /// What is wrong with a cluster or a job, how sure that is, and what to do next.
    Doctor(doctor::Options),
    /// Getting a job back: runbooks, states and copies of them, and the loop that keeps jobs running.
    #[command(subcommand)]
    Recover(recover::Command),
    /// Runs mock-flink, the fake JobManager, in the foreground.
    Mock(Box<mock::Options>),
    /// Prints a shell completion script.
    Completions(completions::Options),
    /// Writes the manual pages.
    Man(man::Options),
    /// Runs a program that ends when flinkops ends. Used by flinkops itself.
    #[command(name = guard::NAME, hide = true)]
    Guard(guard::Options),
}

/// Runs the chosen command; the number is the exit code.
pub(crate) fn run(cli: Cli, output: &Output) -> Result<u8, Failure> {
    match cli.command {
        Command::Quickstart(options) => quickstart::run(options, output),
        Command::Init(options) => init::run(&options, output),
        Command::Render(options) => render::run(&options, output),
        Command::Conf(command) => conf::run(command, output),
        Command::Pki(command) => pki::run(command, output),
        Command::Secure(command) => secure::run(command, output),
        Command::Keytab(command) => keytab::run(command, output),
        Command::Deploy(command) => deploy::run(command, output),
        Command::Job(command) => job::run(command, &cli.cluster, output),
        Command::Jar(command) => jar::run(command, &cli.cluster, output),
        Command::Monitor(command) => monitor::run(command, &cli.cluster, output),
        Command::Tune(command) => tune::run(command, &cli.cluster, output),
        Command::Doctor(options) => doctor::run(&options, &cli.cluster, output),
        Command::Recover(command) => recover::run(command, &cli.cluster, output),
        Command::Mock(options) => mock::run(*options, output),
        Command::Completions(options) => completions::run(&options, output),
        Command::Man(options) => man::run(&options),
        Command::Guard(options) => guard::run(options),
    }
}

/// The runtime of commands that talk to a cluster: one thread, since they wait more than they work.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::usage(format!("cannot start: {error}")))
}
