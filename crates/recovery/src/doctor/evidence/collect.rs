//! Asking a cluster. However large it is, the number of requests is bounded.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use jiff::tz::{Offset, TimeZone};
use ops_core::ids::{JobId, TaskManagerId, VertexId};
use ops_core::rest::wire::checkpoints::{Checkpoint, CheckpointStatus, TaskCheckpoint};
use ops_core::rest::wire::job::{JobDetails, JobVertex};
use ops_core::rest::wire::jobs::JobSummary;
use ops_core::rest::wire::state::JobStatus;
use ops_core::rest::{Failure, RestClient, RestError};

use super::asker::Asked;
use super::job::{JobEvidence, SlowPart, VertexEvidence};
use super::log::read_log;
use super::model::Evidence;
use crate::doctor::throwable::Throwable;

/// Jobs that are looked at where none is named.
const JOBS: usize = 6;

/// Vertices of a job that are looked into.
const VERTICES: usize = 16;

/// Parts of the newest checkpoint that are looked into.
const PARTS: usize = 3;

/// TaskManagers whose memory is asked for.
const TASK_MANAGERS: usize = 32;

/// TaskManagers whose logs are read.
const LOGS: usize = 3;

/// Jobs that failed within this time (milliseconds) are looked at, too.
const RECENTLY: i64 = 3_600_000;

/// Metrics of operators that are asked for of a vertex.
const METRICS: usize = 40;

/// Records that a window drops.
const LATE: &str = ".numLateRecordsDropped";

/// The watermark that an operator emits.
const EMITTED: &str = ".currentOutputWatermark";

/// How long Flink is given to collect its figures.
const COLLECTION: Duration = Duration::from_millis(800);

/// Requests under way at a time.
const AT_ONCE: usize = 8;

/// Time spent on garbage collection, 1.19 and later.
const COLLECTING: &str = "Status.JVM.GarbageCollector.All.TimeMsPerSecond";

/// What is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The jobs that go on or failed within the last hour.
    Jobs,
    /// This one.
    Job(JobId),
    /// One that the cluster was found not to know.
    Missing(String),
}

/// Asks a cluster.
///
/// # Errors
/// The cluster does not answer the first questions. Everything after that is a gap at worst.
pub async fn collect(client: &RestClient, wanted: &Wanted, at: i64) -> Result<Evidence, RestError> {
    let asked = Asked::default();
    let overview = asked.must(client.overview()).await?;
    let summaries = asked.must(client.jobs_overview()).await?.jobs;
    let mut evidence = Evidence {
        at,
        cluster: Some(client.url().to_owned()),
        version: Some(overview.flink_version.clone()),
        overview: Some(overview),
        ..Evidence::default()
    };
    let settings = asked.may("the JobManager's configuration", client.jobmanager_config()).await;
    evidence.settings = settings.into_iter().flatten().map(|entry| (entry.key, entry.value)).collect();
    evidence.task_managers = asked.may("the TaskManagers", client.task_managers()).await.unwrap_or_default();
    let known = |id: JobId| summaries.iter().any(|summary| summary.jid == id);
    let looked = match wanted {
        Wanted::Jobs => chosen(&summaries, at, &asked),
        Wanted::Job(id) if known(*id) => vec![*id],
        Wanted::Job(_) | Wanted::Missing(_) => Vec::new(),
    };
    evidence.missing_job = match wanted {
        Wanted::Job(id) if !known(*id) => Some(id.to_string()),
        Wanted::Missing(name) => Some(name.clone()),
        _ => None,
    };
    // Flink collects figures when somebody asks for one, and answers with those that it had before: they may be hours old.
    let goes_on = |id: &JobId| summaries.iter().any(|job| job.jid == *id && !job.state.is_terminal());
    if let Some(id) = looked.iter().find(|id| goes_on(id)) {
        asked.may("a job", client.job(*id)).await;
        tokio::time::sleep(COLLECTION).await;
    }
    for id in looked {
        evidence.jobs.extend(of_job(client, &asked, id).await);
    }
    memory(client, &asked, &mut evidence).await;
    logs(client, &asked, &mut evidence).await;
    (evidence.requests, evidence.gaps) = (asked.requests(), asked.gaps());
    Ok(evidence)
}

