//! `flinkops monitor dashboard`.

use std::path::PathBuf;

use clap::Args;
use monitor::dashboards::{self, Dashboard, grafana, provider};
use serde::Serialize;

use super::written::put_all;
use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, table};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops monitor dashboard --list
  flinkops monitor dashboard job > flink-job.json
  flinkops monitor dashboard --out /var/lib/grafana/dashboards/flink --provider /etc/grafana/provisioning/dashboards/flink.yaml

Queries use what `flinkops monitor alerts` records, and the labels of `flinkops monitor scrape`. The data source is chosen
on the dashboard.")]
pub(crate) struct Options {
    /// The dashboard: fleet, cluster, job, checkpoints, jvm or security.
    #[arg(value_name = "NAME", required_unless_present_any = ["out", "list"])]
    name: Option<String>,
    /// Write all of them, or the one that is named, into this directory.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write the file by which Grafana finds the directory.
    #[arg(long, value_name = "FILE", requires = "out")]
    provider: Option<PathBuf>,
    /// List the dashboards.
    #[arg(long, conflicts_with_all = ["out", "name"])]
    list: bool,
}

/// The result of --list; its fields are stable.
#[derive(Debug, Serialize)]
struct List {
    dashboards: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    panels: usize,
}

pub(crate) fn run(options: &Options, output: &Output) -> Result<u8, Failure> {
    if options.list {
        output.result(&list(), |list| {
            let rows = list
                .dashboards
                .iter()
                .map(|row| [row.name.to_owned(), row.panels.to_string(), row.description.to_owned()]);
            table(["NAME", "PANELS", "WHAT IT IS FOR"], rows)
        })?;
        return Ok(exit::DONE);
    }
    let wanted: Vec<&Dashboard> = match &options.name {
        None => dashboards::ALL.to_vec(),
        Some(name) => vec![dashboards::find(name).ok_or_else(|| {
            let names: Vec<&str> = dashboards::ALL.iter().map(|board| board.name).collect();
            Failure::usage(format!("there is no dashboard `{name}`"))
                .help(format!("there are {}", names.join(", ")))
        })?],
    };
    let Some(directory) = &options.out else {
        for board in wanted {
            output.text(&text(board))?;
        }
        return Ok(exit::DONE);
    };
    let mut all: Vec<(PathBuf, String)> = wanted
        .iter()
        .map(|board| (directory.join(format!("flink-{}.json", board.name)), text(board)))
        .collect();
    if let Some(file) = &options.provider {
        let seen = std::path::absolute(directory).map_err(Failure::usage)?;
        all.push((file.clone(), provider(&seen.display().to_string())));
    }
    put_all(&all, output)
}

fn text(board: &Dashboard) -> String {
    format!("{:#}\n", grafana(board))
}

fn list() -> List {
    let rows = dashboards::ALL.iter().map(|board| Row {
        name: board.name,
        title: board.title,
        description: board.description,
        panels: board.rows.iter().map(|row| row.panels.len()).sum(),
    });
    List { dashboards: rows.collect() }
}
