//! `flinkops pki rotate restarted`.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use pki::rotation::RotationFile;

use super::check::{self, Status};
use crate::failure::Failure;
use crate::output::Output;
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops pki rotate restarted --plan rotation.json tm-1
  flinkops pki rotate restarted --plan rotation.json jm-1 --started 2026-03-01T12:00:00Z

A process that was started before its stores were written still has the old ones in memory, and
is refused.")]
pub(crate) struct Options {
    /// The plan.
    #[arg(long, value_name = "FILE")]
    plan: PathBuf,
    /// The nodes whose processes were restarted.
    #[arg(required = true, value_name = "NODE")]
    nodes: Vec<String>,
    /// When they were started, as 2026-03-01T12:00:00Z [default: now].
    #[arg(long, value_name = "TIME")]
    started: Option<Timestamp>,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let mut file = RotationFile::open(&options.plan)?;
    for node in &options.nodes {
        file.confirm_restart(node, options.started.unwrap_or_else(adapters::now))?;
    }
    output.result(&Status { nodes: file.plan().status() }, check::human)?;
    Ok(exit::DONE)
}
