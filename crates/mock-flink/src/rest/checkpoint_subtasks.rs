//! `/jobs/:jobid/checkpoints/details/:checkpointid/subtasks/:vertexid`: one checkpoint of one vertex, subtask by subtask.

use ops_core::rest::wire::checkpoints::Distribution;
use ops_core::rest::wire::number::Real;
use serde_json::{Value, json};

use super::checkpoints::find;
use super::error::{Reply, RestError};
use super::request::Context;
use crate::sim::{CheckpointState, Throwable};

pub(super) fn details(context: &mut Context<'_>) -> Result<Reply, RestError> {
    let checkpoint = context.number("checkpointid")?;
    let id = context.vertex_id()?;
    let job = context.job()?;
    let record = find(job, checkpoint)?;
    let part = record.parts.iter().find(|part| part.vertex == id).ok_or_else(|| {
        let class = "org.apache.flink.runtime.rest.NotFoundException";
        RestError::Refused(
            404,
            Throwable::new(class, format!("There is no checkpoint statistics for task {id}.")),
        )
    })?;
    let (status, done) = match record.state {
        CheckpointState::InProgress => ("IN_PROGRESS", false),
        CheckpointState::Completed { .. } => ("COMPLETED", true),
        CheckpointState::Failed { .. } => ("FAILED", false),
    };
    let duration = record.duration(context.cluster.now());
    let each = part.state_size / i64::from(part.subtasks.max(1));
    let written = each * record.checkpointed_size / record.state_size().max(1);
    // The parts of the duration: a barrier waits to arrive, then the state is copied and written.
    let (delay, aside) = (duration / 4, duration / 8);
    let acknowledged = record.triggered + duration;
    let subtasks: Vec<Value> = (0..part.subtasks)
        .map(|index| match done {
            false => json!({ "className": "pending", "index": index, "status": "pending_or_failed" }),
            true => json!({
                "className": "completed",
                "index": index,
                "ack_timestamp": acknowledged,
                "end_to_end_duration": duration,
                "checkpointed_size": written,
                "state_size": each,
                "checkpoint": { "sync": 0, "async": aside },
                "alignment": { "buffered": 0, "processed": 0, "persisted": 0, "duration": 0 },
                "start_delay": delay,
                "unaligned_checkpoint": job.coordinator.plan.unaligned && !record.is_savepoint(),
                "aborted": false,
                "status": "completed",
            }),
        })
        .collect();
    let of = |value: i64| flat(if done { value } else { 0 });
    let zeros = Distribution::default();
    let size = |whole: i64| if done { whole * i64::from(part.subtasks) } else { 0 };
    Ok(Reply::ok(&json!({
        "id": record.id,
        "status": status,
        "latest_ack_timestamp": if done { acknowledged } else { -1 },
        "checkpointed_size": size(written),
        "state_size": size(each),
        "end_to_end_duration": if done { duration } else { -1 },
        "alignment_buffered": 0,
        "processed_data": 0,
        "persisted_data": 0,
        "num_subtasks": part.subtasks,
        "num_acknowledged_subtasks": if done { part.subtasks } else { 0 },
        "summary": {
            "checkpointed_size": of(written),
            "state_size": of(each),
            "end_to_end_duration": of(duration),
            "checkpoint_duration": { "sync": of(0), "async": of(aside) },
            "alignment": { "buffered": zeros, "processed": of(0), "persisted": of(0), "duration": of(0) },
            "start_delay": of(delay),
        },
        "subtasks": subtasks,
    })))
}

/// The distribution of a value that is the same for all subtasks. Flink computes no percentiles here.
fn flat(value: i64) -> Distribution {
    let nan = Real::NAN;
    Distribution { min: value, max: value, avg: value, p50: nan, p90: nan, p95: nan, p99: nan, p999: nan }
}
