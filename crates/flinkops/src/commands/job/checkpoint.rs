//! `flinkops job checkpoint JOB`: out of its turn.

use clap::{Args, ValueEnum};
use jobs::JobRef;
use ops_core::ids::JobId;
use ops_core::rest::RestClient;
use ops_core::rest::wire::operations::CheckpointType;
use serde::Serialize;

use super::Wait;
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  flinkops job checkpoint orders\n  flinkops job checkpoint orders --kind full"
)]
pub(crate) struct Options {
    /// The job: its id, the beginning of it, or its name.
    #[arg(value_name = "JOB")]
    job: JobRef,
    /// What is written.
    #[arg(long, value_name = "KIND", default_value = "configured")]
    kind: Kind,
    #[command(flatten)]
    wait: Wait,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// As the job's checkpoints are.
    Configured,
    /// The whole state.
    Full,
    /// What has changed since the last one.
    Incremental,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Taken {
    job_id: JobId,
    checkpoint: i64,
}

pub(crate) async fn run(options: Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    let job_id = jobs::find(client, &options.job).await?;
    let kind = match options.kind {
        Kind::Configured => CheckpointType::Configured,
        Kind::Full => CheckpointType::Full,
        Kind::Incremental => CheckpointType::Incremental,
    };
    let checkpoint = jobs::checkpoint(client, job_id, kind, options.wait.patience()).await?;
    output.result(&Taken { job_id, checkpoint }, |taken| format!("checkpoint {}\n", taken.checkpoint))?;
    Ok(exit::DONE)
}
