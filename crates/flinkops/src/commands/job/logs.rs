//! `flinkops job logs JOB`: the JobManager's log, and those of the TaskManagers that run the job.

use std::time::Duration;

use clap::{Args, ValueEnum};
use jobs::{JobRef, LogSource};
use ops_core::rest::RestClient;
use serde::Serialize;

use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, style};

/// How often a log is looked at that is followed: the whole of it comes each time.
const PACE: Duration = Duration::from_secs(2);

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops job logs orders
  flinkops job logs orders --of task-managers --lines 1000
  flinkops job logs orders --of job-manager --follow")]
pub(crate) struct Options {
    /// The job: its id, the beginning of it, or its name.
    #[arg(value_name = "JOB")]
    job: JobRef,
    /// Whose logs.
    #[arg(long, value_name = "WHOSE", default_value = "all")]
    of: Whose,
    /// The last lines of each; 0 for all.
    #[arg(short = 'n', long, value_name = "N", default_value_t = 100)]
    lines: usize,
    /// Goes on with what is written from now on, until it is interrupted.
    #[arg(short, long)]
    follow: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Whose {
    /// The JobManager's and the TaskManagers'.
    All,
    /// The JobManager's.
    JobManager,
    /// Those of the TaskManagers that run the job.
    TaskManagers,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Logs {
    logs: Vec<Log>,
}

#[derive(Debug, Serialize)]
struct Log {
    source: String,
    lines: Vec<String>,
}

pub(crate) async fn run(options: Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    if options.follow && !output.is_human() {
        return Err(Failure::usage("a log that is followed has no end, and JSON and YAML need one")
            .help("leave out --follow, or -o"));
    }
    let job = jobs::find(client, &options.job).await?;
    let mut sources = jobs::log_sources(client, job).await?;
    sources.retain(|source| match options.of {
        Whose::All => true,
        Whose::JobManager => *source == LogSource::JobManager,
        Whose::TaskManagers => *source != LogSource::JobManager,
    });
    let mut logs = Vec::new();
    let mut read = Vec::new();
    for source in &sources {
        let bytes = jobs::log(client, source).await?;
        logs.push(Log { source: source.to_string(), lines: last(&bytes, options.lines) });
        read.push(bytes.len());
    }
    output.result(&Logs { logs }, human)?;
    if options.follow {
        follow(client, output, &sources, read).await?;
    }
    Ok(exit::DONE)
}

/// Prints what comes after what was read.
async fn follow(
    client: &RestClient,
    output: &Output,
    sources: &[LogSource],
    mut read: Vec<usize>,
) -> Result<(), Failure> {
    let mut latest = sources.len().checked_sub(1);
    loop {
        tokio::time::sleep(PACE).await;
        for (place, source) in sources.iter().enumerate() {
            // A process that is gone for a moment, or for good, has nothing new to say.
            let Ok(bytes) = jobs::log(client, source).await else { continue };
            // A shorter log is a new one.
            let seen = if bytes.len() < read[place] { 0 } else { read[place] };
            read[place] = bytes.len();
            let new = String::from_utf8_lossy(&bytes[seen..]).into_owned();
            if new.is_empty() {
                continue;
            }
            if latest.replace(place) != Some(place) {
                output.text(&format!("\n{}", title(&source.to_string())))?;
            }
            output.text(&new)?;
        }
    }
}

fn last(bytes: &[u8], count: usize) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.lines().collect();
    let from = if count == 0 { 0 } else { lines.len().saturating_sub(count) };
    lines[from..].iter().map(|line| (*line).to_owned()).collect()
}

fn title(source: &str) -> String {
    let heading = style::HEADING;
    format!("{heading}==> {source} <=={heading:#}\n")
}

fn human(logs: &Logs) -> String {
    let one = |log: &Log| {
        let lines: String = log.lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
        title(&log.source) + &lines
    };
    logs.logs.iter().map(one).collect::<Vec<_>>().join("\n")
}
