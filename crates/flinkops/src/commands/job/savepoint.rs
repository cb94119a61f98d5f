//! `flinkops job savepoint JOB`.

use clap::Args;
use jobs::JobRef;
use ops_core::rest::RestClient;

use super::Saved;
use super::operation::{Target, wait};
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
    #[command(flatten)]
    target: Target,
}

pub(crate) async fn run(options: Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    let job_id = jobs::find(client, &options.job).await?;
    let request = options.target.request();
    let taking = jobs::savepoint(client, job_id, &request, options.target.wait.patience());
    let savepoint = wait("savepoint", (job_id, request.trigger), taking).await?;
    let saved = Saved { job_id, savepoint: savepoint.to_string() };
    output.result(&saved, |saved| format!("{}\n", saved.savepoint))?;
    Ok(exit::DONE)
}
