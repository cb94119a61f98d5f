//! Subtasks whose checkpoints take long, by what takes long.

use ops_core::rest::wire::checkpoint_subtasks::SubtaskCheckpoint;

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::Confidence;
use crate::doctor::signature::Found;

/// Shorter ones are no trouble, in milliseconds.
const SHORT: i64 = 10_000;

/// The share of the whole that counts as most of it.
const MOST: f64 = 0.6;

/// The jobs with a subtask whose checkpoint took long, and most of that time this part of it; one finding a job.
pub(super) fn slow_subtasks(
    evidence: &Evidence,
    part: fn(&SubtaskCheckpoint) -> i64,
    words: &str,
) -> Vec<Found> {
    let mut all = Vec::new();
    for job in evidence.jobs.iter().filter(|job| job.goes_on()) {
        let subtasks = job.slow_parts.iter().flat_map(|slow| {
            slow.part.subtasks.iter().filter(|one| one.is_complete()).map(move |one| (slow, one))
        });
        let slow = subtasks.filter(|(_, one)| {
            one.end_to_end_duration >= SHORT && part(one) as f64 >= MOST * one.end_to_end_duration as f64
        });
        let Some((slow, one)) = slow.max_by_key(|(_, one)| part(one)) else { continue };
        let name = job.vertex_name(slow.vertex);
        let seconds = |millis: i64| millis as f64 / 1000.0;
        let message = format!(
            "checkpoint {} took subtask {} of `{name}` {:.1} s, {words} {:.1} s of it",
            slow.part.id,
            one.index,
            seconds(one.end_to_end_duration),
            seconds(part(one))
        );
        let about = format!("{name} ({}/{})", one.index + 1, slow.part.num_subtasks);
        all.push(Found::of(job, message).about(about).sure(Confidence::Certain));
    }
    all
}
