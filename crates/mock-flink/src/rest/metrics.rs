//! Metrics of the JobManager, TaskManagers, jobs and vertices: every name of the version, with values from the state.
//!
//! Without `?get=` names are listed; with it, values of the names that exist.

use ops_core::ids::{JobId, VertexId};
use ops_core::rest::wire::metrics::{AggregatedMetric, Metric};
use ops_core::rest::wire::number::Real;
use ops_core::rest::wire::state::{ExecutionState, JobStatus};

use super::error::{Reply, RestError};
use super::metric_names as names;
use super::request::Context;
use super::task_managers;
use super::versions::Feature;
use crate::sim::{Attempt, Job, Load, TaskManager, Vertex};

pub(super) type Values = Vec<(String, String)>;

/// The metrics of a task: its own, and those of its operators.
pub(super) struct TaskMetrics {
    pub(super) own: Values,
    pub(super) operators: Vec<OperatorMetrics>,
}

/// The metrics of an operator.
pub(super) struct OperatorMetrics {
    pub(super) id: VertexId,
    pub(super) name: String,
    pub(super) own: Values,
    /// The number of the split that a source reads, and its metrics.
    pub(super) split: Option<(u32, Values)>,
}

impl TaskMetrics {
    /// Under the names that REST gives them.
    fn flat(self) -> Values {
        let mut values = self.own;
        for operator in self.operators {
            let scope = metric_scope(&operator.name);
            values.extend(operator.own.into_iter().map(|(name, value)| (format!("{scope}.{name}"), value)));
            if let Some((split, own)) = operator.split {
                let named = |(name, value)| (format!("{scope}.split.{split}.{name}"), value);
                values.extend(own.into_iter().map(named));
            }
        }
        values
    }
}

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
fn aggregated(context: &Context<'_>, reporters: Vec<Values>) -> Result<Reply, RestError> {
    for name in context.queries("agg").unwrap_or_default() {
        let known = match name {
            "min" | "max" | "avg" | "sum" => true,
            other => other == "skew" && context.supports(Feature::Skew),
        };
        if !known {
            return Err(RestError::parameter("query", "agg", name));
        }
    }
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
    Ok(Reply::ok(&metrics))
}

/// A value for each name that the version has; what the state does not say is 0.
fn named(
    context: &Context<'_>,
    rows: &'static [names::Row],
    known: &[(&str, String)],
) -> impl Iterator<Item = (String, String)> {
    names::of(context.version(), rows).map(move |name| {
        let value = known.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        (name.to_owned(), value.unwrap_or_else(|| "0".to_owned()))
    })
}

pub(super) fn job(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let id = context.job_id()?;
    let values = context.cluster.job(id).map(|job| of_job(context, job)).unwrap_or_default();
    Ok(answered(context, values))
}

pub(super) fn jobs(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let wanted = match context.queries("jobs") {
        None => None,
        Some(texts) => {
            let parsed = texts
                .iter()
                .map(|text| text.parse().map_err(|_| RestError::parameter("query", "jobs", text)));
            Some(parsed.collect::<Result<Vec<JobId>, RestError>>()?)
        }
    };
    let chosen = |job: &&Job| wanted.as_ref().is_none_or(|wanted| wanted.contains(&job.id));
    let reporters = context.cluster.jobs().filter(chosen).map(|job| of_job(context, job)).collect();
    aggregated(context, reporters)
}

