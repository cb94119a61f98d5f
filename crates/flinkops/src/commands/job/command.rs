//! The verbs of `flinkops job`, and what several of them share.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use jobs::Patience;
use ops_core::ids::JobId;
use ops_core::rest::wire::operations::SavepointFormat;
use serde::Serialize;

use super::{
    apply, cancel, checkpoint, exceptions, history, list, logs, restore, savepoint, scale, show, stop, submit,
};
use crate::cli::ClusterOptions;
use crate::commands::runtime;
use crate::connection;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Lists jobs.
    List(list::Options),
    /// Shows one job: its vertices, checkpoints, restarts and last failure.
    Show(show::Options),
    /// Shows why a job failed or restarted: root causes, tasks, TaskManagers.
    Exceptions(exceptions::Options),
    /// Shows the logs of the JobManager and of the TaskManagers that run a job.
    Logs(logs::Options),
    /// Uploads a jar, runs it, and waits until the job runs.
    Submit(submit::Options),
    /// Submits a job that goes on from a savepoint or a retained checkpoint.
    Restore(restore::Options),
    /// Takes a checkpoint out of its turn.
    Checkpoint(checkpoint::Options),
    /// Takes a savepoint; the job goes on.
    Savepoint(savepoint::Options),
    /// Stops a job with a savepoint.
    Stop(stop::Options),
    /// Cancels a job without a savepoint.
    Cancel(cancel::Options),
    /// Changes the parallelism of a job that runs.
    Scale(scale::Options),
    /// Shows what `apply` would do to make jobs what their descriptions say.
    Plan(apply::PlanOptions),
    /// Makes jobs what their descriptions say; an upgrade that fails is rolled back, and no state is lost.
    Apply(apply::ApplyOptions),
    /// Shows what was applied: when, by whom, and what became of it.
    History(history::Options),
}

/// How long to wait for the cluster to do it.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Wait {
    /// How long to wait, in seconds. What was begun goes on in the cluster after that.
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,
}

impl Wait {
    pub(super) fn patience(self) -> Patience {
        Patience::new(Duration::from_secs(self.timeout))
    }
}

/// The format of a savepoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// The same for every state backend.
    Canonical,
    /// The state backend's own.
    Native,
}

impl From<Format> for SavepointFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Canonical => Self::Canonical,
            Format::Native => Self::Native,
        }
    }
}

/// The result of whatever takes a savepoint; its fields are stable.
#[derive(Debug, Serialize)]
pub(super) struct Saved {
    pub(super) job_id: JobId,
    pub(super) savepoint: String,
}

pub(crate) fn run(command: Command, cluster: &ClusterOptions, output: &Output) -> Result<u8, Failure> {
    let client = connection::client(cluster)?;
    runtime()?.block_on(async {
        match command {
            Command::List(options) => list::run(&options, &client, output).await,
            Command::Show(options) => show::run(&options, &client, output).await,
            Command::Submit(options) => submit::run(options, &client, output).await,
            Command::Exceptions(options) => exceptions::run(&options, &client, output).await,
            Command::Logs(options) => logs::run(options, &client, output).await,
            Command::Restore(options) => restore::run(options, &client, output).await,
            Command::Checkpoint(options) => checkpoint::run(options, &client, output).await,
            Command::Scale(options) => scale::run(options, &client, output).await,
            Command::Savepoint(options) => savepoint::run(options, &client, output).await,
            Command::Stop(options) => stop::run(options, &client, output).await,
            Command::Plan(options) => apply::plan(&options, &client, output).await,
            Command::Apply(options) => apply::apply(&options, &client, output).await,
            Command::History(options) => history::run(&options, &client, output),
            Command::Cancel(options) => cancel::run(options, &client, output).await,
        }
    })
}
