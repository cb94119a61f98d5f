//! The verbs of `flinkops recover savepoint`.

use clap::Subcommand;

use super::{fit, inspect};
use crate::cli::ClusterOptions;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Looks into a savepoint or checkpoint: operators, parallelism, sizes, and whether every file is there.
    Inspect(inspect::Options),
    /// Says which of its operators a program has, and what would be dropped.
    Fit(fit::Options),
}

pub(crate) fn run(command: Command, cluster: &ClusterOptions, output: &Output) -> Result<u8, Failure> {
    match command {
        Command::Inspect(options) => inspect::run(&options, output),
        Command::Fit(options) => fit::run(&options, cluster, output),
    }
}
