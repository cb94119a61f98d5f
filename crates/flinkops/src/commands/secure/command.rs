//! The verbs of `flinkops secure`.

use clap::Subcommand;

use super::kerberos;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sets the Kerberos keys of a configuration, and writes krb5.conf and JAAS files.
    Kerberos(Box<kerberos::Options>),
}

pub(crate) fn run(command: Command, output: &Output) -> Result<u8, Failure> {
    match command {
        Command::Kerberos(options) => kerberos::run(&options, output),
    }
}
