//! `flinkops job stop JOB`: with a savepoint, always.

use clap::Args;
use jobs::JobRef;
use ops_core::rest::{Drain, RestClient, SavepointRequest};

use super::{Format, Saved, Wait};
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  flinkops job stop 0123456789abcdef0123456789abcdef")]
pub(crate) struct Options {
    /// The job: its id, the beginning of it, or its name.
    #[arg(value_name = "JOB")]
    job: JobRef,
    /// Where to put the savepoint [default: the cluster's savepoint directory].
    #[arg(long, value_name = "DIR")]
    dir: Option<String>,
    /// Fire all windows and timers first, as if the input had ended: the job is not to be resumed.
    #[arg(long)]
    drain: bool,
    /// The savepoint's format: canonical can be restored by every state backend, native is the backend's own and faster.
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    #[command(flatten)]
    wait: Wait,
}

pub(crate) async fn run(options: Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    let drain = if options.drain { Drain::Drain } else { Drain::Keep };
    let job_id = jobs::find(client, &options.job).await?;
    let request =
        SavepointRequest { format: options.format.map(Into::into), ..SavepointRequest::new(options.dir) };
    let savepoint =
        jobs::stop_with_savepoint(client, job_id, &request, drain, options.wait.patience()).await?;
    let saved = Saved { job_id, savepoint: savepoint.to_string() };
    output.result(&saved, |saved| format!("stopped; its state is in {}\n", saved.savepoint))?;
    Ok(exit::DONE)
}
