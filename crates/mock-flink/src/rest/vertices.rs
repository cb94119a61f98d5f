//! `/jobs/:jobid/vertices/:vertexid/…`: a vertex, its subtasks, their attempts.

use std::collections::BTreeMap;

use ops_core::ids::TaskManagerId;
use ops_core::rest::wire::accumulators::VertexAccumulators;
use ops_core::rest::wire::job::IoMetrics;
use ops_core::rest::wire::state::ExecutionState;
use ops_core::rest::wire::vertices as wire;

use super::error::{Reply, RestError};
use super::job::{add, io_metrics};
use super::request::Context;
use super::versions::Feature;
use crate::sim::{Attempt, Vertex};

const UNASSIGNED: &str = "(unassigned)";

/// States that a task passes through, whose durations are reported.
const PASSED: [ExecutionState; 5] = [
    ExecutionState::Created,
    ExecutionState::Scheduled,
    ExecutionState::Deploying,
    ExecutionState::Initializing,
    ExecutionState::Running,
];

fn vertex<'a>(context: &'a Context<'_>) -> Result<&'a Vertex, RestError> {
    let id = context.vertex_id()?;
    let job = context.job()?;
    job.vertex(id).filter(|_| job.has_graph()).ok_or_else(|| {
        let class = "org.apache.flink.runtime.rest.NotFoundException";
        let message = format!("JobVertex {id} not found");
        RestError::Refused(404, crate::sim::Throwable::new(class, message))
    })
}

pub(super) fn details(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let vertex = vertex(context)?;
    let now = context.cluster.now();
    let attempts: Vec<&Attempt> = vertex.subtasks.iter().map(|subtask| &subtask.current).collect();
    let one = |(index, attempt): (usize, &&Attempt)| attempt_of(context, vertex, index, attempt);
    Ok(Reply::ok(&wire::VertexDetails {
        id: vertex.id(),
        name: vertex.spec.name(),
        parallelism: vertex.parallelism as i32,
        max_parallelism: vertex.max_parallelism as i32,
        now,
        subtasks: attempts.iter().enumerate().map(one).collect(),
        aggregated: aggregated(vertex, &attempts, now),
    }))
}

fn subtask_index(context: &Context<'_>, vertex: &Vertex) -> Result<usize, RestError> {
    let index = context.number("subtaskindex")?;
    usize::try_from(index)
        .ok()
        .filter(|index| *index < vertex.subtasks.len())
        .ok_or_else(|| RestError::refused(404, format!("Invalid subtask index for vertex {}", vertex.id())))
}

pub(super) fn subtask(context: &mut Context<'_>) -> Result<Reply, RestError> {
    context.number("subtaskindex")?;
    let vertex = vertex(context)?;
    let index = subtask_index(context, vertex)?;
    Ok(Reply::ok(&attempt_of(context, vertex, index, &vertex.subtasks[index].current)))
}

pub(super) fn attempt(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let number = context.number("attempt")?;
    let vertex = vertex(context)?;
    let index = subtask_index(context, vertex)?;
    let found = u32::try_from(number).ok().and_then(|number| vertex.subtasks[index].attempt(number));
    let found = found.ok_or_else(|| RestError::refused(404, format!("Invalid attempt num {number}")))?;
    Ok(Reply::ok(&attempt_of(context, vertex, index, found)))
}

fn attempt_of(
    context: &Context<'_>,
    vertex: &Vertex,
    index: usize,
    attempt: &Attempt,
) -> wire::SubtaskAttempt {
    let now = context.cluster.now();
    let place = Place::of(context, attempt);
    let started = attempt.started();
    let ended = attempt.ended().filter(|_| started.is_some());
    wire::SubtaskAttempt {
        subtask: index as i32,
        status: attempt.state,
        attempt: attempt.number,
        host: place.host,
        endpoint: place.endpoint,
        start_time: started.unwrap_or(-1),
        end_time: ended.unwrap_or(-1),
        duration: started.map_or(-1, |started| ended.unwrap_or(now) - started),
        metrics: io_metrics(vertex, attempt, now),
        taskmanager_id: Some(place.task_manager),
        status_duration: PASSED.iter().map(|state| (*state, spent(attempt, *state, now))).collect(),
        start_time_legacy: Some(started.unwrap_or(-1)),
    }
}

