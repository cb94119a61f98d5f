//! `flinkops job show JOB`.

use std::fmt::Write as _;
use std::time::Duration;

use clap::Args;
use jobs::{JobRef, JobReport};
use ops_core::ids::JobId;
use ops_core::rest::RestClient;
use ops_core::rest::wire::checkpoints::CheckpointCounts;
use ops_core::rest::wire::state::{ExecutionState, JobStatus};
use serde::Serialize;

use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, human_bytes, human_duration, style, table};

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  flinkops job show 0123456789abcdef0123456789abcdef")]
pub(crate) struct Options {
    /// The job: its id, the beginning of it, or its name.
    #[arg(value_name = "JOB")]
    job: JobRef,
}

/// The result; its fields are stable.
#[derive(Debug, Serialize)]
struct Shown {
    id: JobId,
    name: String,
    state: JobStatus,
    duration_ms: i64,
    vertices: Vec<Vertex>,
    /// None: the job has no checkpointing.
    checkpoints: Option<Checkpoints>,
    /// None: not measured yet.
    restarts: Option<u64>,
    /// The first line of the latest failure.
    last_failure: Option<String>,
}

#[derive(Debug, Serialize)]
struct Vertex {
    id: String,
    name: String,
    parallelism: i32,
    state: ExecutionState,
    read_records: u64,
    write_records: u64,
}

#[derive(Debug, Serialize)]
struct Checkpoints {
    completed: u64,
    failed: u64,
    in_progress: u64,
    restored: u64,
    latest_path: Option<String>,
    latest_size: Option<i64>,
    latest_duration_ms: Option<i64>,
}

pub(crate) async fn run(options: &Options, client: &RestClient, output: &Output) -> Result<u8, Failure> {
    let id = jobs::find(client, &options.job).await?;
    let report = jobs::show(client, id).await.map_err(|error| {
        Failure::from(error).help("flinkops job list --all shows the jobs that this cluster knows")
    })?;
    output.result(&Shown::from(report), human)?;
    Ok(exit::DONE)
}

impl From<JobReport> for Shown {
    fn from(report: JobReport) -> Self {
        let last_failure =
            report.exceptions.latest().and_then(|stack| stack.lines().next()).map(str::to_owned);
        let details = report.details;
        Self {
            id: details.jid,
            name: details.name,
            state: details.state,
            duration_ms: details.duration,
            vertices: details
                .vertices
                .into_iter()
                .map(|vertex| Vertex {
                    id: vertex.id.to_string(),
                    name: vertex.name,
                    parallelism: vertex.parallelism,
                    state: vertex.status,
                    read_records: vertex.metrics.read_records,
                    write_records: vertex.metrics.write_records,
                })
                .collect(),
            checkpoints: report.checkpoints.map(|statistics| {
                let CheckpointCounts { completed, failed, in_progress, restored, .. } = statistics.counts;
                let latest = statistics.latest.completed;
                Checkpoints {
                    completed,
                    failed,
                    in_progress,
                    restored,
                    latest_size: latest.as_ref().map(|latest| latest.state_size),
                    latest_duration_ms: latest.as_ref().map(|latest| latest.end_to_end_duration),
                    latest_path: latest.and_then(|latest| latest.external_path),
                }
            }),
            restarts: report.restarts,
            last_failure,
        }
    }
}

fn human(shown: &Shown) -> String {
    let (heading, faint) = (style::HEADING, style::FAINT);
    let span = |millis: i64| human_duration(Duration::from_millis(millis.try_into().unwrap_or(0)));
    let mut text = format!("{heading}{}{heading:#} {faint}{}{faint:#}\n", shown.name, shown.id);
    let _ = writeln!(text, "{} for {}", shown.state, span(shown.duration_ms));
    if let Some(restarts) = shown.restarts {
        let _ = writeln!(text, "restarted {restarts} times");
    }
    if let Some(failure) = &shown.last_failure {
        let _ = writeln!(text, "last failure: {failure}");
    }
    if let Some(checkpoints) = &shown.checkpoints {
        let _ =
            write!(text, "checkpoints: {} completed, {} failed", checkpoints.completed, checkpoints.failed);
        if let (Some(size), Some(duration)) = (checkpoints.latest_size, checkpoints.latest_duration_ms) {
            let size = human_bytes(size.try_into().unwrap_or(0));
            let _ = write!(text, "; the latest {size} in {}", span(duration));
        }
        text.push('\n');
        if let Some(path) = &checkpoints.latest_path {
            let _ = writeln!(text, "latest: {path}");
        }
    }
    text.push('\n');
    let rows = shown.vertices.iter().map(|vertex| {
        [
            vertex.name.clone(),
            vertex.parallelism.to_string(),
            vertex.state.to_string(),
            vertex.read_records.to_string(),
            vertex.write_records.to_string(),
        ]
    });
    text + &table(["VERTEX", "PARALLELISM", "STATE", "RECORDS IN", "RECORDS OUT"], rows)
}
