//! `flinkops job show JOB`.

use std::fmt::Write as _;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use jobs::{JobRef, JobReport, VertexLoad};
use ops_core::ids::JobId;
use ops_core::rest::RestClient;
use ops_core::rest::wire::checkpoint_config::CheckpointConfig;
use ops_core::rest::wire::checkpoints::{
    Checkpoint, CheckpointCounts, CheckpointStatistics, CheckpointStatus,
};
use ops_core::rest::wire::job::JobVertex;
use ops_core::rest::wire::state::{ExecutionState, JobStatus};
use ops_core::units::human_bytes;
use serde::Serialize;

use crate::exit;
use crate::failure::Failure;
use crate::output::{Output, human_duration, human_time, style, table};

/// Checkpoints that are listed.
const RECENT: usize = 5;

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
    /// As the cluster describes it.
    restart_strategy: Option<String>,
    /// The default parallelism of its operators; none where the cluster's default applies.
    parallelism: Option<i32>,
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
    /// `ok`, `low` or `high`; none until it is measured.
    back_pressure: Option<String>,
    /// The share of time that its most held up subtask waits for downstream tasks.
    back_pressured: Option<f64>,
    /// The share of time that its busiest subtask works.
    busy: Option<f64>,
    /// The lowest input watermark, in milliseconds since 1970.
    watermark: Option<i64>,
}

/// A checkpoint or savepoint.
#[derive(Debug, Serialize)]
struct Recent {
    id: i64,
    kind: String,
    status: CheckpointStatus,
    triggered: String,
    size: i64,
    duration_ms: i64,
    failure: Option<String>,
}

#[derive(Debug, Serialize)]
struct Checkpoints {
    /// None: only when it is asked for.
    interval_ms: Option<i64>,
    mode: Option<String>,
    state_backend: Option<String>,
    storage: Option<String>,
    /// What becomes of them when the job is cancelled.
    retained: Option<bool>,
    completed: u64,
    failed: u64,
    in_progress: u64,
    restored: u64,
    latest_path: Option<String>,
    latest_size: Option<i64>,
    latest_duration_ms: Option<i64>,
    /// Newest first.
    recent: Vec<Recent>,
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
        let JobReport { details, loads, execution, checkpointing, restarts, .. } = report;
        let parallelism = execution.as_ref().map(|execution| execution.job_parallelism);
        let loads = loads.into_iter().chain(std::iter::repeat_with(VertexLoad::default));
        Self {
            id: details.jid,
            name: details.name,
            state: details.state,
            duration_ms: details.duration,
            restart_strategy: execution.map(|execution| execution.restart_strategy),
            parallelism: parallelism.filter(|parallelism| *parallelism > 0),
            vertices: details.vertices.into_iter().zip(loads).map(Vertex::from).collect(),
            checkpoints: report.checkpoints.map(|statistics| Checkpoints::from((statistics, checkpointing))),
            restarts,
            last_failure,
        }
    }
}

impl From<(JobVertex, VertexLoad)> for Vertex {
    fn from((vertex, load): (JobVertex, VertexLoad)) -> Self {
        Self {
            id: vertex.id.to_string(),
            name: vertex.name,
            parallelism: vertex.parallelism,
            state: vertex.status,
            read_records: vertex.metrics.read_records,
            write_records: vertex.metrics.write_records,
            back_pressure: load.level,
            back_pressured: load.back_pressured,
            busy: load.busy,
            watermark: load.watermark,
        }
    }
}

impl From<(CheckpointStatistics, Option<CheckpointConfig>)> for Checkpoints {
    fn from((statistics, config): (CheckpointStatistics, Option<CheckpointConfig>)) -> Self {
        let CheckpointCounts { completed, failed, in_progress, restored, .. } = statistics.counts;
        let latest = statistics.latest.completed;
        let config = config.as_ref();
        let text = |part: fn(&CheckpointConfig) -> &String| {
            config.map(part).filter(|text| !text.is_empty()).cloned()
        };
        Self {
            interval_ms: config.map(|config| config.interval),
            mode: text(|config| &config.mode),
            state_backend: text(|config| &config.state_backend),
            storage: text(|config| &config.checkpoint_storage),
            retained: config.map(|config| {
                config.externalization.enabled && !config.externalization.delete_on_cancellation
            }),
            completed,
            failed,
            in_progress,
            restored,
            latest_size: latest.as_ref().map(|latest| latest.state_size),
            latest_duration_ms: latest.as_ref().map(|latest| latest.end_to_end_duration),
            // Where the JobManager keeps them in its memory, Flink writes a text in place of a path.
            latest_path: latest.and_then(|latest| latest.external_path).filter(|path| !path.starts_with('<')),
            recent: statistics.history.into_iter().take(RECENT).map(Recent::from).collect(),
        }
    }
}

