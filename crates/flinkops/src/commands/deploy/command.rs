//! The verbs of `flinkops deploy`.

use clap::Subcommand;

use super::preflight;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Looks whether this machine is fit for Flink: found, required, and how to mend it.
    Preflight(preflight::Options),
}

pub(crate) fn run(command: Command, output: &Output) -> Result<u8, Failure> {
    match command {
        Command::Preflight(options) => preflight::run(&options, output),
    }
}
