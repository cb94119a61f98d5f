//! `flinkops job stop JOB`: with a savepoint, always.

use clap::Args;
use ops_core::ids::JobId;
use ops_core::rest::{Drain, RestClient, SavepointRequest};

use super::{Saved, Wait};
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  flinkops job stop 0123456789abcdef0123456789abcdef")]
pub(crate) struct Options {
    /// The job's id.
    #[arg(value_name = "JOB")]
    job: JobId,
    /// Where to put the savepoint [default: the cluster's savepoint directory].
    #[arg(long, value_name = "DIR")]
    dir: Option<String>,
    /// Fire all windows and timers first, as if the input had ended: the job is not to be resumed.
    #[arg(long)]
    drain: bool,
    #[command(flatten)]
    wait: Wait,
}

pub(crate) async fn run(options: Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    let drain = if options.drain { Drain::Drain } else { Drain::Keep };
    let request = SavepointRequest::new(options.dir);
    let savepoint =
        jobs::stop_with_savepoint(client, options.job, &request, drain, options.wait.patience()).await?;
    let saved = Saved { job_id: options.job, savepoint: savepoint.to_string() };
    output.result(&saved, |saved| format!("stopped; its state is in {}\n", saved.savepoint))?;
    Ok(exit::DONE)
}