pub(super) fn of_job(context: &Context<'_>, job: &Job) -> Values {
    if !job.has_graph() {
        return Vec::new();
    }
    let now = context.cluster.now();
    let coordinator = &job.coordinator;
    let latest = coordinator.latest_completed.as_deref();
    let since = |status: JobStatus| {
        let at = job.timestamps.of(status);
        let value = if job.status == status { now - at } else { 0 };
        value.to_string()
    };
    let latest_or = |value: Option<i64>| value.unwrap_or(-1).to_string();
    let path = latest.and_then(|record| record.path.clone()).unwrap_or_else(|| "n/a".to_owned());
    let restored = coordinator.restored.as_ref();
    let known = [
        ("uptime", since(JobStatus::Running)),
        ("downtime", since(JobStatus::Restarting)),
        ("createdTime", since(JobStatus::Created)),
        ("runningTime", since(JobStatus::Running)),
        ("restartingTime", since(JobStatus::Restarting)),
        ("cancellingTime", since(JobStatus::Cancelling)),
        ("failingTime", since(JobStatus::Failing)),
        ("numRestarts", job.restarts.to_string()),
        ("fullRestarts", job.restarts.to_string()),
        ("numRescales", job.rescale_counts.0.to_string()),
        ("allSubTasksRunningOrFinishedTime", job.running_since.map_or(0, |at| now - at).to_string()),
        ("totalNumberOfCheckpoints", coordinator.total().to_string()),
        ("numberOfInProgressCheckpoints", coordinator.pending.len().to_string()),
        ("numberOfCompletedCheckpoints", coordinator.completed.to_string()),
        ("numberOfFailedCheckpoints", coordinator.failed.to_string()),
        ("lastCheckpointRestoreTimestamp", latest_or(restored.map(|restored| restored.at))),
        ("lastCheckpointSize", latest_or(latest.map(|record| record.checkpointed_size))),
        ("lastCheckpointFullSize", latest_or(latest.map(|record| record.state_size()))),
        ("lastCheckpointMetadataSize", latest_or(latest.map(|record| 256 + 128 * record.parts.len() as i64))),
        (
            "lastCheckpointCompletedTimestamp",
            latest_or(latest.map(|record| record.triggered + record.duration(now))),
        ),
        ("lastCheckpointDuration", latest_or(latest.map(|record| record.duration(now)))),
        ("lastCheckpointProcessedData", latest_or(latest.map(|_| 0))),
        ("lastCheckpointPersistedData", latest_or(latest.map(|_| 0))),
        ("lastCompletedCheckpointId", latest_or(latest.map(|record| record.id))),
        ("lastCheckpointExternalPath", path),
    ];
    named(context, names::JOB, &known).collect()
}

pub(super) fn job_manager(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let values = of_job_manager(context);
    Ok(answered(context, values))
}

pub(super) fn of_job_manager(context: &Context<'_>) -> Values {
    let cluster = &*context.cluster;
    let task_managers = cluster.task_managers();
    let total: usize = task_managers.iter().map(|found| found.slots.len()).sum();
    let free: u32 = task_managers.iter().map(TaskManager::free_slots).sum();
    let running = cluster.jobs().filter(|job| !job.is_over()).count();
    let up = cluster.now() - cluster.started();
    let heap = cluster.settings().bytes(&["jobmanager.memory.process.size"]).unwrap_or(1600 << 20) / 2;
    let used = heap / 8 + (cluster.jobs().count() as i64 * 40_000).min(heap / 2);
    let known = [
        ("numRegisteredTaskManagers", task_managers.len().to_string()),
        ("numRunningJobs", running.to_string()),
        ("taskSlotsTotal", total.to_string()),
        ("taskSlotsAvailable", free.to_string()),
    ];
    let process = process(up, (used, heap), (heap / 6, 256 << 20), 40 + running);
    named(context, names::JOB_MANAGER, &known).chain(named(context, names::PROCESS, &process)).collect()
}

