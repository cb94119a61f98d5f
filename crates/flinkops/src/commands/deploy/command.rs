//! The verbs of `flinkops deploy`.

use clap::Subcommand;
use ops_core::spec::Platform;

use super::{platform, preflight, yarn};
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Looks whether this machine is fit for Flink: found, required, and how to mend it.
    Preflight(preflight::Options),
    /// Renders directories for bare hosts, systemd units and a rollout script: `flinkops render --platform standalone`.
    #[command(after_help = "Example:\n  flinkops deploy standalone cluster.yaml --out rendered --inventory")]
    Standalone(platform::Options),
    /// Clusters on YARN: rendered, found, ended.
    #[command(subcommand)]
    Yarn(yarn::Command),
    /// Renders manifests for Kubernetes: `flinkops render --platform kubernetes`.
    #[command(after_help = "Example:\n  flinkops deploy kubernetes cluster.yaml --out rendered")]
    Kubernetes(platform::Options),
    /// Renders objects for Flink's operator: `flinkops render --platform operator`.
    #[command(
        after_help = "Example:\n  flinkops deploy operator cluster.yaml --out rendered --flink-version 2.3"
    )]
    Operator(platform::Options),
}

pub(crate) fn run(command: Command, output: &Output) -> Result<u8, Failure> {
    match command {
        Command::Preflight(options) => preflight::run(&options, output),
        Command::Standalone(options) => platform::run(&options, Platform::Standalone, output),
        Command::Yarn(command) => yarn::run(&command, output),
        Command::Kubernetes(options) => platform::run(&options, Platform::Kubernetes, output),
        Command::Operator(options) => platform::run(&options, Platform::Operator, output),
    }
}
