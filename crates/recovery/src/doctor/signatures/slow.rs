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

/// A checkpoint that took long for one part is found by that part's signature, and one that took long for another is not.
#[cfg(test)]
pub(super) fn told_apart(
    code: &str,
    ours: fn(&mut SubtaskCheckpoint, i64),
    other: fn(&mut SubtaskCheckpoint, i64),
) {
    use super::sample::{Sample, found};

    let job = |of_ours: i64, of_other: i64| {
        let set = move |_: usize, one: &mut SubtaskCheckpoint| {
            one.end_to_end_duration = 30_000;
            ours(one, of_ours);
            other(one, of_other);
        };
        Sample::job().chain(2).checkpoints(&[1 << 20]).part(1, set, 2).evidence()
    };
    assert!(found(job(28_000, 1000), code).is_some(), "{code} does not find its own part");
    assert_eq!(found(job(1000, 28_000), code), None);
    let quick = Sample::job().chain(2).checkpoints(&[1]).part(1, |_, _| (), 2);
    assert_eq!(found(quick.evidence(), code), None);
}
