//! `flinkops job submit JAR`.

use std::path::PathBuf;

use clap::Args;
use jobs::{Goal, Jar, Submission};
use ops_core::ids::JobId;
use ops_core::rest::{JarSource, RestClient, RunRequest};
use serde::Serialize;

use super::Wait;
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops job submit orders.jar --parallelism 4
  flinkops job submit orders.jar --class com.example.Orders -- --topic orders
  flinkops job submit orders.jar --from-savepoint file:/savepoints/savepoint-1a2b3c-4d5e6f7a8b9c")]
pub(crate) struct Options {
    /// The jar with the job's main method.
    #[arg(value_name = "JAR")]
    jar: PathBuf,
    /// The class with the main method [default: the one in the jar's manifest].
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
    /// How many tasks each vertex gets [default: the cluster's parallelism.default].
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..=32768))]
    parallelism: Option<i32>,
    /// The savepoint or retained checkpoint to start from.
    #[arg(long, value_name = "PATH")]
    from_savepoint: Option<String>,
    /// Start even if the savepoint holds state of operators that the job no longer has; that state is lost.
    #[arg(long, requires = "from_savepoint")]
    allow_non_restored_state: bool,
    #[command(flatten)]
    wait: Wait,
    /// The arguments of the main method.
    #[arg(last = true, value_name = "ARGS")]
    arguments: Vec<String>,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Submitted {
    job_id: JobId,
}

pub(crate) async fn run(options: Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    let run = RunRequest {
        entry_class: options.class,
        parallelism: options.parallelism,
        args: options.arguments,
        savepoint: options.from_savepoint,
        allow_non_restored_state: options.allow_non_restored_state,
        ..RunRequest::default()
    };
    let submission = Submission { jar: Jar::Upload(JarSource::File(options.jar)), run };
    let job_id = jobs::submit(client, &submission).await?.job_id;
    jobs::wait_until(client, job_id, Goal::AllTasksRunning, options.wait.patience(), |_| {}).await?;
    output.result(&Submitted { job_id }, |submitted| format!("job {} is RUNNING\n", submitted.job_id))?;
    Ok(exit::DONE)
}
