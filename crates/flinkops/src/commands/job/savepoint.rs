//! `flinkops job savepoint JOB`.

use clap::Args;
use jobs::JobRef;
use ops_core::rest::{RestClient, SavepointRequest};

use super::{Format, Saved, Wait};
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  flinkops job savepoint 0123456789abcdef0123456789abcdef --dir s3://bucket/savepoints\n  flinkops job savepoint orders --format native"
)]
pub(crate) struct Options {
    /// The job: its id, the beginning of it, or its name.
    #[arg(value_name = "JOB")]
    job: JobRef,
    /// Where to put it [default: the cluster's savepoint directory].
    #[arg(long, value_name = "DIR")]
    dir: Option<String>,
    /// Its format: canonical can be restored by every state backend, native is the backend's own and faster.
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    #[command(flatten)]
    wait: Wait,
}

pub(crate) async fn run(options: Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    let job_id = jobs::find(client, &options.job).await?;
    let request =
        SavepointRequest { format: options.format.map(Into::into), ..SavepointRequest::new(options.dir) };
    let savepoint = jobs::savepoint(client, job_id, &request, options.wait.patience()).await?;
    let saved = Saved { job_id, savepoint: savepoint.to_string() };
    output.result(&saved, |saved| format!("{}\n", saved.savepoint))?;
    Ok(exit::DONE)
}
