//! `flinkops recover savepoint fit PATH JAR`.

use std::fmt::Write as _;

use clap::Args;
use jobs::upload;
use ops_core::units::human_bytes;
use recovery::state::{Fate, Fit, Location, StateError, fit, inspect};

use crate::cli::ClusterOptions;
use crate::commands::job::Call;
use crate::commands::runtime;
use crate::connection;
use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, style, table};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops recover savepoint fit /data/savepoints/savepoint-0d2f1c-6e1f7a9b2c3d orders.jar
  flinkops recover savepoint fit /data/checkpoints/0123/chk-42 orders.jar --class com.example.Orders -p 8 -- --topic orders

The cluster makes a plan of the jar; nothing is submitted. Operators with keyed state and sources can be told from a plan, what is
chained behind another operator cannot. A jar that the cluster did not have stays uploaded.

Exit code: 0 the program has what can be told, 1 state would be dropped or cannot be spread, 2 it cannot be read, 3 no cluster.")]
pub(crate) struct Options {
    /// The directory of the savepoint or checkpoint.
    #[arg(value_name = "PATH")]
    path: String,
    #[command(flatten)]
    program: Call,
}

pub(crate) fn run(options: &Options, cluster: &ClusterOptions, output: &Output) -> Result<u8, Failure> {
    let location = Location::find(&options.path).map_err(Failure::usage)?;
    let inspection = inspect(&location).map_err(|error| match error {
        StateError::Read { .. } | StateError::Large { .. } => Failure::usage(error),
        _ => Failure::usage(format!("{}: {error}", location.directory().display())),
    })?;
    let client = connection::client(cluster)?;
    let plan = runtime()?.block_on(async {
        let jar = upload(&client, &options.program.jar, None).await?;
        Ok::<_, Failure>(client.plan_jar(&jar.id, &options.program.request()).await?)
    })?;
    let found = fit(&inspection, &plan);
    output.result(&found, human)?;
    Ok(if found.is_whole() { exit::DONE } else { exit::FINDINGS })
}

fn human(found: &Fit) -> String {
    let rows = found.operators.iter().map(|operator| {
        let fate = match operator.fate {
            Fate::Kept => "kept",
            Fate::Narrow => "too few key groups for that parallelism",
            Fate::Dropped => "the program does not have it",
            Fate::Unknown => "cannot be told: it may be chained",
            Fate::Empty => "has nothing in it",
        };
        [
            operator.id.clone(),
            operator.name.clone().unwrap_or_else(|| "-".to_owned()),
            human_bytes(operator.state_size),
            fate.to_owned(),
        ]
    });
    let mut text = table(["OPERATOR", "UID OR NAME", "STATE", "FATE"], rows);
    for name in &found.begins_anew {
        let _ = writeln!(text, "begins with nothing: {name}");
    }
    let (error, good) = (style::ERROR, style::GOOD);
    let _ = match found.is_whole() {
        true => writeln!(text, "{good}it fits{good:#} as far as can be told"),
        false if found.dropped > 0 => writeln!(
            text,
            "{error}it does not fit{error:#}: Flink refuses to start, or, with --allow-non-restored-state, drops {}",
            human_bytes(found.dropped)
        ),
        false => writeln!(text, "{error}it does not fit{error:#}: Flink refuses to start"),
    };
    text
}
