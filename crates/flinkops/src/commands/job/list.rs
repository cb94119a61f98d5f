//! `flinkops job list`.

use std::cmp::Reverse;
use std::time::Duration;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use ops_core::ids::JobId;
use ops_core::rest::RestClient;
use ops_core::rest::wire::jobs::JobSummary;
use ops_core::rest::wire::state::{ExecutionState, JobStatus, TaskCounts};
use serde::Serialize;

use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, human_duration, human_time, table};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  flinkops job list
  flinkops job list --all --url https://jm-1:8081 --cacert ca.pem --identity client.p12 \\
      --identity-password-from file:client.password
  flinkops job list --state failed -o json
  flinkops job list --name orders --sort duration --watch")]
pub(crate) struct Options {
    /// Jobs that have ended too.
    #[arg(short, long)]
    all: bool,
    /// Only jobs in this state, such as running or failed.
    #[arg(long, value_name = "STATE", value_parser = parse_state)]
    state: Option<JobStatus>,
    /// Only jobs whose name has this in it, in whatever case.
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// What they are sorted by [default: those that go on first, latest start first].
    #[arg(long, value_name = "FIELD")]
    sort: Option<Order>,
    /// Lists them again every so many seconds, until it is interrupted.
    #[arg(short, long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "2", value_parser = clap::value_parser!(u64).range(1..))]
    watch: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Order {
    /// By name.
    Name,
    /// By state.
    State,
    /// Latest start first.
    Start,
    /// Longest first.
    Duration,
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
    let Some(seconds) = options.watch else {
        output.result(&options.list(client).await?, human)?;
        return Ok(exit::DONE);
    };
    if !output.is_human() {
        return Err(Failure::usage("a list that is watched has no end, and JSON and YAML need one")
            .help("leave out --watch, or -o"));
    }
    loop {
        let text = human(&options.list(client).await?);
        output.redraw(&text)?;
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }
}

impl Options {
    async fn list(&self, client: &RestClient) -> Result<List, Failure> {
        let name = self.name.as_ref().map(|name| name.to_lowercase());
        let wanted = |job: &JobSummary| {
            let of_state = match self.state {
                Some(state) => job.state == state,
                None => self.all || !job.state.is_terminal(),
            };
            of_state && name.as_ref().is_none_or(|name| job.name.to_lowercase().contains(name))
        };
        let mut jobs: Vec<JobSummary> = jobs::list(client).await?.into_iter().filter(wanted).collect();
        match self.sort {
            None => {}
            Some(Order::Name) => jobs.sort_by(|a, b| a.name.cmp(&b.name)),
            Some(Order::State) => jobs.sort_by_key(|job| job.state.as_str()),
            Some(Order::Start) => jobs.sort_by_key(|job| Reverse(job.start_time)),
            Some(Order::Duration) => jobs.sort_by_key(|job| Reverse(job.duration)),
        }
        Ok(List { jobs: jobs.into_iter().map(Row::from).collect() })
    }
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
            human_time(&job.start_time),
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
