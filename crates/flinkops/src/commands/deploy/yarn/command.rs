//! The verbs.

use clap::Subcommand;
use ops_core::spec::Platform;

use super::{kill, status};
use crate::commands::deploy::platform;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Renders a conf directory and start scripts: what `flinkops render --platform yarn` does.
    #[command(after_help = "Example:\n  flinkops deploy yarn render cluster.yaml --out rendered")]
    Render(platform::Options),
    /// Lists the Flink clusters on YARN, and where their REST endpoints are.
    Status(status::Options),
    /// Ends a cluster on YARN. Its jobs end without a savepoint.
    Kill(kill::Options),
}

pub(crate) fn run(command: &Command, output: &Output) -> Result<u8, Failure> {
    match command {
        Command::Render(options) => platform::run(options, Platform::Yarn, output),
        Command::Status(options) => status::run(options, output),
        Command::Kill(options) => kill::run(options, output),
    }
}