impl From<Checkpoint> for Recent {
    fn from(checkpoint: Checkpoint) -> Self {
        Self {
            id: checkpoint.id,
            kind: checkpoint.checkpoint_type.to_lowercase().replace('_', " "),
            status: checkpoint.status,
            triggered: Timestamp::from_millisecond(checkpoint.trigger_timestamp)
                .unwrap_or_default()
                .to_string(),
            size: checkpoint.state_size,
            duration_ms: checkpoint.end_to_end_duration,
            failure: checkpoint.failure_message,
        }
    }
}

fn human(shown: &Shown) -> String {
    let (heading, faint) = (style::HEADING, style::FAINT);
    let mut text = format!("{heading}{}{heading:#} {faint}{}{faint:#}\n", shown.name, shown.id);
    let _ = writeln!(text, "{} for {}", shown.state, span(shown.duration_ms));
    if let Some(parallelism) = shown.parallelism {
        let _ = writeln!(text, "parallelism {parallelism}");
    }
    if let Some(strategy) = shown.restart_strategy.as_ref().filter(|strategy| !strategy.is_empty()) {
        let _ = writeln!(text, "restart strategy: {strategy}");
    }
    if let Some(restarts) = shown.restarts {
        let _ = writeln!(text, "restarted {restarts} times");
    }
    if let Some(failure) = &shown.last_failure {
        let _ = writeln!(text, "last failure: {failure}");
    }
    if let Some(checkpoints) = &shown.checkpoints {
        checkpoints.write(&mut text);
    }
    text.push('\n');
    let share =
        |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{:.0}%", value * 100.0));
    let rows = shown.vertices.iter().map(|vertex| {
        [
            vertex.name.clone(),
            vertex.parallelism.to_string(),
            vertex.state.to_string(),
            vertex.read_records.to_string(),
            vertex.write_records.to_string(),
            share(vertex.busy),
            match &vertex.back_pressure {
                Some(level) => format!("{level} {}", share(vertex.back_pressured)),
                None => "-".to_owned(),
            },
            vertex.watermark.map_or_else(|| "-".to_owned(), moment),
        ]
    });
    let header = [
        "VERTEX",
        "PARALLELISM",
        "STATE",
        "RECORDS IN",
        "RECORDS OUT",
        "BUSY",
        "BACK-PRESSURE",
        "WATERMARK (UTC)",
    ];
    text + &table(header, rows)
}

impl Checkpoints {
    fn write(&self, text: &mut String) {
        let _ = write!(text, "checkpoints: ");
        if let Some(interval) = self.interval_ms {
            let _ = write!(text, "every {}, ", span(interval));
        }
        let _ = write!(text, "{} completed, {} failed", self.completed, self.failed);
        if let (Some(size), Some(duration)) = (self.latest_size, self.latest_duration_ms) {
            let _ = write!(text, "; the latest {} in {}", bytes(size), span(duration));
        }
        text.push('\n');
        let kinds = [&self.mode, &self.state_backend, &self.storage];
        let mut kinds: Vec<&str> = kinds.into_iter().flatten().map(String::as_str).collect();
        match self.retained {
            Some(true) => kinds.push("kept when the job is cancelled"),
            Some(false) => kinds.push("deleted when the job is cancelled"),
            None => {}
        }
        if !kinds.is_empty() {
            let _ = writeln!(text, "  {}", kinds.join(", "));
        }
        if let Some(path) = &self.latest_path {
            let _ = writeln!(text, "  latest: {path}");
        }
        for recent in &self.recent {
            let what = match (&recent.status, &recent.failure) {
                (CheckpointStatus::Completed, _) => {
                    format!("{} in {}", bytes(recent.size), span(recent.duration_ms))
                }
                (CheckpointStatus::Failed, Some(why)) => {
                    format!("failed: {}", why.lines().next().unwrap_or_default())
                }
                (CheckpointStatus::Failed, None) => "failed".to_owned(),
                (CheckpointStatus::InProgress, _) => "in progress".to_owned(),
            };
            let _ = writeln!(
                text,
                "  {} {} at {}: {what}",
                recent.kind,
                recent.id,
                human_time(&recent.triggered)
            );
        }
    }
}

fn span(millis: i64) -> String {
    human_duration(Duration::from_millis(millis.try_into().unwrap_or(0)))
}

fn bytes(count: i64) -> String {
    human_bytes(count.try_into().unwrap_or(0))
}

fn moment(millis: i64) -> String {
    // Programs may use watermarks that are no moments.
    Timestamp::from_millisecond(millis)
        .map_or_else(|_| millis.to_string(), |time| human_time(&time.to_string()))
}
