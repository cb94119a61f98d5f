//! `flinkops job restore PATH JAR`.

use clap::Args;
use ops_core::rest::RestClient;

use super::program::{ClaimMode, Origin, Program};
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops job restore file:/savepoints/savepoint-1a2b3c-4d5e6f7a8b9c orders.jar
  flinkops job restore s3://bucket/checkpoints/0123456789abcdef0123456789abcdef/chk-42 orders.jar --claim-mode claim")]
pub(crate) struct Options {
    /// The savepoint or retained checkpoint to go on from.
    #[arg(value_name = "PATH")]
    savepoint: String,
    #[command(flatten)]
    program: Program,
    /// Start even if the savepoint holds state of operators that the job no longer has; that state is lost.
    #[arg(long)]
    allow_non_restored_state: bool,
    /// What becomes of the savepoint's files [default: the cluster's execution.savepoint-restore-mode].
    #[arg(long, value_name = "MODE")]
    claim_mode: Option<ClaimMode>,
}

pub(crate) async fn run(options: Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    let origin = Origin {
        savepoint: Some(options.savepoint),
        allow_non_restored_state: options.allow_non_restored_state,
        claim_mode: options.claim_mode,
    };
    options.program.run(origin, client, output).await
}
