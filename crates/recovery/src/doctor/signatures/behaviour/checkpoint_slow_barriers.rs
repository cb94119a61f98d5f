//! Checkpoints are slow, because barriers are.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::Severity;
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};
use crate::doctor::signatures::slow::slow_subtasks;
use ops_core::rest::wire::checkpoint_subtasks::SubtaskCheckpoint;

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR305",
    name: "checkpoint-slow-barriers",
    severity: Severity::Warning,
    tier: Tier::Consequence,
    finds: "Most of a checkpoint's time is spent on barriers: on their way through full buffers, or waiting for those of other inputs.",
    cause: "Back-pressure: barriers stand in line behind records. Skewed inputs make one of them late.",
    steps: &[
        Step::run("Mend the bottleneck first.", "flinkops doctor {job}"),
        Step::run(
            "Let barriers overtake records: execution.checkpointing.unaligned.enabled: true, with an aligned-checkpoint-timeout.",
            "flinkops conf explain execution.checkpointing.aligned-checkpoint-timeout",
        ),
        Step::just("Hold fewer records in flight: taskmanager.network.memory.buffer-debloat.enabled: true."),
    ],
    look: Look::Seen(look),
};

fn look(evidence: &Evidence) -> Vec<Found> {
    slow_subtasks(evidence, part, "its barriers took")
}

/// Milliseconds of it.
fn part(one: &SubtaskCheckpoint) -> i64 {
    one.start_delay + one.alignment.duration
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn it_is_told_from_the_other_parts() {
        let job = |ours: i64, other: i64| {
            let set =
                move |_: usize, one: &mut ops_core::rest::wire::checkpoint_subtasks::SubtaskCheckpoint| {
                    one.end_to_end_duration = 30_000;
                    one.start_delay = ours;
                    one.checkpoint.asynchronous = other;
                };
            Sample::job().chain(2).checkpoints(&[1 << 20]).part(1, set, 2)
        };
        assert!(found(job(28_000, 1000).evidence(), "DR305").is_some());
        assert_eq!(found(job(1000, 28_000).evidence(), "DR305"), None);
        assert_eq!(
            found(Sample::job().chain(2).checkpoints(&[1]).part(1, |_, _| (), 2).evidence(), "DR305"),
            None
        );
    }
}