/// The jobs to look at, those that go on first.
fn chosen(summaries: &[JobSummary], at: i64, asked: &Asked) -> Vec<JobId> {
    // A job that was started again since is no longer the one that failed.
    let again = |failed: &JobSummary| {
        summaries.iter().any(|other| other.name == failed.name && other.start_time > failed.start_time)
    };
    let counts = |summary: &&JobSummary| match summary.state {
        JobStatus::Failed => summary.end_time + RECENTLY >= at && !again(summary),
        state => !state.is_terminal(),
    };
    let mut jobs: Vec<&JobSummary> = summaries.iter().filter(counts).collect();
    // Those in trouble first: of the rest, those that were started last.
    jobs.sort_by_key(|job| (job.runs(), job.state.is_terminal(), std::cmp::Reverse(job.start_time), job.jid));
    if jobs.len() > JOBS {
        let rest = jobs.len() - JOBS;
        asked.gap(format!("{rest} more jobs were not looked at: name the one that is meant"));
    }
    jobs.iter().take(JOBS).map(|job| job.jid).collect()
}

async fn of_job(client: &RestClient, asked: &Asked, id: JobId) -> Option<JobEvidence> {
    let details = asked.may("a job", client.job(id)).await?;
    let (exceptions, checkpoints, config) = tokio::join!(
        asked.may("why it failed", client.exceptions(id)),
        asked.may("its checkpoints", client.checkpoints(id)),
        asked.may("its checkpoint settings", client.checkpoint_config(id)),
    );
    let mut job = JobEvidence {
        exceptions: exceptions.unwrap_or_default(),
        checkpoints,
        checkpoint_config: config.filter(|config| config.interval < i64::MAX),
        ..JobEvidence::of(details)
    };
    if job.checkpoint_config.is_none() {
        job.checkpoints = None;
    }
    if job.details.state == JobStatus::Failed {
        let result = asked.may("how it ended", client.execution_result(id)).await.flatten();
        job.failure = result
            .and_then(|result| result.failure_cause)
            .map(|cause| Failure::from(cause).stack().to_owned());
    }
    if !job.goes_on() {
        return Some(job);
    }
    let restarts = asked.may("its restarts", client.job_metrics(id, &["numRestarts"])).await;
    job.restarts = restarts.into_iter().flatten().find_map(|metric| metric.value?.parse().ok());
    newest_checkpoint(client, asked, &mut job).await;
    let looked = suspects(&job.details);
    if looked.len() < job.details.vertices.len() {
        let (some, all) = (looked.len(), job.details.vertices.len());
        asked.gap(format!("of {all} vertices of {}, the {some} busiest were looked into", job.details.name));
    }
    let vertices = stream::iter(looked).map(|vertex| of_vertex(client, asked, id, vertex)).buffered(AT_ONCE);
    job.vertices = vertices.collect().await;
    threads(client, asked, &mut job).await;
    Some(job)
}

/// The vertices worth a closer look: all of a small job. Of a large one, those that worked most of their time, each with what it
/// reads from; then those that were held up most, of which there may be hundreds before one bottleneck; and a source.
fn suspects(details: &JobDetails) -> Vec<VertexId> {
    if details.vertices.len() <= VERTICES {
        return details.vertices.iter().map(|vertex| vertex.id).collect();
    }
    let share = |vertex: &JobVertex, millis: f64| {
        if millis.is_finite() { millis / f64::from(vertex.parallelism.max(1)) } else { 0.0 }
    };
    let by = |score: &dyn Fn(&JobVertex) -> f64| {
        let mut vertices: Vec<&JobVertex> = details.vertices.iter().collect();
        vertices.sort_by(|one, other| score(other).total_cmp(&score(one)));
        vertices
    };
    let nodes = details.plan.nodes.as_deref().unwrap_or_default();
    let busiest = by(&|vertex| share(vertex, vertex.metrics.accumulated_busy_time.0));
    let with_inputs = busiest.iter().take(VERTICES / 3).flat_map(|vertex| {
        let node = nodes.iter().find(|node| node.id == vertex.id);
        let input = node.and_then(|node| node.inputs.first()).map(|input| input.id);
        std::iter::once(vertex.id).chain(input)
    });
    let source = nodes.iter().find(|node| node.inputs.is_empty()).map(|node| node.id);
    let held_up = by(&|vertex| share(vertex, vertex.metrics.accumulated_backpressured_time as f64));
    let mut chosen = Vec::new();
    for id in with_inputs.chain(source).chain(held_up.iter().map(|vertex| vertex.id)) {
        if chosen.len() < VERTICES && !chosen.contains(&id) {
            chosen.push(id);
        }
    }
    chosen
}

