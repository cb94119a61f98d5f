//! The verbs of `flinkops recover`.

use clap::Subcommand;

use super::{savepoint, watch};
use crate::cli::ClusterOptions;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Savepoints and checkpoints: what is in them, and whether they are whole.
    #[command(subcommand)]
    Savepoint(savepoint::Command),
    /// Keeps described jobs running: starts them again from their newest good state.
    Watch(watch::Options),
}

pub(crate) fn run(command: Command, cluster: &ClusterOptions, output: &Output) -> Result<u8, Failure> {
    match command {
        Command::Savepoint(command) => savepoint::run(command, output),
        Command::Watch(options) => watch::run(&options, cluster, output),
    }
}