/// What every process reports: memory as (used, most), and whatever follows from how long it has been up.
fn process(up: i64, heap: (i64, i64), metaspace: (i64, i64), threads: usize) -> Vec<(&'static str, String)> {
    let collections = up / 20_000 + 4;
    let load = 0.02 + 0.01 * (threads as f64 / 40.0);
    let text = |value: i64| value.to_string();
    vec![
        ("Status.JVM.CPU.Load", load.to_string()),
        ("Status.JVM.CPU.Time", text(up * 40_000)),
        ("Status.JVM.ClassLoader.ClassesLoaded", text(9_000 + (up / 1000).min(3_000))),
        ("Status.JVM.FileDescriptor.Max", text(1_048_576)),
        ("Status.JVM.FileDescriptor.Open", text(220 + threads as i64)),
        ("Status.JVM.GarbageCollector.All.Count", text(collections)),
        ("Status.JVM.GarbageCollector.All.Time", text(collections * 14)),
        ("Status.JVM.GarbageCollector.G1_Young_Generation.Count", text(collections)),
        ("Status.JVM.GarbageCollector.G1_Young_Generation.Time", text(collections * 14)),
        ("Status.JVM.Memory.Direct.Count", text(20)),
        ("Status.JVM.Memory.Direct.MemoryUsed", text(17_000_000)),
        ("Status.JVM.Memory.Direct.TotalCapacity", text(17_000_000)),
        ("Status.JVM.Memory.Heap.Used", text(heap.0)),
        ("Status.JVM.Memory.Heap.Committed", text(heap.1)),
        ("Status.JVM.Memory.Heap.Max", text(heap.1)),
        ("Status.JVM.Memory.Metaspace.Used", text(metaspace.0.min(60 << 20))),
        ("Status.JVM.Memory.Metaspace.Committed", text(metaspace.0.min(60 << 20) + (1 << 20))),
        ("Status.JVM.Memory.Metaspace.Max", text(metaspace.1)),
        ("Status.JVM.Memory.NonHeap.Used", text(metaspace.0.min(60 << 20) + (20 << 20))),
        ("Status.JVM.Memory.NonHeap.Committed", text(metaspace.0.min(60 << 20) + (24 << 20))),
        ("Status.JVM.Memory.NonHeap.Max", text(metaspace.1 + (448 << 20))),
        ("Status.JVM.Threads.Count", text(threads as i64)),
    ]
}

/// An unknown TaskManager has no metrics; that is no error.
pub(super) fn task_manager(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let values =
        task_managers::find(context).map(|found| of_task_manager(context, found)).unwrap_or_default();
    Ok(answered(context, values))
}

pub(super) fn task_managers(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let wanted = context.queries("taskmanagers");
    let chosen =
        |found: &&TaskManager| wanted.as_ref().is_none_or(|wanted| wanted.contains(&found.id.as_str()));
    let all = context.cluster.task_managers();
    let reporters = all.iter().filter(chosen).map(|found| of_task_manager(context, found)).collect();
    aggregated(context, reporters)
}

pub(super) fn of_task_manager(context: &Context<'_>, found: &TaskManager) -> Values {
    let metrics = task_managers::metrics(context, found);
    let memory = context.cluster.memory();
    let busy = found.slots.len() as i64 - i64::from(found.free_slots());
    let managed = memory.managed * busy / (found.slots.len().max(1) as i64);
    let usage = 100 * metrics.netty_shuffle_memory_used / metrics.netty_shuffle_memory_total.max(1);
    let known = [
        ("Status.Flink.Memory.Managed.Total", memory.managed),
        ("Status.Flink.Memory.Managed.Used", managed),
        ("Status.Network.AvailableMemorySegments", metrics.netty_shuffle_memory_segments_available),
        ("Status.Network.TotalMemorySegments", metrics.netty_shuffle_memory_segments_total),
        ("Status.Shuffle.Netty.AvailableMemory", metrics.netty_shuffle_memory_available),
        ("Status.Shuffle.Netty.AvailableMemorySegments", metrics.netty_shuffle_memory_segments_available),
        ("Status.Shuffle.Netty.RequestedMemoryUsage", usage),
        ("Status.Shuffle.Netty.TotalMemory", metrics.netty_shuffle_memory_total),
        ("Status.Shuffle.Netty.TotalMemorySegments", metrics.netty_shuffle_memory_segments_total),
        ("Status.Shuffle.Netty.UsedMemory", metrics.netty_shuffle_memory_used),
        ("Status.Shuffle.Netty.UsedMemorySegments", metrics.netty_shuffle_memory_segments_used),
    ]
    .map(|(name, value)| (name, value.to_string()));
    let up = context.cluster.now() - found.registered;
    let heap = (metrics.heap_used, metrics.heap_max);
    let process = process(up, heap, (metrics.non_heap_used, memory.metaspace), 60 + busy as usize);
    named(context, names::TASK_MANAGER, &known).chain(named(context, names::PROCESS, &process)).collect()
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
    let index = context.natural("subtaskindex")? as usize;
    let mut subtasks = of_subtasks(context)?;
    let values = if index < subtasks.len() { subtasks.swap_remove(index) } else { Vec::new() };
    Ok(answered(context, values))
}

