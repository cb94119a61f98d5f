//! Accumulators of jobs, vertices, subtasks and attempts: the records that the vertices have processed.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ops_core::rest::wire::accumulators::{Accumulator, JobAccumulators, VertexAccumulators};
use ops_core::rest::wire::vertices::{SubtaskAccumulators, SubtasksAccumulators};
use serde_json::json;

use super::error::{Reply, RestError};
use super::java;
use super::job::io_metrics;
use super::request::Context;
use super::vertices::{Place, attempt_in_path, subtask_in_path, vertex_in_path};
use crate::sim::{Attempt, Job, Vertex};

/// The values of some attempts of a vertex, summed.
fn sum<'a>(vertex: &'a Vertex, attempts: impl Iterator<Item = &'a Attempt>, now: i64) -> Vec<Accumulator> {
    let records: u64 = attempts
        .filter(|attempt| attempt.ran(now) > 0)
        .map(|attempt| {
            let io = io_metrics(vertex, attempt, now);
            if vertex.spec.inputs.is_empty() { io.write_records } else { io.read_records }
        })
        .sum();
    vertex
        .spec
        .accumulators
        .iter()
        .map(|spec| Accumulator {
            name: spec.name.clone(),
            kind: spec.kind.clone(),
            value: records.to_string(),
        })
        .collect()
}

fn current(vertex: &Vertex) -> impl Iterator<Item = &Attempt> {
    vertex.subtasks.iter().map(|subtask| &subtask.current)
}

fn of_job(job: &Job, now: i64) -> Vec<Accumulator> {
    let vertices: &[Vertex] = if job.has_graph() { &job.vertices } else { &[] };
    vertices.iter().flat_map(|vertex| sum(vertex, current(vertex), now)).collect()
}

/// The values of a job by name, as Java serializes them, in base64.
pub(super) fn serialized(job: &Job, now: i64) -> BTreeMap<String, String> {
    let values = of_job(job, now).into_iter();
    values
        .map(|one| (one.name, STANDARD.encode(java::counter(&one.kind, one.value.parse().unwrap_or(0)))))
        .collect()
}

pub(super) fn job(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let job = context.job()?;
    let now = context.cluster.now();
    // What is neither `true` nor `false` counts as false, as Java reads it.
    let wanted =
        context.query("includeSerializedValue").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let serialized = if wanted { serialized(job, now) } else { BTreeMap::new() };
    Ok(Reply::ok(&JobAccumulators {
        job_accumulators: Vec::new(),
        user_task_accumulators: of_job(job, now),
        serialized_user_task_accumulators: serialized.into_iter().map(|(k, v)| (k, json!(v))).collect(),
    }))
}

pub(super) fn vertex(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let vertex = vertex_in_path(context)?;
    let user_accumulators = sum(vertex, current(vertex), context.cluster.now());
    Ok(Reply::ok(&VertexAccumulators { id: vertex.id().to_string(), user_accumulators }))
}

pub(super) fn subtasks(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let vertex = vertex_in_path(context)?;
    let now = context.cluster.now();
    let subtasks = vertex.subtasks.iter().enumerate().map(|(index, subtask)| {
        let place = Place::of(context, &subtask.current);
        SubtaskAccumulators {
            subtask: index as i32,
            attempt: subtask.current.number,
            host: place.host,
            endpoint: place.endpoint,
            user_accumulators: sum(vertex, std::iter::once(&subtask.current), now),
        }
    });
    Ok(Reply::ok(&SubtasksAccumulators {
        id: vertex.id(),
        parallelism: vertex.parallelism as i32,
        subtasks: subtasks.collect(),
    }))
}

pub(super) fn attempt(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let vertex = vertex_in_path(context)?;
    let index = subtask_in_path(context, vertex)?;
    let attempt = attempt_in_path(context, vertex, index)?;
    let accumulators = sum(vertex, std::iter::once(attempt), context.cluster.now());
    let group = context.job()?.sharing_group;
    let mut body = json!({
        "subtask": index,
        "attempt": attempt.number,
        "id": format!("{group:032x}_{}_{index}_{}", vertex.id(), attempt.number),
    });
    body["user-accumulators"] = json!(accumulators);
    Ok(Reply::ok(&body))
}
