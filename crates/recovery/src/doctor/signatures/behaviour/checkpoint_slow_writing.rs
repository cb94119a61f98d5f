//! Checkpoints are slow, because state is slow to write.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::Severity;
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};
use crate::doctor::signatures::slow::slow_subtasks;
use ops_core::rest::wire::checkpoint_subtasks::SubtaskCheckpoint;

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR308",
    name: "checkpoint-slow-writing",
    severity: Severity::Warning,
    tier: Tier::Consequence,
    finds: "Most of a subtask's checkpoint is its asynchronous part: writing state to storage.",
    cause: "Storage is slow or throttled, or all of the state is written every time.",
    steps: &[
        Step::run(
            "Write what changed only: execution.checkpointing.incremental (state.backend.incremental before 1.20): true, with RocksDB.",
            "flinkops tune rocksdb --help",
        ),
        Step::just("Measure the storage from a TaskManager's host."),
        Step::run("Size interval and timeout by what checkpoints take.", "flinkops tune checkpoint {job}"),
    ],
    look: Look::Seen(look),
};

fn look(evidence: &Evidence) -> Vec<Found> {
    slow_subtasks(evidence, part, "writing took")
}

/// Milliseconds of it.
fn part(one: &SubtaskCheckpoint) -> i64 {
    one.checkpoint.asynchronous
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::slow::told_apart;

    #[test]
    fn it_is_told_from_the_other_parts() {
        told_apart(
            "DR308",
            |one, ours| one.checkpoint.asynchronous = ours,
            |one, other| one.start_delay = other,
        );
    }
}
