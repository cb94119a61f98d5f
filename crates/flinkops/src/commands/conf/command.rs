//! The verbs of `flinkops conf`.

use clap::Subcommand;

use super::{diff, explain, fix, fmt, get, lint, migrate, rule, schema, set, unset};
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Lists what is wrong with a configuration.
    Lint(lint::Options),
    /// Mends what can be mended, and lists what is left.
    Fix(fix::Options),
    /// Lays configuration files out anew.
    Fmt(fmt::Options),
    /// Says what a key does, in which versions, and what replaced it.
    Explain(explain::Options),
    /// Says what a rule of the linter is about.
    Rule(rule::Options),
    /// Writes a configuration anew for another version of Flink.
    Migrate(migrate::Options),
    /// Compares two configurations by what Flink makes of them.
    Diff(diff::Options),
    /// Prints the value that Flink takes for a key.
    Get(get::Options),
    /// Gives a key a value, if Flink would take it.
    Set(set::Options),
    /// Removes a key.
    Unset(unset::Options),
    /// Prints a JSON Schema of the configuration, for editors.
    Schema(schema::Options),
}

pub(crate) fn run(command: Command, output: &Output) -> Result<u8, Failure> {
    match command {
        Command::Lint(options) => lint::run(&options, output),
        Command::Fix(options) => fix::run(&options, output),
        Command::Fmt(options) => fmt::run(&options, output),
        Command::Explain(options) => explain::run(&options, output),
        Command::Rule(options) => rule::run(&options, output),
        Command::Migrate(options) => migrate::run(&options, output),
        Command::Diff(options) => diff::run(&options, output),
        Command::Get(options) => get::run(&options, output),
        Command::Set(options) => set::run(&options, output),
        Command::Unset(options) => unset::run(&options, output),
        Command::Schema(options) => schema::run(&options, output),
    }
}
