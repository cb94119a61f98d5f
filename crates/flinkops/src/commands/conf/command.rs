//! The verbs of `flinkops conf`.

use clap::Subcommand;

use super::lint;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Lists what is wrong with a configuration.
    Lint(lint::Options),
}

pub(crate) fn run(command: Command, output: &Output) -> Result<u8, Failure> {
    match command {
        Command::Lint(options) => lint::run(&options, output),
    }
}
