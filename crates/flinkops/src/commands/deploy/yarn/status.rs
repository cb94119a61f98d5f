//! `flinkops deploy yarn status`.

use clap::Args;
use deploy::yarn::{Ended, YarnApplication};
use ops_core::units::human_bytes;
use serde::Serialize;

use super::manager::{ManagerOptions, failure};
use crate::commands::runtime;
use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, table};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops deploy yarn status --resource-manager http://rm:8088
  flinkops deploy yarn status application_1700000000000_0042 -o json
  flinkops --url https://$(flinkops deploy yarn status guide -o json | jq -r '.clusters[0].rest') job list

The address under REST is the one of Flink's own endpoint: what --url of the other commands takes.")]
pub(crate) struct Options {
    /// The id or the name of one cluster [default: all].
    #[arg(value_name = "CLUSTER")]
    cluster: Option<String>,
    /// Those that have ended, too.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    manager: ManagerOptions,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Listed {
    clusters: Vec<YarnApplication>,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let manager = options.manager.open()?;
    let ended = if options.all { Ended::Shown } else { Ended::Left };
    let clusters = runtime()?.block_on(async {
        match &options.cluster {
            Some(id) if id.starts_with("application_") => manager.application(id).await.map(|one| vec![one]),
            Some(name) => manager.applications(ended).await.map(|mut all| {
                all.retain(|one| one.name == *name);
                all
            }),
            None => manager.applications(ended).await,
        }
    });
    let listed = Listed { clusters: clusters.map_err(failure)? };
    output.result(&listed, human)?;
    Ok(exit::DONE)
}

fn human(listed: &Listed) -> String {
    if listed.clusters.is_empty() {
        return "no Flink clusters\n".to_owned();
    }
    let rows = listed.clusters.iter().map(|one| {
        let state = match &one.final_status {
            Some(end) => format!("{}, {end}", one.state),
            None => one.state.clone(),
        };
        [
            one.id.clone(),
            one.name.clone(),
            state,
            one.queue.clone(),
            one.user.clone(),
            one.containers.to_string(),
            human_bytes(one.memory),
            one.rest.clone().unwrap_or_else(|| "-".to_owned()),
        ]
    });
    table(["ID", "NAME", "STATE", "QUEUE", "USER", "CONTAINERS", "MEMORY", "REST"], rows)
}
