//! The verbs of `flinkops jar`.

use clap::Subcommand;

use super::{delete, inspect, list, upload};
use crate::cli::ClusterOptions;
use crate::commands::runtime;
use crate::connection;
use crate::failure::Failure;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Looks into a jar: entry class, Java, Flink; what of it will make trouble.
    Inspect(inspect::Options),
    /// Lists the jars that the cluster keeps.
    List(list::Options),
    /// Uploads a jar, unless the cluster has it.
    Upload(upload::Options),
    /// Deletes jars; jobs that were started from them go on.
    Delete(delete::Options),
}

pub(crate) fn run(command: Command, cluster: &ClusterOptions, output: &Output) -> Result<u8, Failure> {
    if let Command::Inspect(options) = &command {
        return inspect::run(options, cluster, output);
    }
    let client = connection::client(cluster)?;
    runtime()?.block_on(async {
        match command {
            Command::Inspect(options) => inspect::run(&options, cluster, output),
            Command::List(options) => list::run(&options, &client, output).await,
            Command::Upload(options) => upload::run(options, &client, output).await,
            Command::Delete(options) => delete::run(&options, &client, output).await,
        }
    })
}