pub(super) fn subtasks(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let wanted = context.queries("subtasks").map(|texts| ranges(&texts));
    let reporters = of_subtasks(context)?.into_iter().zip(0..);
    let chosen =
        |index: &u32| wanted.as_ref().is_none_or(|wanted| wanted.iter().any(|range| range.contains(index)));
    let reporters = reporters.filter(|(_, index)| chosen(index)).map(|(values, _)| values).collect();
    aggregated(context, reporters)
}

/// `0`, `2-5`; what is neither stands for no subtask.
fn ranges(texts: &[&str]) -> Vec<std::ops::RangeInclusive<u32>> {
    let one = |text: &&str| {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        Some(first.trim().parse().ok()?..=last.trim().parse().ok()?)
    };
    texts.iter().filter_map(one).collect()
}

/// The metrics of each subtask; none for a vertex that does not exist, or whose tasks were never deployed.
fn of_subtasks(context: &Context<'_>) -> Result<Vec<Values>, RestError> {
    let (job, id) = (context.job_id()?, context.vertex_id()?);
    let Some((job, vertex)) = context.cluster.job(job).and_then(|job| Some((job, job.vertex(id)?))) else {
        return Ok(Vec::new());
    };
    let deployed = vertex.subtasks.iter().filter(|subtask| subtask.current.started().is_some());
    Ok(deployed
        .zip(1..)
        .map(|(subtask, split)| of_attempt(context, (job, vertex), &subtask.current, split).flat())
        .collect())
}

/// The watermark of a vertex: none without a vertex upstream that emits them.
fn watermark(job: &Job, vertex: &Vertex, now: i64) -> i64 {
    let upstream = vertex.spec.inputs.iter().map(|edge| &job.vertices[edge.source]);
    let emitted = upstream.filter(|source| source.spec.watermarks).map(|_| job.records(now) as i64);
    emitted.min().unwrap_or(i64::MIN)
}

