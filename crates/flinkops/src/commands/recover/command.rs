//! The verbs of `flinkops recover`.

use clap::Subcommand;

use super::savepoint;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Savepoints and checkpoints: what is in them, and whether they are whole.
    #[command(subcommand)]
    Savepoint(savepoint::Command),
}

pub(crate) fn run(command: Command, output: &Output) -> Result<u8, Failure> {
    match command {
        Command::Savepoint(command) => savepoint::run(command, output),
    }
}
