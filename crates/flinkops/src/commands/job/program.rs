//! What `submit` and `restore` share: a jar, how its main method is called, and where its state comes from.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jobs::{Goal, Jar, Submission};
use ops_core::ids::JobId;
use ops_core::rest::wire::jars::RestoreMode;
use ops_core::rest::{RestClient, RunRequest};
use serde::Serialize;

use super::Wait;
use crate::commands::{key_and_value, upload_bar};
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

/// How a program's main method is called.
#[derive(Debug, Args)]
pub(crate) struct Call {
    /// The jar with the job's main method.
    #[arg(value_name = "JAR")]
    pub(crate) jar: PathBuf,
    /// The class with the main method [default: the one in the jar's manifest].
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
    /// How many tasks each vertex gets [default: the cluster's parallelism.default].
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..=32768))]
    parallelism: Option<i32>,
    /// A Flink option for this job alone; may be repeated.
    #[arg(long = "conf", value_name = "KEY=VALUE", value_parser = key_and_value)]
    configuration: Vec<(String, String)>,
    /// The arguments of the main method.
    #[arg(last = true, value_name = "ARGS")]
    arguments: Vec<String>,
}

impl Call {
    /// The same as a request, without state.
    pub(crate) fn request(&self) -> RunRequest {
        RunRequest {
            entry_class: self.class.clone(),
            parallelism: self.parallelism,
            args: self.arguments.clone(),
            configuration: self.configuration.iter().cloned().collect(),
            ..RunRequest::default()
        }
    }
}

/// How a program is run.
#[derive(Debug, Args)]
pub(super) struct Program {
    #[command(flatten)]
    call: Call,
    #[command(flatten)]
    wait: Wait,
}

/// Where the state of a job comes from.
#[derive(Debug, Default)]
pub(super) struct Origin {
    pub(super) savepoint: Option<String>,
    pub(super) allow_non_restored_state: bool,
    pub(super) claim_mode: Option<ClaimMode>,
}

/// What becomes of the files of a savepoint that a job starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ClaimMode {
    /// Flink takes it over, and deletes it when it is no longer needed.
    Claim,
    /// It stays as it is; the first checkpoint is a full one.
    NoClaim,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Submitted {
    job_id: JobId,
}

impl Program {
    /// Uploads the jar unless the cluster has it, runs it, and waits until all tasks run.
    pub(super) async fn run(
        self,
        origin: Origin,
        client: &RestClient,
        output: &Output,
    ) -> Result<u8, Failure> {
        let run = RunRequest {
            savepoint: origin.savepoint,
            allow_non_restored_state: origin.allow_non_restored_state,
            claim_mode: origin.claim_mode.map(|mode| match mode {
                ClaimMode::Claim => RestoreMode::Claim,
                ClaimMode::NoClaim => RestoreMode::NoClaim,
            }),
            ..self.call.request()
        };
        let path = self.call.jar;
        let jar = match upload_bar(&path, output) {
            Some(progress) => Jar::Watched { path, progress },
            None => Jar::File(path),
        };
        let submission = Submission { jar, run };
        let job_id = jobs::submit(client, &submission).await?.job_id;
        jobs::wait_until(client, job_id, Goal::AllTasksRunning, self.wait.patience(), |_| {}).await?;
        output.result(&Submitted { job_id }, |submitted| format!("job {} is RUNNING\n", submitted.job_id))?;
        Ok(exit::DONE)
    }
}
