//! The verbs of `flinkops recover savepoint`.

use clap::Subcommand;

use super::inspect;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Looks into a savepoint or checkpoint: operators, parallelism, sizes, and whether every file is there.
    Inspect(inspect::Options),
}

pub(crate) fn run(command: Command, output: &Output) -> Result<u8, Failure> {
    match command {
        Command::Inspect(options) => inspect::run(&options, output),
    }
}
