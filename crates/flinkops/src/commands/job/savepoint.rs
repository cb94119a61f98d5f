//! `flinkops job savepoint JOB`.

use clap::Args;
use ops_core::ids::JobId;
use ops_core::rest::{RestClient, SavepointRequest};

use super::{Saved, Wait};
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  flinkops job savepoint 0123456789abcdef0123456789abcdef --dir s3://bucket/savepoints"
)]
pub(crate) struct Options {
    /// The job's id.
    #[arg(value_name = "JOB")]
    job: JobId,
    /// Where to put it [default: the cluster's savepoint directory].
    #[arg(long, value_name = "DIR")]
    dir: Option<String>,
    #[command(flatten)]
    wait: Wait,
}

pub(crate) async fn run(options: Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    let request = SavepointRequest::new(options.dir);
    let savepoint = jobs::savepoint(client, options.job, &request, options.wait.patience()).await?;
    let saved = Saved { job_id: options.job, savepoint: savepoint.to_string() };
    output.result(&saved, |saved| format!("{}\n", saved.savepoint))?;
    Ok(exit::DONE)
}
