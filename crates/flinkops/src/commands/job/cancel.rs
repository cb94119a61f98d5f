//! `flinkops job cancel JOB`: without a savepoint.

use clap::Args;
use jobs::JobRef;
use ops_core::ids::JobId;
use ops_core::rest::RestClient;
use ops_core::rest::wire::state::JobStatus;
use serde::Serialize;

use super::Wait;
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  flinkops job cancel 0123456789abcdef0123456789abcdef

What the job did since its last checkpoint is done again when it is started from that.
`flinkops job stop` takes a savepoint first.")]
pub(crate) struct Options {
    /// The job: its id, the beginning of it, or its name.
    #[arg(value_name = "JOB")]
    job: JobRef,
    #[command(flatten)]
    wait: Wait,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Cancelled {
    job_id: JobId,
    state: JobStatus,
}

pub(crate) async fn run(options: Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    let job_id = jobs::find(client, &options.job).await?;
    let details = jobs::cancel(client, job_id, options.wait.patience()).await?;
    let cancelled = Cancelled { job_id, state: details.state };
    output.result(&cancelled, |cancelled| format!("job {} is {}\n", cancelled.job_id, cancelled.state))?;
    Ok(exit::DONE)
}
