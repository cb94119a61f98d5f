//! Metrics of the JobManager, TaskManagers, jobs and vertices: the central names, with values from the state.
//!
//! Without `?get=` names are listed; with it, values of the names that exist. The full lists of names come later.

use ops_core::rest::wire::metrics::{AggregatedMetric, Metric};
use ops_core::rest::wire::number::Real;
use ops_core::rest::wire::state::JobStatus;

use super::error::{Reply, RestError};
use super::request::Context;
use super::task_managers;
use super::versions::Feature;
use crate::sim::{Attempt, Cluster, Job, TaskManager, Vertex};

type Values = Vec<(String, String)>;

/// Answers names, or the values of those that were asked for.
fn answered(context: &Context<'_>, values: Values) -> Reply {
    let metrics: Vec<Metric> = match context.queries("get") {
        None => values.into_iter().map(|(id, _)| Metric { id, value: None }).collect(),
        Some(wanted) => values
            .into_iter()
            .filter(|(id, _)| wanted.contains(&id.as_str()))
            .map(|(id, value)| Metric { id, value: Some(value) })
            .collect(),
    };
    Reply::ok(&metrics)
}

/// Answers names, or aggregates over several reporters of those that were asked for.
fn aggregated(context: &Context<'_>, reporters: Vec<Values>) -> Reply {
    let mut names: Vec<&String> = reporters.iter().flatten().map(|(id, _)| id).collect();
    names.sort_unstable();
    names.dedup();
    let wanted = context.queries("get");
    let asked = context.queries("agg");
    let has = |name: &str| asked.as_ref().is_none_or(|asked| asked.contains(&name));
    let skewed = context.supports(Feature::Skew) && has("skew");
    let metrics: Vec<AggregatedMetric> = names
        .into_iter()
        .filter(|name| wanted.as_ref().is_none_or(|wanted| wanted.contains(&name.as_str())))
        .filter_map(|name| {
            let id = name.clone();
            if wanted.is_none() {
                return Some(AggregatedMetric { id, ..AggregatedMetric::default() });
            }
            let found = reporters.iter().flatten().filter(|(id, _)| id == name);
            let values: Vec<f64> = found.filter_map(|(_, value)| value.parse().ok()).collect();
            let sum: f64 = values.iter().sum();
            let mean = if values.is_empty() { return None } else { sum / values.len() as f64 };
            let deviation =
                values.iter().map(|value| (value - mean).abs()).sum::<f64>() / values.len() as f64;
            let skew = if mean == 0.0 { 0.0 } else { deviation / mean * 100.0 };
            Some(AggregatedMetric {
                id,
                min: has("min").then(|| Real(values.iter().copied().fold(f64::INFINITY, f64::min))),
                max: has("max").then(|| Real(values.iter().copied().fold(f64::NEG_INFINITY, f64::max))),
                avg: has("avg").then_some(Real(mean)),
                sum: has("sum").then_some(Real(sum)),
                skew: skewed.then_some(Real(skew)),
            })
        })
        .collect();
    Reply::ok(&metrics)
}

pub(super) fn job(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let id = context.job_id()?;
    let values = context.cluster.job(id).map(|job| of_job(job, context.cluster.now())).unwrap_or_default();
    Ok(answered(context, values))
}

pub(super) fn jobs(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let now = context.cluster.now();
    let wanted = context.queries("jobs");
    let chosen =
        |job: &&Job| wanted.as_ref().is_none_or(|wanted| wanted.contains(&job.id.to_string().as_str()));
    let reporters = context.cluster.jobs().filter(chosen).map(|job| of_job(job, now)).collect();
    Ok(aggregated(context, reporters))
}

