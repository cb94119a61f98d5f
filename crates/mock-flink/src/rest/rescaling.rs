//! `/jobs/:jobid/rescaling`, which Flink has switched off, and `/jobs/:jobid/resource-requirements`, which took its place.

use std::collections::BTreeMap;

use ops_core::ids::VertexId;
use serde_json::{Value, json};

use super::error::{Reply, RestError};
use super::request::Context;
use crate::sim::{Bounds, Job, SchedulerKind, Throwable, job_not_found};

pub(super) fn disabled(context: &mut Context<'_>) -> Result<Reply, RestError> {
    context.job_id()?;
    if !context.path("triggerid").is_empty() {
        context.trigger_id()?;
    }
    if let Some(text) = context.query("parallelism") {
        text.parse::<i32>().map_err(|_| RestError::parameter("query", "parallelism", text))?;
    }
    Err(RestError::refused(503, "Rescaling is temporarily disabled. See FLINK-12312."))
}

/// The job of the path, if its scheduler can rescale it.
fn adaptive<'a>(context: &'a Context<'_>) -> Result<&'a Job, RestError> {
    let id = context.job_id()?;
    match context.cluster.job(id).filter(|job| !job.is_over()) {
        None => Err(RestError::Internal(job_not_found(id))),
        Some(job) if job.scheduler == SchedulerKind::Adaptive => Ok(job),
        Some(_) => Err(RestError::Internal(Throwable::new(
            "java.lang.UnsupportedOperationException",
            "The DefaultScheduler does not support changing the parallelism without a job restart. This feature is \
             currently only expected to work with the AdaptiveScheduler.",
        ))),
    }
}

pub(super) fn requirements(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let job = adaptive(context)?;
    let of_vertex: BTreeMap<String, Value> = job
        .vertices
        .iter()
        .map(|vertex| {
            let Bounds { lower, upper } = vertex.bounds;
            let bounds = json!({ "parallelism": { "lowerBound": lower, "upperBound": upper } });
            (vertex.id().to_string(), bounds)
        })
        .collect();
    Ok(Reply::ok(&of_vertex))
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct Requirement {
    parallelism: Parallelism,
}

#[derive(Debug, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Parallelism {
    lower_bound: i64,
    upper_bound: i64,
}

impl Default for Parallelism {
    fn default() -> Self {
        Self { lower_bound: 1, upper_bound: -1 }
    }
}

pub(super) fn require(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let id = context.job_id()?;
    let body: BTreeMap<VertexId, Requirement> = context.map_body("JobResourceRequirementsBody")?;
    if body.is_empty() {
        return Err(RestError::refused(400, "Request body does not specify resource requirements."));
    }
    let job = adaptive(context)?;
    let bounds = checked(job, &body).map_err(|errors| refused(&errors))?;
    context.cluster.require(id, &bounds);
    Ok(Reply::empty(200))
}

/// A requirement for every vertex and no other, each with sensible bounds.
fn checked(
    job: &Job,
    body: &BTreeMap<VertexId, Requirement>,
) -> Result<Vec<(VertexId, Bounds)>, Vec<String>> {
    let mut errors = Vec::new();
    let mut bounds = Vec::new();
    for vertex in &job.vertices {
        let Some(Requirement { parallelism }) = body.get(&vertex.id()) else {
            errors.push(format!(
                "The request is incomplete, missing job vertex [{}] resource requirements.",
                vertex.id()
            ));
            continue;
        };
        let (lower, upper, most) =
            (parallelism.lower_bound, parallelism.upper_bound, i64::from(vertex.max_parallelism));
        let upper = if upper == -1 { most } else { upper };
        if lower < 1 || upper < 1 {
            errors.push(format!(
                "Both, the requested lower bound [{lower}] and upper bound [{upper}] for job vertex [{}] must be greater \
                 than zero.",
                vertex.id()
            ));
        } else if lower > upper {
            errors.push(format!(
                "The requested lower bound [{lower}] for job vertex [{}] is higher than the upper bound [{upper}].",
                vertex.id()
            ));
        } else if upper > most {
            errors.push(format!(
                "The newly requested parallelism {upper} for the job vertex {} exceeds its maximum parallelism {most}.",
                vertex.id()
            ));
        }
        bounds.push((vertex.id(), Bounds { lower: lower as u32, upper: upper as u32 }));
    }
    for id in body.keys().filter(|id| job.vertex(**id).is_none()) {
        errors.push(format!("Job vertex [{id}] was not found in the JobGraph."));
    }
    if errors.is_empty() { Ok(bounds) } else { Err(errors) }
}

fn refused(errors: &[String]) -> RestError {
    RestError::refused(400, errors.join("\n"))
}
