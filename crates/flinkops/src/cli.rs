//! What can be typed: the root command and the options that every command has.

use std::path::PathBuf;

use clap::{Args, Parser, ValueEnum};

use crate::commands::Command;

/// Secures, checks, runs, watches and rescues Apache Flink clusters.
#[derive(Debug, Parser)]
#[command(
    name = "flinkops",
    version,
    arg_required_else_help = true,
    subcommand_required = true,
    disable_help_subcommand = true,
    after_help = "Start here: flinkops quickstart"
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(flatten)]
    pub(crate) cluster: ClusterOptions,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// How results are printed.
    #[arg(short, long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: Format,
    /// When to use colour; NO_COLOR is respected.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
    /// Say more: server stack traces, the whole reason.
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// Say nothing but results and errors.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Table,
    /// For programs; the fields are stable.
    Json,
    /// The same fields as YAML.
    Yaml,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal.
    #[default]
    Auto,
    /// Even into files and pipes.
    Always,
    /// Not at all.
    Never,
}

/// Which cluster is meant: a context of the context file, or a URL with its TLS material.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Cluster")]
pub(crate) struct ClusterOptions {
    /// The context to use instead of the current one.
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "url", hide_short_help = true)]
    pub(crate) context: Option<String>,
    /// The JobManager's REST address, such as https://jm-1:8081.
    #[arg(long, global = true, value_name = "URL", hide_short_help = true)]
    pub(crate) url: Option<String>,
    /// Certificates of the authorities that the server's certificate must come from (PEM).
    #[arg(long, global = true, value_name = "FILE", requires = "url", hide_short_help = true)]
    pub(crate) cacert: Option<PathBuf>,
    /// The client certificate and its chain (PEM).
    #[arg(long, global = true, value_name = "FILE", requires_all = ["url", "key"], hide_short_help = true)]
    pub(crate) cert: Option<PathBuf>,
    /// The client certificate's private key (PEM).
    #[arg(long, global = true, value_name = "FILE", requires_all = ["url", "cert"], hide_short_help = true)]
    pub(crate) key: Option<PathBuf>,
    /// The client certificate and key as a PKCS#12 keystore.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        requires_all = ["url", "identity_password_from"],
        conflicts_with = "cert",
        hide_short_help = true
    )]
    pub(crate) identity: Option<PathBuf>,
    /// The keystore's password: env:NAME, file:PATH or prompt.
    #[arg(long, global = true, value_name = "SOURCE", hide_short_help = true)]
    pub(crate) identity_password_from: Option<String>,
}

/// The whole command line as clap sees it, for completions and manual pages.
pub fn command() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        super::command().debug_assert();
    }
}
