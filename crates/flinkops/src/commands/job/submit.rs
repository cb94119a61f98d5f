//! `flinkops job submit JAR`.

use clap::Args;
use ops_core::rest::RestClient;

use super::program::{ClaimMode, Origin, Program};
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops job submit orders.jar --parallelism 4
  flinkops job submit orders.jar --class com.example.Orders -- --topic orders
  flinkops job submit orders.jar --conf execution.checkpointing.interval='1 min'
  flinkops job submit orders.jar --from-savepoint file:/savepoints/savepoint-1a2b3c-4d5e6f7a8b9c

A jar that the cluster has already, by its content, is not uploaded again.")]
pub(crate) struct Options {
    #[command(flatten)]
    program: Program,
    /// The savepoint or retained checkpoint to start from.
    #[arg(long, value_name = "PATH")]
    from_savepoint: Option<String>,
    /// Start even if the savepoint holds state of operators that the job no longer has; that state is lost.
    #[arg(long, requires = "from_savepoint")]
    allow_non_restored_state: bool,
    /// What becomes of the savepoint's files [default: the cluster's execution.savepoint-restore-mode].
    #[arg(long, value_name = "MODE", requires = "from_savepoint")]
    claim_mode: Option<ClaimMode>,
}

pub(crate) async fn run(options: Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    let origin = Origin {
        savepoint: options.from_savepoint,
        allow_non_restored_state: options.allow_non_restored_state,
        claim_mode: options.claim_mode,
    };
    options.program.run(origin, client, output).await
}
