//! `/jobs/:jobid/checkpoints`, its configuration, and the details of one.

use std::collections::BTreeMap;

use ops_core::rest::wire::checkpoint_config::{CheckpointConfig, Externalization};
use ops_core::rest::wire::checkpoints::{
    Checkpoint, CheckpointCounts, CheckpointStatistics, CheckpointStatus, CheckpointSummary, Distribution,
    LatestCheckpoints, RestoredCheckpoint, TaskCheckpoint,
};
use ops_core::rest::wire::number::Real;
use ops_core::rest::wire::operations::SavepointFormat;

use super::error::{Reply, RestError};
use super::request::Context;
use crate::sim::{
    AfterSavepoint, CheckpointKind, CheckpointPlan, CheckpointRecord, CheckpointState, DistributionOf, Job,
    NEVER, Restored,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tasks {
    Listed,
    Omitted,
}

pub(super) fn statistics(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let job = context.job()?;
    let now = context.cluster.now();
    let coordinator = &job.coordinator;
    let one = |record: &CheckpointRecord| checkpoint(record, now, &coordinator.plan, Tasks::Omitted);
    Ok(Reply::ok(&CheckpointStatistics {
        counts: CheckpointCounts {
            restored: coordinator.restores,
            total: coordinator.total(),
            in_progress: coordinator.pending.len() as u64,
            completed: coordinator.completed,
            failed: coordinator.failed,
        },
        summary: CheckpointSummary {
            checkpointed_size: distribution(&coordinator.sizes),
            state_size: distribution(&coordinator.state_sizes),
            end_to_end_duration: distribution(&coordinator.durations),
            alignment_buffered: Distribution::default(),
            processed_data: zeros(coordinator.completed),
            persisted_data: zeros(coordinator.completed),
        },
        latest: LatestCheckpoints {
            completed: coordinator.latest_completed.as_deref().map(one),
            savepoint: coordinator.latest_savepoint.as_deref().map(one),
            failed: coordinator.latest_failed.as_deref().map(one),
            restored: coordinator.restored.as_ref().map(restored),
        },
        history: coordinator.history().map(one).collect(),
    }))
}

pub(super) fn details(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let id = context.number("checkpointid")?;
    let job = context.job()?;
    let record = find(job, id)?;
    let plan = &job.coordinator.plan;
    Ok(Reply::ok(&checkpoint(record, context.cluster.now(), plan, Tasks::Listed)))
}

/// A checkpoint that is remembered.
pub(super) fn find(job: &Job, id: i64) -> Result<&CheckpointRecord, RestError> {
    let coordinator = &job.coordinator;
    let latest = [&coordinator.latest_completed, &coordinator.latest_savepoint, &coordinator.latest_failed]
        .map(Option::as_deref);
    let mut known = coordinator.history().chain(latest.into_iter().flatten());
    known.find(|record| record.id == id).ok_or_else(|| {
        RestError::refused(404, format!("Could not find checkpointing statistics for checkpoint {id}."))
    })
}

pub(super) fn config(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let job = context.job()?;
    let plan = &job.coordinator.plan;
    let known = |name: &str| if job.has_graph() { name } else { "Unknown" }.to_owned();
    let storage = match plan.directory {
        Some(_) => "FileSystemCheckpointStorage",
        None => "JobManagerCheckpointStorage",
    };
    Ok(Reply::ok(&CheckpointConfig {
        mode: if plan.exactly_once && plan.interval.is_some() { "exactly_once" } else { "at_least_once" }
            .to_owned(),
        interval: plan.interval.unwrap_or(NEVER),
        timeout: plan.timeout,
        min_pause: plan.min_pause,
        max_concurrent: plan.max_concurrent,
        externalization: Externalization {
            enabled: plan.retained,
            delete_on_cancellation: plan.delete_on_cancellation,
        },
        state_backend: known(&plan.backend),
        checkpoint_storage: known(storage),
        unaligned_checkpoints: plan.unaligned,
        tolerable_failed_checkpoints: plan.tolerable_failures,
        aligned_checkpoint_timeout: plan.aligned_timeout,
        checkpoints_after_tasks_finish: plan.after_tasks_finish,
        state_changelog_enabled: plan.changelog,
        changelog_periodic_materialization_interval: 600_000,
        changelog_storage: known("memory"),
    }))
}

fn restored(restored: &Restored) -> RestoredCheckpoint {
    RestoredCheckpoint {
        id: restored.id,
        restore_timestamp: restored.at,
        is_savepoint: restored.is_savepoint,
        external_path: restored.path.clone(),
    }
}

fn checkpoint(record: &CheckpointRecord, now: i64, plan: &CheckpointPlan, tasks: Tasks) -> Checkpoint {
    let duration = record.duration(now);
    let (class_name, status, acknowledged) = match record.state {
        CheckpointState::InProgress => ("in_progress", CheckpointStatus::InProgress, 0),
        CheckpointState::Completed { .. } => ("completed", CheckpointStatus::Completed, record.subtasks()),
        CheckpointState::Failed { .. } => ("failed", CheckpointStatus::Failed, 0),
    };
    let completed = status == CheckpointStatus::Completed;
    let (failure_timestamp, failure_message) = match &record.state {
        CheckpointState::Failed { at, message } => (Some(*at), Some(message.clone())),
        _ => (None, None),
    };
    let (format, kind) = match &record.kind {
        CheckpointKind::Checkpoint if plan.unaligned => (None, "UNALIGNED_CHECKPOINT"),
        CheckpointKind::Checkpoint => (None, "CHECKPOINT"),
        CheckpointKind::Savepoint { format, after: AfterSavepoint::Stop, .. } => {
            (Some(*format), "SYNC_SAVEPOINT")
        }
        CheckpointKind::Savepoint { format, .. } => (Some(*format), "SAVEPOINT"),
    };
    let listed = || {
        record.parts.iter().map(|part| {
            let size = part.state_size * record.checkpointed_size / record.state_size().max(1);
            let task = TaskCheckpoint {
                id: record.id,
                status,
                latest_ack_timestamp: if completed { record.triggered + duration } else { -1 },
                checkpointed_size: if completed { size } else { 0 },
                state_size: if completed { part.state_size } else { 0 },
                end_to_end_duration: if completed { duration } else { -1 },
                num_subtasks: part.subtasks,
                num_acknowledged_subtasks: if completed { part.subtasks } else { 0 },
                ..TaskCheckpoint::default()
            };
            (part.vertex, task)
        })
    };
    Checkpoint {
        class_name: class_name.to_owned(),
        id: record.id,
        status,
        is_savepoint: record.is_savepoint(),
        savepoint_format: format.map(|format| match format {
            SavepointFormat::Canonical => "CANONICAL".to_owned(),
            SavepointFormat::Native => "NATIVE".to_owned(),
        }),
        trigger_timestamp: record.triggered,
        latest_ack_timestamp: if completed { record.triggered + duration } else { -1 },
        checkpointed_size: if completed { record.checkpointed_size } else { 0 },
        state_size: if completed { record.state_size() } else { 0 },
        end_to_end_duration: duration,
        alignment_buffered: 0,
        processed_data: 0,
        persisted_data: 0,
        num_subtasks: record.subtasks(),
        num_acknowledged_subtasks: acknowledged,
        checkpoint_type: kind.to_owned(),
        tasks: if tasks == Tasks::Listed { listed().collect() } else { BTreeMap::new() },
        external_path: record.path.clone().filter(|_| completed),
        discarded: completed.then_some(record.discarded),
        failure_timestamp,
        failure_message,
    }
}

fn distribution(values: &DistributionOf) -> Distribution {
    let sorted = values.sorted();
    let at = |p: f64| Real(percentile(&sorted, p));
    Distribution {
        min: values.min,
        max: values.max,
        avg: values.mean(),
        p50: at(50.0),
        p90: at(90.0),
        p95: at(95.0),
        p99: at(99.0),
        p999: at(99.9),
    }
}

/// The distribution of a value that is 0 for each of so many checkpoints.
fn zeros(count: u64) -> Distribution {
    if count > 0 {
        return Distribution::default();
    }
    let nan = Real::NAN;
    Distribution { p50: nan, p90: nan, p95: nan, p99: nan, p999: nan, ..Distribution::default() }
}

/// The percentile of sorted values, by the estimate that Flink's histograms use: position `p × (n + 1) / 100`.
pub(super) fn percentile(sorted: &[i64], p: f64) -> f64 {
    let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else { return f64::NAN };
    let position = p * (sorted.len() + 1) as f64 / 100.0;
    if position < 1.0 {
        return *first as f64;
    }
    if position >= sorted.len() as f64 {
        return *last as f64;
    }
    let index = position.floor() as usize;
    let (lower, upper) = (sorted[index - 1] as f64, sorted[index] as f64);
    lower + (position - position.floor()) * (upper - lower)
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn percentiles_are_estimated_as_a_real_job_manager_did() {
        assert!(percentile(&[], 50.0).is_nan());
        assert_eq!(percentile(&[6302, 7118], 50.0), 6710.0);
        assert_eq!(percentile(&[6302, 7118], 90.0), 7118.0);
        assert_eq!(percentile(&[5], 99.9), 5.0);
    }
}