async fn of_vertex(client: &RestClient, asked: &Asked, job: JobId, id: VertexId) -> VertexEvidence {
    let (details, back_pressure, names) = tokio::join!(
        asked.may("a vertex", client.vertex(job, id)),
        // 500 while a subtask has not started.
        async { asked.must(client.back_pressure(job, id)).await.ok() },
        asked.may("names of metrics", client.subtask_metrics(job, id, &[])),
    );
    let names: Vec<String> = names.into_iter().flatten().map(|metric| metric.id).collect();
    let wanted = |name: &&str| name.ends_with(LATE) || name.ends_with(EMITTED);
    let wanted: Vec<&str> = names.iter().map(String::as_str).filter(wanted).take(METRICS).collect();
    let mut vertex = VertexEvidence { details, back_pressure, ..VertexEvidence::of(id) };
    if !wanted.is_empty() {
        let metrics = asked.may("metrics of operators", client.subtask_metrics(job, id, &wanted)).await;
        for metric in metrics.into_iter().flatten() {
            if metric.id.ends_with(LATE) {
                vertex.late.extend(metric.sum.map(|sum| (metric.id, sum.0)));
            } else if let Some((least, most)) = metric.min.zip(metric.max) {
                vertex.output_watermarks.insert(metric.id, (least.0, most.0));
            }
        }
    }
    vertex
}

/// The newest checkpoint that tells something: one that is late now, else the latest complete one; and its worst parts.
async fn newest_checkpoint(client: &RestClient, asked: &Asked, job: &mut JobEvidence) {
    let Some(statistics) = &job.checkpoints else { return };
    let usual = statistics.summary.end_to_end_duration.avg.max(1000);
    let is_late = |one: &&Checkpoint| {
        one.status == CheckpointStatus::InProgress && job.details.now - one.trigger_timestamp > 3 * usual
    };
    let late = statistics.history.iter().find(is_late);
    let failed = statistics.history.first().filter(|one| one.status == CheckpointStatus::Failed);
    let Some(chosen) = late.or(failed).or_else(|| job.completed().next()) else { return };
    let id = job.details.jid;
    job.newest = asked.may("a checkpoint", client.checkpoint_details(id, chosen.id)).await;
    let Some(newest) = &job.newest else { return };
    let mut parts: Vec<(VertexId, TaskCheckpoint)> =
        newest.tasks.iter().map(|(vertex, part)| (*vertex, *part)).collect();
    let missing =
        |part: &TaskCheckpoint| part.num_subtasks - part.num_acknowledged_subtasks.min(part.num_subtasks);
    let mut worst = Vec::new();
    let mut take = |parts: &[(VertexId, TaskCheckpoint)]| {
        for (vertex, _) in parts.iter().take(PARTS) {
            if !worst.contains(vertex) {
                worst.push(*vertex);
            }
        }
    };
    parts.sort_by_key(|(_, part)| std::cmp::Reverse((missing(part), part.end_to_end_duration)));
    take(&parts);
    parts.sort_by_key(|(_, part)| std::cmp::Reverse(part.state_size));
    take(&parts);
    for vertex in worst {
        let part = asked.may("part of a checkpoint", client.checkpoint_subtasks(id, newest.id, vertex)).await;
        job.slow_parts.extend(part.map(|part| SlowPart { vertex, part }));
    }
}

/// What the busiest subtask of the job is doing.
async fn threads(client: &RestClient, asked: &Asked, job: &mut JobEvidence) {
    let load = |vertex: &VertexEvidence| vertex.load().map_or(0.0, |load| load.busiest);
    let busiest = job.vertices.iter_mut().max_by(|one, other| load(one).total_cmp(&load(other)));
    let Some(vertex) = busiest.filter(|vertex| load(vertex) > 0.8) else { return };
    let (Some(load), Some(details)) = (vertex.load(), &vertex.details) else { return };
    let Some(subtask) = details.subtasks.iter().find(|one| one.subtask == load.busiest_index) else { return };
    let Some(id) = subtask.taskmanager_id.clone().filter(|id| !id.0.starts_with('(')) else { return };
    let Some(dump) = asked.may("a thread dump", client.thread_dump(&id)).await else { return };
    let name = format!("{} ({}/{})#", details.name, load.busiest_index + 1, details.parallelism);
    let thread = dump.thread_infos.iter().find(|thread| thread.thread_name.starts_with(&name));
    vertex.busy_in = thread.and_then(|thread| {
        let chain = Throwable::chain(&thread.stringified_thread_info);
        chain.first()?.own_frame().map(str::to_owned)
    });
}