pub(super) fn of_attempt(
    context: &Context<'_>,
    (job, vertex): (&Job, &Vertex),
    attempt: &Attempt,
    split: u32,
) -> TaskMetrics {
    let now = context.cluster.now();
    let io = super::job::io_metrics(vertex, attempt, now);
    let each = f64::from(vertex.parallelism.max(1));
    let running = attempt.ran(now) > 0 && !attempt.state.is_terminal();
    let rate = |all: f64| format!("{:?}", if running { all / each } else { 0.0 });
    let load = if running { vertex.load } else { Load::default() };
    let busy = load.busy * 1000.0;
    let held_up = (load.back_pressured * 1000.0).round() as i64;
    let idle = if running { (1000 - busy as i64 - held_up).max(0) } else { 0 };
    let spent = |from: ExecutionState, to: ExecutionState| match (attempt.entered(from), attempt.entered(to))
    {
        (Some(from), Some(to)) => to - from,
        _ => 0,
    };
    let buffers = |bytes: u64| (bytes / 32_768 + u64::from(running)).to_string();
    let watermark = watermark(job, vertex, now).to_string();
    let known = [
        ("numRecordsIn", io.read_records.to_string()),
        ("numRecordsOut", io.write_records.to_string()),
        ("numBytesIn", io.read_bytes.to_string()),
        ("numBytesInLocal", io.read_bytes.to_string()),
        ("Shuffle.Netty.Input.numBytesInLocal", io.read_bytes.to_string()),
        ("numBytesOut", io.write_bytes.to_string()),
        ("numRecordsInPerSecond", rate(vertex.rate_in)),
        ("numRecordsOutPerSecond", rate(vertex.rate_out)),
        ("numBytesInPerSecond", rate(vertex.bytes_in)),
        ("numBytesInLocalPerSecond", rate(vertex.bytes_in)),
        ("numBytesOutPerSecond", rate(vertex.rate_out * vertex.spec.record_bytes)),
        ("numBuffersInLocal", buffers(io.read_bytes)),
        ("Shuffle.Netty.Input.numBuffersInLocal", buffers(io.read_bytes)),
        ("numBuffersOut", buffers(io.write_bytes)),
        ("busyTimeMsPerSecond", format!("{busy:?}")),
        ("idleTimeMsPerSecond", idle.to_string()),
        ("accumulateBusyTimeMs", format!("{:?}", io.accumulated_busy_time.0)),
        ("accumulateIdleTimeMs", io.accumulated_idle_time.to_string()),
        ("accumulateBackPressuredTimeMs", io.accumulated_backpressured_time.to_string()),
        ("initializationTime", spent(ExecutionState::Initializing, ExecutionState::Running).to_string()),
        ("backPressuredTimeMsPerSecond", held_up.to_string()),
        ("softBackPressuredTimeMsPerSecond", held_up.to_string()),
        ("isBackPressured", (held_up > 0).to_string()),
        ("currentInputWatermark", watermark.clone()),
    ];
    let mut own: Values = named(context, names::TASK, &known).collect();
    if !vertex.spec.inputs.is_empty() {
        own.extend(named(context, names::TASK_WITH_INPUT, &known));
    }
    let operators = vertex.spec.operators.iter().enumerate().map(|(index, operator)| {
        let is_source = index == 0 && vertex.spec.inputs.is_empty();
        let special: &[_] = if is_source { names::SOURCE } else { names::OPERATOR_WITH_INPUT };
        let known = [
            ("numRecordsIn", if index == 0 { io.read_records } else { io.write_records }.to_string()),
            ("numRecordsOut", io.write_records.to_string()),
            ("numRecordsOutPerSecond", rate(vertex.rate_out)),
            ("currentInputWatermark", watermark.clone()),
            ("currentOutputWatermark", watermark.clone()),
        ];
        let own = named(context, names::OPERATOR, &known).chain(named(context, special, &known));
        OperatorMetrics {
            id: vertex.spec.operator_id(index),
            name: operator.clone(),
            own: own.collect(),
            split: is_source.then(|| (split, named(context, names::SPLIT, &[]).collect())),
        }
    });
    TaskMetrics { own, operators: operators.collect() }
}

/// A name as a part of a metric's: dots and blanks would be taken for something else.
fn metric_scope(name: &str) -> String {
    name.replace([' ', '.', ':', ','], "_")
}

pub(super) fn watermarks(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let vertex = super::vertices::vertex_in_path(context)?;
    let job = context.job()?;
    let now = context.cluster.now();
    let has_input =
        !vertex.spec.inputs.is_empty() && vertex.subtasks.iter().all(|task| task.current.ran(now) > 0);
    let indexes = if has_input { 0..vertex.parallelism } else { 0..0 };
    let value = watermark(job, vertex, now).to_string();
    let metrics = indexes
        .map(|index| Metric { id: format!("{index}.currentInputWatermark"), value: Some(value.clone()) });
    Ok(Reply::ok(&metrics.collect::<Vec<_>>()))
}

/// Sources have a coordinator that hands out splits.
pub(super) fn coordinator(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let (job, id) = (context.job_id()?, context.vertex_id()?);
    let vertex = context.cluster.job(job).and_then(|job| job.vertex(id));
    let source = vertex.filter(|vertex| vertex.spec.inputs.is_empty());
    let values = source.map(|vertex| {
        let scope = metric_scope(&vertex.spec.name());
        (format!("{scope}.coordinator.enumerator.unassignedSplits"), "0".to_owned())
    });
    Ok(answered(context, values.into_iter().collect()))
}