/// Where an attempt runs, in the fields of the version.
struct Place {
    host: Option<String>,
    endpoint: Option<String>,
    task_manager: TaskManagerId,
}

impl Place {
    fn of(context: &Context<'_>, attempt: &Attempt) -> Self {
        let placement = attempt.placement.as_ref();
        let text = |found: Option<&String>| found.map_or(UNASSIGNED, String::as_str).to_owned();
        let host = context.supports(Feature::LegacyFields).then(|| text(placement.map(|at| &at.host)));
        let endpoint = context.supports(Feature::Endpoint).then(|| text(placement.map(|at| &at.endpoint)));
        let unassigned = || TaskManagerId(UNASSIGNED.to_owned());
        let task_manager = placement.map_or_else(unassigned, |at| at.task_manager.clone());
        Self { host, endpoint, task_manager }
    }
}

/// Milliseconds that an attempt spent in a state, until the next one or now; `-1` if it never was in it.
fn spent(attempt: &Attempt, state: ExecutionState, now: i64) -> i64 {
    let Some(entered) = attempt.entered(state) else { return -1 };
    if attempt.state == state {
        return now - entered;
    }
    let next = attempt.entered.iter().copied().filter(|at| *at >= entered && *at != 0);
    let later =
        ExecutionState::ALL.iter().zip(attempt.entered).filter(|(other, at)| **other > state && *at != 0);
    later.map(|(_, at)| at).min().or(next.max()).unwrap_or(now) - entered
}

fn aggregated(vertex: &Vertex, attempts: &[&Attempt], now: i64) -> wire::Aggregated {
    let metrics: Vec<IoMetrics> = attempts.iter().map(|attempt| io_metrics(vertex, attempt, now)).collect();
    let over = |value: fn(&IoMetrics) -> i64| quantiles(metrics.iter().map(value).collect());
    let named: [(&str, wire::Quantiles); 7] = [
        ("read-bytes", over(|io| io.read_bytes as i64)),
        ("write-bytes", over(|io| io.write_bytes as i64)),
        ("read-records", over(|io| io.read_records as i64)),
        ("write-records", over(|io| io.write_records as i64)),
        ("accumulated-backpressured-time", over(|io| io.accumulated_backpressured_time)),
        ("accumulated-idle-time", over(|io| io.accumulated_idle_time)),
        ("accumulated-busy-time", over(|io| io.accumulated_busy_time.0 as i64)),
    ];
    let durations = PASSED.iter().map(|state| {
        (*state, quantiles(attempts.iter().map(|attempt| spent(attempt, *state, now)).collect()))
    });
    wire::Aggregated {
        metrics: named.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        status_duration: durations.collect(),
    }
}

fn quantiles(mut values: Vec<i64>) -> wire::Quantiles {
    values.sort_unstable();
    let (Some(first), Some(last)) = (values.first(), values.last()) else {
        return wire::Quantiles::default();
    };
    let sum: i64 = values.iter().sum();
    let at = |p: f64| super::checkpoints::percentile(&values, p) as i64;
    wire::Quantiles {
        min: *first,
        p25: at(25.0),
        median: at(50.0),
        p75: at(75.0),
        p95: at(95.0),
        max: *last,
        avg: sum / values.len() as i64,
        sum,
    }
}

pub(super) fn subtask_times(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let vertex = vertex(context)?;
    let now = context.cluster.now();
    let subtasks = vertex.subtasks.iter().enumerate().map(|(index, subtask)| {
        let attempt = &subtask.current;
        let place = Place::of(context, attempt);
        let scheduled = attempt.entered(ExecutionState::Scheduled);
        wire::SubtaskTime {
            subtask: index as i32,
            host: place.host,
            endpoint: place.endpoint,
            duration: scheduled.map_or(-1, |since| attempt.ended().unwrap_or(now) - since),
            timestamps: ExecutionState::ALL.iter().copied().zip(attempt.entered).collect(),
        }
    });
    Ok(Reply::ok(&wire::SubtaskTimes {
        id: vertex.id(),
        name: vertex.spec.name(),
        now,
        subtasks: subtasks.collect(),
    }))
}

