//! `flinkops job list`.

use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use ops_core::ids::JobId;
use ops_core::rest::RestClient;
use ops_core::rest::wire::jobs::JobSummary;
use ops_core::rest::wire::state::{ExecutionState, JobStatus, TaskCounts};
use serde::Serialize;

use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, human_duration, table};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops job list
  flinkops job list --all --url https://jm-1:8081 --cacert ca.pem --identity client.p12 \\
      --identity-password-from file:client.password
  flinkops job list --state failed -o json")]
pub(crate) struct Options {
    /// Jobs that have ended too.
    #[arg(short, long)]
    all: bool,
    /// Only jobs in this state, such as running or failed.
    #[arg(long, value_name = "STATE", value_parser = parse_state)]
    state: Option<JobStatus>,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct List {
    jobs: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    id: JobId,
    name: String,
    state: JobStatus,
    start_time: String,
    duration_ms: i64,
    /// The total, and how many tasks are in each state.
    tasks: TaskCounts,
}

pub(crate) async fn run(options: &Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    let wanted = |job: &JobSummary| match options.state {
        Some(state) => job.state == state,
        None => options.all || !job.state.is_terminal(),
    };
    let jobs = jobs::list(client).await?.into_iter().filter(wanted).map(Row::from).collect();
    output.result(&List { jobs }, human)?;
    Ok(exit::DONE)
}

impl From<JobSummary> for Row {
    fn from(job: JobSummary) -> Self {
        let start = Timestamp::from_millisecond(job.start_time).unwrap_or_default();
        Self {
            id: job.jid,
            name: job.name,
            state: job.state,
            start_time: start.to_string(),
            duration_ms: job.duration,
            tasks: job.tasks,
        }
    }
}

fn human(list: &List) -> String {
    if list.jobs.is_empty() {
        return "no jobs\n".to_owned();
    }
    let rows = list.jobs.iter().map(|job| {
        let occupied = ExecutionState::ALL.iter().filter(|state| job.tasks.states.of(**state) > 0);
        let tasks: Vec<_> = occupied
            .map(|state| format!("{} {}", job.tasks.states.of(*state), state.as_str().to_lowercase()))
            .collect();
        [
            job.id.to_string(),
            job.name.clone(),
            job.state.to_string(),
            job.start_time.chars().take("2026-01-02T03:04:05".len()).collect::<String>().replace('T', " "),
            human_duration(Duration::from_millis(job.duration_ms.try_into().unwrap_or(0))),
            tasks.join(", "),
        ]
    });
    table(["ID", "NAME", "STATE", "STARTED (UTC)", "DURATION", "TASKS"], rows)
}

fn parse_state(text: &str) -> Result<JobStatus, String> {
    let upper = text.to_uppercase();
    JobStatus::ALL.iter().copied().find(|state| state.as_str() == upper).ok_or_else(|| {
        let names: Vec<_> = JobStatus::ALL.iter().map(|state| state.as_str().to_lowercase()).collect();
        format!("`{text}` is not a job state; there are {}", names.join(", "))
    })
}
