//! The verbs of `flinkops keytab`.

use clap::Subcommand;

use super::{check, create, diff, list, merge, remove};
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Makes the keys of a principal from its password.
    Create(create::Options),
    /// Shows whose keys are in a keytab.
    List(list::Options),
    /// Puts the entries of several keytabs into one.
    Merge(merge::Options),
    /// Takes entries out of a keytab.
    Remove(remove::Options),
    /// Compares the keys of two keytabs.
    Diff(diff::Options),
    /// Proves that a keytab will work: its file, its keys against krb5.conf and Java, and a login at the KDC.
    Check(check::Options),
}

pub(crate) fn run(command: Command, output: &Output) -> Result<u8, Failure> {
    match command {
        Command::Create(options) => create::run(&options, output),
        Command::List(options) => list::run(&options, output),
        Command::Merge(options) => merge::run(&options, output),
        Command::Remove(options) => remove::run(&options, output),
        Command::Diff(options) => diff::run(&options, output),
        Command::Check(options) => check::run(&options, output),
    }
}
