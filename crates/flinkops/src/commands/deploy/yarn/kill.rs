//! `flinkops deploy yarn kill`.

use clap::Args;
use serde::Serialize;

use super::manager::{ManagerOptions, failure};
use crate::commands::runtime;
use crate::failure::Failure;
use crate::output::{Output, style};
use crate::{adapters, exit};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops deploy yarn kill application_1700000000000_0042 --resource-manager http://rm:8088 --dry-run
  flinkops deploy yarn kill application_1700000000000_0042 --resource-manager http://rm:8088

Jobs end without a savepoint: `flinkops job stop` first keeps their state.")]
pub(crate) struct Options {
    /// The id of the cluster, as `status` shows it.
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    manager: ManagerOptions,
    /// Who ends it, where YARN asks for no login [default: you].
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Say what would be ended, and end nothing.
    #[arg(long)]
    dry_run: bool,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Killed {
    dry_run: bool,
    id: String,
    name: String,
    /// The state that YARN gave when it was asked; ending takes a moment.
    state: String,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    let manager = options.manager.open()?;
    let user = options.user.clone().or_else(adapters::user);
    let killed = runtime()?.block_on(async {
        let one = manager.application(&options.id).await?;
        let state = match options.dry_run {
            true => one.state,
            false => manager.kill(&options.id, user.as_deref()).await?,
        };
        Ok(Killed { dry_run: options.dry_run, id: one.id, name: one.name, state })
    });
    output.result(&killed.map_err(failure)?, human)?;
    Ok(exit::DONE)
}

fn human(killed: &Killed) -> String {
    let good = style::GOOD;
    match killed.dry_run {
        true => format!("would end {} ({}), which is {}\n", killed.name, killed.id, killed.state),
        false => format!(
            "{good}told{good:#} YARN to end {} ({}); it was {}\n",
            killed.name, killed.id, killed.state
        ),
    }
}
