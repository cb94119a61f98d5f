//! `/jobs/:jobid/vertices/:vertexid/backpressure`: how busy, idle and held up the subtasks are.

use ops_core::rest::wire::number::Real;
use ops_core::rest::wire::vertices as wire;

use super::error::{Reply, RestError};
use super::request::Context;
use crate::sim::{Load, Throwable};

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
    let load = if job.all_running() { vertex.load } else { Load::default() };
    let idle = if job.all_running() { load.idle() } else { 0.0 };
    let level = || load.level().to_owned();
    let subtasks = (0..vertex.parallelism).map(|index| wire::SubtaskBackPressure {
        subtask: index as i32,
        level: level(),
        ratio: Real(load.back_pressured),
        idle_ratio: Real(idle),
        busy_ratio: Real(load.busy),
        level_legacy: level(),
    });
    Ok(Reply::ok(&wire::BackPressure {
        status: Some("ok".to_owned()),
        level: Some(level()),
        end_timestamp: Some(now),
        subtasks: Some(subtasks.collect()),
        level_legacy: Some(level()),
    }))
}