fn of_job(job: &Job, now: i64) -> Values {
    if !job.has_graph() {
        return Vec::new();
    }
    let coordinator = &job.coordinator;
    let latest = coordinator.latest_completed.as_ref();
    let since = |status: JobStatus| {
        let at = job.timestamps.of(status);
        if job.status == status { now - at } else { 0 }
    };
    let latest_or = |value: Option<i64>| value.unwrap_or(-1).to_string();
    let path = latest.and_then(|record| record.path.clone()).unwrap_or_else(|| "n/a".to_owned());
    let restored = coordinator.restored.as_ref();
    [
        ("uptime", since(JobStatus::Running).to_string()),
        ("downtime", since(JobStatus::Restarting).to_string()),
        ("createdTime", since(JobStatus::Created).to_string()),
        ("runningTime", since(JobStatus::Running).to_string()),
        ("restartingTime", since(JobStatus::Restarting).to_string()),
        ("cancellingTime", since(JobStatus::Cancelling).to_string()),
        ("failingTime", since(JobStatus::Failing).to_string()),
        ("numRestarts", job.restarts.to_string()),
        ("fullRestarts", job.restarts.to_string()),
        ("totalNumberOfCheckpoints", coordinator.total().to_string()),
        ("numberOfInProgressCheckpoints", coordinator.pending.len().to_string()),
        ("numberOfCompletedCheckpoints", coordinator.completed.to_string()),
        ("numberOfFailedCheckpoints", coordinator.failed.to_string()),
        ("lastCheckpointRestoreTimestamp", latest_or(restored.map(|restored| restored.at))),
        ("lastCheckpointSize", latest_or(latest.map(|record| record.checkpointed_size))),
        ("lastCheckpointFullSize", latest_or(latest.map(|record| record.state_size()))),
        ("lastCheckpointDuration", latest_or(latest.map(|record| record.duration(now)))),
        ("lastCheckpointProcessedData", latest_or(latest.map(|_| 0))),
        ("lastCheckpointPersistedData", latest_or(latest.map(|_| 0))),
        ("lastCompletedCheckpointId", latest_or(latest.map(|record| record.id))),
        ("lastCheckpointExternalPath", path),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

pub(super) fn job_manager(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let values = of_job_manager(context.cluster);
    Ok(answered(context, values))
}

fn of_job_manager(cluster: &Cluster) -> Values {
    let task_managers = cluster.task_managers();
    let total: usize = task_managers.iter().map(|found| found.slots.len()).sum();
    let free: u32 = task_managers.iter().map(TaskManager::free_slots).sum();
    let running = cluster.jobs().filter(|job| !job.is_over()).count();
    [
        ("numRegisteredTaskManagers", task_managers.len().to_string()),
        ("numRunningJobs", running.to_string()),
        ("taskSlotsTotal", total.to_string()),
        ("taskSlotsAvailable", free.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// An unknown TaskManager has no metrics; that is no error.
pub(super) fn task_manager(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let values =
        task_managers::find(context).map(|found| of_task_manager(context, found)).unwrap_or_default();
    Ok(answered(context, values))
}

pub(super) fn task_managers(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let all = context.cluster.task_managers();
    let reporters = all.iter().map(|found| of_task_manager(context, found)).collect();
    Ok(aggregated(context, reporters))
}

fn of_task_manager(context: &Context<'_>, found: &TaskManager) -> Values {
    let metrics = task_managers::metrics(context, found);
    [
        ("Status.JVM.Memory.Heap.Used", metrics.heap_used),
        ("Status.JVM.Memory.Heap.Committed", metrics.heap_committed),
        ("Status.JVM.Memory.Heap.Max", metrics.heap_max),
        ("Status.JVM.Memory.NonHeap.Used", metrics.non_heap_used),
        ("Status.JVM.Memory.NonHeap.Committed", metrics.non_heap_committed),
        ("Status.JVM.Memory.NonHeap.Max", metrics.non_heap_max),
        ("Status.JVM.Memory.Direct.Count", metrics.direct_count),
        ("Status.JVM.Memory.Direct.MemoryUsed", metrics.direct_used),
        ("Status.JVM.Memory.Direct.TotalCapacity", metrics.direct_max),
        ("Status.Shuffle.Netty.AvailableMemorySegments", metrics.netty_shuffle_memory_segments_available),
        ("Status.Shuffle.Netty.UsedMemorySegments", metrics.netty_shuffle_memory_segments_used),
        ("Status.Shuffle.Netty.TotalMemorySegments", metrics.netty_shuffle_memory_segments_total),
        ("Status.Shuffle.Netty.AvailableMemory", metrics.netty_shuffle_memory_available),
        ("Status.Shuffle.Netty.UsedMemory", metrics.netty_shuffle_memory_used),
        ("Status.Shuffle.Netty.TotalMemory", metrics.netty_shuffle_memory_total),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_string()))
    .into()
}

pub(super) fn vertex(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let subtasks = of_subtasks(context)?.into_iter().zip(0..);
    let prefixed = subtasks.flat_map(|(values, index)| {
        values.into_iter().map(move |(name, value): (String, String)| (format!("{index}.{name}"), value))
    });
    let values = prefixed.collect();
    Ok(answered(context, values))
}

pub(super) fn subtask(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let index = context.number("subtaskindex")?;
    let mut subtasks = of_subtasks(context)?;
    let index = usize::try_from(index).ok().filter(|index| *index < subtasks.len());
    let values = index.map(|index| subtasks.swap_remove(index)).unwrap_or_default();
    Ok(answered(context, values))
}

pub(super) fn subtasks(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let reporters = of_subtasks(context)?;
    Ok(aggregated(context, reporters))
}

/// The metrics of each subtask; none for a vertex that does not exist.
fn of_subtasks(context: &Context<'_>) -> Result<Vec<Values>, RestError> {
    let (job, vertex) = (context.job_id()?, context.vertex_id()?);
    let now = context.cluster.now();
    let Some(vertex) = context.cluster.job(job).and_then(|job| job.vertex(vertex)) else {
        return Ok(Vec::new());
    };
    Ok(vertex.subtasks.iter().map(|subtask| of_attempt(vertex, &subtask.current, now)).collect())
}

fn of_attempt(vertex: &Vertex, attempt: &Attempt, now: i64) -> Values {
    let io = super::job::io_metrics(vertex, attempt, now);
    let each = f64::from(vertex.parallelism.max(1));
    let running = attempt.ran(now) > 0 && !attempt.state.is_terminal();
    let rate = |all: f64| format!("{:?}", if running { all / each } else { 0.0 });
    let busy = if running { vertex.spec.busy * 1000.0 } else { 0.0 };
    let idle = if running { 1000 - busy as i64 } else { 0 };
    [
        ("numRecordsIn", io.read_records.to_string()),
        ("numRecordsOut", io.write_records.to_string()),
        ("numBytesIn", io.read_bytes.to_string()),
        ("numBytesOut", io.write_bytes.to_string()),
        ("numRecordsInPerSecond", rate(vertex.rate_in)),
        ("numRecordsOutPerSecond", rate(vertex.rate_out)),
        ("busyTimeMsPerSecond", format!("{busy:?}")),
        ("idleTimeMsPerSecond", idle.to_string()),
        ("backPressuredTimeMsPerSecond", "0".to_owned()),
        ("isBackPressured", "false".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// No simulated vertex has watermarks.
pub(super) fn watermarks(context: &mut Context<'_>) -> Result<Reply, RestError> {
    context.vertex_id()?;
    context.job()?;
    Ok(answered(context, Vec::new()))
}

/// No simulated operator has a coordinator that reports.
pub(super) fn coordinator(context: &mut Context<'_>) -> Result<Reply, RestError> {
    context.job_id()?;
    context.vertex_id()?;
    Ok(answered(context, Vec::new()))
}
