//! Checkpoints stop the processing.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::Severity;
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};
use crate::doctor::signatures::slow::slow_subtasks;
use ops_core::rest::wire::checkpoint_subtasks::SubtaskCheckpoint;

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR307",
    name: "checkpoint-slow-synchronous",
    severity: Severity::Warning,
    tier: Tier::Consequence,
    finds: "Most of a subtask's checkpoint is its synchronous part, in which it processes nothing.",
    cause: "snapshotState of the program does much, a heap backend copies much, or flushing to a sink (a transaction) takes long.",
    steps: &[
        Step::run(
            "Look at what the operators of that vertex do in snapshotState and at barriers.",
            "flinkops job show {job}",
        ),
        Step::run("Keep state in RocksDB, whose synchronous part is short.", "flinkops tune rocksdb --help"),
    ],
    look: Look::Seen(look),
};

fn look(evidence: &Evidence) -> Vec<Found> {
    slow_subtasks(evidence, part, "its synchronous part took")
}

/// Milliseconds of it.
fn part(one: &SubtaskCheckpoint) -> i64 {
    one.checkpoint.sync
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::slow::told_apart;

    #[test]
    fn it_is_told_from_the_other_parts() {
        told_apart(
            "DR307",
            |one, ours| one.checkpoint.sync = ours,
            |one, other| one.checkpoint.asynchronous = other,
        );
    }
}
