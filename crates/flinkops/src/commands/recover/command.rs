//! The verbs of `flinkops recover`.

use clap::Subcommand;

use super::{backup, plan, run_once, savepoint, watch};
use crate::cli::ClusterOptions;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Savepoints and checkpoints: what is in them, and whether they are whole.
    #[command(subcommand)]
    Savepoint(savepoint::Command),
    /// The runbook for what is wrong: numbered steps, what they cost, and which of them destroy something.
    Plan(plan::Options),
    /// Brings a described job back, once: asks before each step.
    Run(run_once::Options),
    /// Copies a savepoint or checkpoint, with everything that it refers to, and compares the copy.
    Backup(backup::Options),
    /// Keeps described jobs running: starts them again from their newest good state.
    Watch(watch::Options),
}

pub(crate) fn run(command: Command, cluster: &ClusterOptions, output: &Output) -> Result<u8, Failure> {
    match command {
        Command::Savepoint(command) => savepoint::run(command, cluster, output),
        Command::Plan(options) => plan::run(&options, cluster, output),
        Command::Run(options) => run_once::run(&options, cluster, output),
        Command::Backup(options) => backup::run(&options, output),
        Command::Watch(options) => watch::run(&options, cluster, output),
    }
}
