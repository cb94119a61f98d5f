//! `/jobs/:jobid/vertices/:vertexid/backpressure`: how busy, idle and held up the subtasks are.

use ops_core::rest::wire::vertices as wire;

use super::error::{Reply, RestError};
use super::request::Context;
use crate::sim::Throwable;

/// `deprecated` for a job or vertex without samples, known or not.
pub(super) fn of_vertex(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let (job, id) = (context.job_id()?, context.vertex_id()?);
    let now = context.cluster.now();
    let known = context.cluster.job(job).filter(|job| job.has_graph());
    let Some((job, vertex)) = known.and_then(|job| Some((job, job.vertex(id)?))) else {
        let none = wire::BackPressure { status: Some("deprecated".to_owned()), ..Default::default() };
        return Ok(Reply::ok(&none));
    };
    if vertex.subtasks.iter().all(|subtask| subtask.current.started().is_none()) && !job.is_over() {
        // The real one takes the maximum over no values.
        let class = "java.util.NoSuchElementException";
        return Err(RestError::Internal(Throwable::new(class, "No value present")));
    }
    let busy = if job.all_running() { vertex.spec.busy } else { 0.0 };
    let idle = if job.all_running() { 1.0 - busy } else { 0.0 };
    let ok = || "ok".to_owned();
    let subtasks = (0..vertex.parallelism).map(|index| wire::SubtaskBackPressure {
        subtask: index as i32,
        level: ok(),
        ratio: 0.0,
        idle_ratio: idle,
        busy_ratio: busy,
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