async fn memory(client: &RestClient, asked: &Asked, evidence: &mut Evidence) {
    let all: Vec<TaskManagerId> = evidence.task_managers.iter().map(|one| one.id.clone()).collect();
    if all.len() > TASK_MANAGERS {
        let rest = all.len() - TASK_MANAGERS;
        asked.gap(format!("memory and garbage collection of {rest} more TaskManagers were not asked for"));
    }
    let tells = evidence.version.as_deref().is_some_and(|version| !version.starts_with("1.18"));
    let looked = stream::iter(all.into_iter().take(TASK_MANAGERS)).map(|id| async move {
        let details = asked.may("a TaskManager", client.task_manager(&id)).await;
        let collecting = match tells {
            true => asked.may("garbage collection", client.task_manager_metrics(&id, &[COLLECTING])).await,
            false => None,
        };
        let collecting =
            collecting.into_iter().flatten().find_map(|metric| metric.value?.parse::<f64>().ok());
        (id, details.map(|details| details.metrics), collecting)
    });
    let looked: Vec<_> = looked.buffered(AT_ONCE).collect().await;
    for (id, metrics, collecting) in looked {
        evidence.collecting.extend(collecting.map(|collecting| (id.clone(), collecting)));
        // All zero until it has reported.
        evidence.memory.extend(metrics.filter(|metrics| metrics.heap_max > 0).map(|metrics| (id, metrics)));
    }
}

/// The logs of the processes that can say more about what fails: checkpoints are declined with a reason that is logged only.
async fn logs(client: &RestClient, asked: &Asked, evidence: &mut Evidence) {
    let troubled: Vec<&JobEvidence> = evidence
        .jobs
        .iter()
        .filter(|job| {
            job.failed_in_a_row() > 0
                || job.details.state == JobStatus::Failed
                || job.goes_on() && !job.runs_well()
        })
        .collect();
    if troubled.is_empty() {
        return;
    }
    let since = troubled.iter().map(|job| job.details.start_time).min().unwrap_or(0);
    let mut wanted: Vec<TaskManagerId> = Vec::new();
    for entry in troubled.iter().flat_map(|job| &job.exceptions.exception_history.entries) {
        let id = entry.task_manager_id.clone().map(TaskManagerId);
        let there = |id: &TaskManagerId| evidence.task_managers.iter().any(|one| one.id == *id);
        wanted.extend(id.filter(|id| there(id) && !wanted.contains(id)));
    }
    wanted.extend(
        evidence
            .task_managers
            .iter()
            .map(|one| one.id.clone())
            .filter(|id| !wanted.contains(id))
            .collect::<Vec<_>>(),
    );
    // Flink's logs have local times without an offset; the JobManager tells its own.
    let config = asked.may("the JobManager's time zone", client.config()).await;
    let offset = config
        .and_then(|config| Offset::from_seconds(i32::try_from(config.timezone_offset / 1000).ok()?).ok());
    let zone = TimeZone::fixed(offset.unwrap_or(Offset::UTC));
    let mut read = Vec::new();
    if let Some(bytes) = asked.may("the JobManager's log", client.job_manager_log()).await {
        read.push(read_log("JobManager", &bytes, &zone));
    }
    for id in wanted.into_iter().take(LOGS) {
        if let Some(bytes) = asked.may("a TaskManager's log", client.task_manager_log(&id)).await {
            let name = format!("TaskManager {}", evidence.host_of(&id));
            read.push(read_log(&name, &bytes, &zone));
        }
    }
    // Other jobs write there, too; what the processes themselves say is found with `--logs`.
    let ours = |id: JobId| evidence.jobs.iter().any(|job| job.details.jid == id);
    for log in &mut read {
        log.entries.retain(|entry| (entry.at == 0 || entry.at >= since) && entry.ids().any(ours));
    }
    evidence.logs = read;
}
