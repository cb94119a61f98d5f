//! The verbs of `flinkops secure`.

use clap::Subcommand;

use super::{check, kerberos, ssl};
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sets the TLS keys of a configuration, exactly those that its Flink understands, and proves them first.
    Ssl(Box<ssl::Options>),
    /// Sets the Kerberos keys of a configuration, and writes krb5.conf and JAAS files.
    Kerberos(Box<kerberos::Options>),
    /// Checks the whole security of configurations, stores and clusters, before anything is restarted.
    Check(check::Options),
}

pub(crate) fn run(command: Command, output: &Output) -> Result<u8, Failure> {
    match command {
        Command::Ssl(options) => ssl::run(&options, output),
        Command::Kerberos(options) => kerberos::run(&options, output),
        Command::Check(options) => check::run(&options, output),
    }
}
