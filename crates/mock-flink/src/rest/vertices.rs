//! `/jobs/:jobid/vertices/:vertexid/…`: a vertex, its subtasks, their attempts.

use std::collections::BTreeMap;

use ops_core::ids::TaskManagerId;
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

/// The vertex of the path.
pub(super) fn vertex_in_path<'a>(context: &'a Context<'_>) -> Result<&'a Vertex, RestError> {
    let id = context.vertex_id()?;
    let unknown = || RestError::refused(404, format!("No vertex with ID '{id}' exists."));
    known_vertex(context)?.ok_or_else(unknown)
}

/// The same for the resources that refuse in other words.
fn job_vertex<'a>(context: &'a Context<'_>) -> Result<&'a Vertex, RestError> {
    let id = context.vertex_id()?;
    known_vertex(context)?.ok_or_else(|| {
        let class = "org.apache.flink.runtime.rest.NotFoundException";
        let message = format!("JobVertex {id} not found");
        RestError::Refused(404, crate::sim::Throwable::new(class, message))
    })
}

fn known_vertex<'a>(context: &'a Context<'_>) -> Result<Option<&'a Vertex>, RestError> {
    let id = context.vertex_id()?;
    let job = context.job()?;
    Ok(job.vertex(id).filter(|_| job.has_graph()))
}

pub(super) fn details(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let vertex = job_vertex(context)?;
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

/// The subtask of the path, by its index.
pub(super) fn subtask_in_path(context: &Context<'_>, vertex: &Vertex) -> Result<usize, RestError> {
    let index = context.natural("subtaskindex")?;
    Some(index as usize)
        .filter(|index| *index < vertex.subtasks.len())
        .ok_or_else(|| RestError::refused(404, format!("Invalid subtask index for vertex {}", vertex.id())))
}

pub(super) fn subtask(context: &mut Context<'_>) -> Result<Reply, RestError> {
    context.natural("subtaskindex")?;
    let vertex = vertex_in_path(context)?;
    let index = subtask_in_path(context, vertex)?;
    Ok(Reply::ok(&attempt_of(context, vertex, index, &vertex.subtasks[index].current)))
}

pub(super) fn attempt(context: &mut Context<'_>) -> Result<Reply, RestError> {
    context.natural("attempt")?;
    let vertex = vertex_in_path(context)?;
    let index = subtask_in_path(context, vertex)?;
    let attempt = attempt_in_path(context, vertex, index)?;
    Ok(Reply::ok(&attempt_of(context, vertex, index, attempt)))
}

/// The attempt of the path, at this subtask.
pub(super) fn attempt_in_path<'a>(
    context: &Context<'_>,
    vertex: &'a Vertex,
    index: usize,
) -> Result<&'a Attempt, RestError> {
    let number = context.natural("attempt")?;
    let found = vertex.subtasks[index].attempt(number);
    found.ok_or_else(|| RestError::refused(404, format!("Invalid attempt num {number}")))
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
pub(super) struct Place {
    pub(super) host: Option<String>,
    pub(super) endpoint: Option<String>,
    task_manager: TaskManagerId,
}

impl Place {
    pub(super) fn of(context: &Context<'_>, attempt: &Attempt) -> Self {
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
    let vertex = vertex_in_path(context)?;
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
    let vertex = job_vertex(context)?;
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
