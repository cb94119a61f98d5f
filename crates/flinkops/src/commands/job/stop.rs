//! `flinkops job stop JOB`: with a savepoint, always.

use clap::Args;
use jobs::JobRef;
use ops_core::rest::{Drain, RestClient};

use super::Saved;
use super::operation::{Target, wait};
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  flinkops job stop orders\n  flinkops job stop orders --dir s3://bucket/savepoints --drain"
)]
pub(crate) struct Options {
    /// The job: its id, the beginning of it, or its name.
    #[arg(value_name = "JOB")]
    job: JobRef,
    /// Fire all windows and timers first, as if the input had ended: the job is not to be resumed.
    #[arg(long)]
    drain: bool,
    #[command(flatten)]
    target: Target,
}

pub(crate) async fn run(options: Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    let drain = if options.drain { Drain::Drain } else { Drain::Keep };
    let job_id = jobs::find(client, &options.job).await?;
    let request = options.target.request();
    let stopping = jobs::stop_with_savepoint(client, job_id, &request, drain, options.target.wait.patience());
    let savepoint = wait("stop", (job_id, request.trigger), stopping).await?;
    let saved = Saved { job_id, savepoint: savepoint.to_string() };
    output.result(&saved, |saved| format!("stopped; its state is in {}\n", saved.savepoint))?;
    Ok(exit::DONE)
}