pub(super) fn task_managers(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let vertex = vertex(context)?;
    let now = context.cluster.now();
    let mut by_task_manager: BTreeMap<TaskManagerId, Vec<&Attempt>> = BTreeMap::new();
    for subtask in &vertex.subtasks {
        let task_manager = Place::of(context, &subtask.current).task_manager;
        by_task_manager.entry(task_manager).or_default().push(&subtask.current);
    }
    let taskmanagers = by_task_manager.into_iter().map(|(taskmanager_id, attempts)| {
        let endpoint = attempts[0].placement.as_ref().map_or(UNASSIGNED, |at| &at.endpoint).to_owned();
        let mut counts = ops_core::rest::wire::state::StateCounts::default();
        attempts.iter().for_each(|attempt| counts.add(attempt.state));
        let started = attempts.iter().filter_map(|attempt| attempt.started()).min();
        let ended = attempts.iter().map(|attempt| attempt.ended()).collect::<Option<Vec<i64>>>();
        let ended = ended.and_then(|ended| ended.into_iter().max()).filter(|_| started.is_some());
        let io = attempts.iter().map(|attempt| io_metrics(vertex, attempt, now));
        wire::VertexTaskManager {
            host: context.supports(Feature::LegacyFields).then(|| endpoint.clone()),
            endpoint: context.supports(Feature::Endpoint).then_some(endpoint),
            status: vertex.aggregate(),
            start_time: started.unwrap_or(-1),
            end_time: ended.unwrap_or(-1),
            duration: started.map_or(-1, |started| ended.unwrap_or(now) - started),
            metrics: io.reduce(add).unwrap_or_default(),
            status_counts: counts,
            taskmanager_id,
            aggregated: aggregated(vertex, &attempts, now),
        }
    });
    Ok(Reply::ok(&wire::VertexTaskManagers {
        id: vertex.id(),
        name: vertex.spec.name(),
        now,
        taskmanagers: taskmanagers.collect(),
    }))
}

pub(super) fn accumulators(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let id = vertex(context)?.id().to_string();
    Ok(Reply::ok(&VertexAccumulators { id, user_accumulators: Vec::new() }))
}

pub(super) fn subtasks_accumulators(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let vertex = vertex(context)?;
    let subtasks = vertex.subtasks.iter().enumerate().map(|(index, subtask)| {
        let place = Place::of(context, &subtask.current);
        wire::SubtaskAccumulators {
            subtask: index as i32,
            attempt: subtask.current.number,
            host: place.host,
            endpoint: place.endpoint,
            user_accumulators: Vec::new(),
        }
    });
    Ok(Reply::ok(&wire::SubtasksAccumulators {
        id: vertex.id(),
        parallelism: vertex.parallelism as i32,
        subtasks: subtasks.collect(),
    }))
}

/// `deprecated` for a job or vertex without samples, known or not.
pub(super) fn back_pressure(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let (job, id) = (context.job_id()?, context.vertex_id()?);
    let now = context.cluster.now();
    let running = context.cluster.job(job).filter(|job| job.all_running());
    let Some(vertex) = running.and_then(|job| job.vertex(id)) else {
        let none = wire::BackPressure { status: Some("deprecated".to_owned()), ..Default::default() };
        return Ok(Reply::ok(&none));
    };
    let ok = || "ok".to_owned();
    let subtasks = (0..vertex.parallelism).map(|index| wire::SubtaskBackPressure {
        subtask: index as i32,
        level: ok(),
        ratio: 0.0,
        idle_ratio: 1.0 - vertex.spec.busy,
        busy_ratio: vertex.spec.busy,
        level_legacy: ok(),
    });
    Ok(Reply::ok(&wire::BackPressure {
        status: Some(ok()),
        level: Some(ok()),
        end_timestamp: Some(now),
        subtasks: Some(subtasks.collect()),
        level_legacy: Some(ok()),
    }))
}
