//! The two steps.

use clap::Subcommand;

use super::{install, request};
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Makes the key and the signing request of an authority.
    Request(request::Options),
    /// Installs the certificate that the other authority signed.
    Install(install::Options),
}

pub(crate) fn run(command: Command, output: &Output) -> Result<u8, Failure> {
    match command {
        Command::Request(options) => request::run(options, output),
        Command::Install(options) => install::run(&options, output),
    }
}
