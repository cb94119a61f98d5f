//! Everything about one job in one answer.

use ops_core::ids::JobId;
use ops_core::rest::wire::checkpoint_config::CheckpointConfig;
use ops_core::rest::wire::checkpoints::CheckpointStatistics;
use ops_core::rest::wire::exceptions::JobExceptions;
use ops_core::rest::wire::job::{JobDetails, JobVertex};
use ops_core::rest::wire::job_config::ExecutionConfig;
use ops_core::rest::wire::metrics::Metric;
use ops_core::rest::wire::vertices::BackPressure;
use ops_core::rest::{RestClient, RestError};
use tokio::task::JoinSet;

use crate::JobsError;
use crate::restart::restarts;

/// Vertices that are asked about at once.
const AT_ONCE: usize = 16;

/// What the cluster knows about a job.
#[derive(Clone, Debug, PartialEq)]
pub struct JobReport {
    /// Vertices, tasks, plan.
    pub details: JobDetails,
    /// How much its vertices have to do, in their order; empty for a job that has ended.
    pub loads: Vec<VertexLoad>,
    /// What its program configured; `None` where the cluster does not tell.
    pub execution: Option<ExecutionConfig>,
    /// How it takes checkpoints; `None` when it has no checkpointing.
    pub checkpointing: Option<CheckpointConfig>,
    /// Its checkpoints and savepoints; `None` when the job has no checkpointing.
    pub checkpoints: Option<CheckpointStatistics>,
    /// Why it failed or restarted.
    pub exceptions: JobExceptions,
    /// How often it was restarted; `None` until that is measured.
    pub restarts: Option<u64>,
}

/// How much a vertex has to do. The shares are those of the subtask that has most of it, between 0 and 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VertexLoad {
    /// `ok`, `low` or `high`; `None` until that is measured.
    pub level: Option<String>,
    /// Waiting for downstream tasks.
    pub back_pressured: Option<f64>,
    /// Working; `None` for sources of the old kind, which do not measure it.
    pub busy: Option<f64>,
    /// The lowest input watermark of its subtasks, in milliseconds since 1970; `None` for sources, and before there is one.
    pub watermark: Option<i64>,
}

/// Asks for all of it at once.
///
/// # Errors
/// See [`RestError`]; `is_not_found()` for an unknown job.
pub async fn show(client: &RestClient, job: JobId) -> Result<JobReport, JobsError> {
    let (details, execution, checkpointing, checkpoints, exceptions, restarts) = tokio::try_join!(
        client.job(job),
        async { if_any(client.job_config(job).await) },
        async { if_any(client.checkpoint_config(job).await) },
        async { if_any(client.checkpoints(job).await) },
        client.exceptions(job),
        restarts(client, job),
    )?;
    let vertices: &[JobVertex] = if details.state.is_terminal() { &[] } else { &details.vertices };
    let loads = loads(client, job, vertices).await?;
    let execution = execution.and_then(|config| config.execution_config);
    let checkpointing = checkpointing.filter(|config| config.interval < i64::MAX);
    Ok(JobReport { details, loads, execution, checkpointing, checkpoints, exceptions, restarts })
}

/// What is not there is no failure: a job without checkpointing has no statistics. An unknown job is found out by the others.
fn if_any<T>(result: Result<T, RestError>) -> Result<Option<T>, RestError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

async fn loads(
    client: &RestClient,
    job: JobId,
    vertices: &[JobVertex],
) -> Result<Vec<VertexLoad>, RestError> {
    let mut loads = vec![VertexLoad::default(); vertices.len()];
    let mut asked = JoinSet::new();
    let mut waiting = vertices.iter().map(|vertex| vertex.id).enumerate();
    loop {
        while asked.len() < AT_ONCE
            && let Some((index, vertex)) = waiting.next()
        {
            let client = client.clone();
            asked.spawn(async move {
                (index, tokio::join!(client.back_pressure(job, vertex), client.watermarks(job, vertex)))
            });
        }
        let Some(answered) = asked.join_next().await else { return Ok(loads) };
        // A task that panicked would have said so itself.
        let Ok((index, (pressure, watermarks))) = answered else { continue };
        loads[index] =
            VertexLoad::of(measured(pressure)?.as_ref(), &measured(watermarks)?.unwrap_or_default());
    }
}

/// A vertex that does not run yet, or no longer, has nothing to measure: Flink answers with an error then.
fn measured<T>(result: Result<T, RestError>) -> Result<Option<T>, RestError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_refused() => Ok(None),
        Err(error) => Err(error),
    }
}

impl VertexLoad {
    fn of(pressure: Option<&BackPressure>, watermarks: &[Metric]) -> Self {
        let subtasks = pressure.and_then(|pressure| pressure.subtasks.as_deref()).unwrap_or_default();
        let highest =
            |values: &mut dyn Iterator<Item = f64>| values.filter(|value| value.is_finite()).reduce(f64::max);
        let watermark =
            watermarks.iter().filter_map(|metric| metric.value.as_ref()?.parse::<i64>().ok()).min();
        Self {
            level: pressure.and_then(|pressure| pressure.level.clone()),
            back_pressured: highest(&mut subtasks.iter().map(|subtask| subtask.ratio.0)),
            busy: highest(&mut subtasks.iter().map(|subtask| subtask.busy_ratio.0)),
            // Before the first one it is the lowest number there is.
            watermark: watermark.filter(|watermark| *watermark > i64::MIN),
        }
    }
}

#[cfg(test)]
mod tests {
    use ops_core::rest::wire::number::Real;
    use ops_core::rest::wire::vertices::SubtaskBackPressure;

    use super::*;

    fn subtask(ratio: f64, busy: f64) -> SubtaskBackPressure {
        SubtaskBackPressure { ratio: Real(ratio), busy_ratio: Real(busy), ..SubtaskBackPressure::default() }
    }

    #[test]
    fn the_most_loaded_subtask_and_the_lowest_watermark_count() {
        let subtasks = Some(vec![subtask(0.1, f64::NAN), subtask(0.7, 0.2)]);
        let pressure = BackPressure { level: Some("high".to_owned()), subtasks, ..BackPressure::default() };
        let metric =
            |value: &str| Metric { id: "0.currentInputWatermark".to_owned(), value: Some(value.to_owned()) };
        let load = VertexLoad::of(Some(&pressure), &[metric("90"), metric("70")]);
        assert_eq!((load.back_pressured, load.busy, load.watermark), (Some(0.7), Some(0.2), Some(70)));
        let none = VertexLoad::of(None, &[metric("-9223372036854775808")]);
        assert_eq!(none, VertexLoad::default());
    }
}
