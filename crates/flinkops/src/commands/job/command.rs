//! The verbs of `flinkops job`, and what several of them share.

use std::time::Duration;

use clap::{Args, Subcommand};
use jobs::Patience;
use ops_core::ids::JobId;
use serde::Serialize;

use super::{cancel, list, savepoint, show, stop, submit};
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
    /// Uploads a jar, runs it, and waits until the job runs.
    Submit(submit::Options),
    /// Takes a savepoint; the job goes on.
    Savepoint(savepoint::Options),
    /// Stops a job with a savepoint.
    Stop(stop::Options),
    /// Cancels a job without a savepoint.
    Cancel(cancel::Options),
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
            Command::Savepoint(options) => savepoint::run(options, &client, output).await,
            Command::Stop(options) => stop::run(options, &client, output).await,
            Command::Cancel(options) => cancel::run(options, &client, output).await,
        }
    })
}
