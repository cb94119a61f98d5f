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
    use crate::doctor::signatures::slow::told_apart;

    #[test]
    fn it_is_told_from_the_other_parts() {
        told_apart(
            "DR305",
            |one, ours| one.start_delay = ours,
            |one, other| one.checkpoint.asynchronous = other,
        );
    }
}
