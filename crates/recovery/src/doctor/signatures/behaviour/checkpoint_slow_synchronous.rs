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
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn it_is_told_from_the_other_parts() {
        let job = |ours: i64, other: i64| {
            let set =
                move |_: usize, one: &mut ops_core::rest::wire::checkpoint_subtasks::SubtaskCheckpoint| {
                    one.end_to_end_duration = 30_000;
                    one.checkpoint.sync = ours;
                    one.checkpoint.asynchronous = other;
                };
            Sample::job().chain(2).checkpoints(&[1 << 20]).part(1, set, 2)
        };
        assert!(found(job(28_000, 1000).evidence(), "DR307").is_some());
        assert_eq!(found(job(1000, 28_000).evidence(), "DR307"), None);
        assert_eq!(
            found(Sample::job().chain(2).checkpoints(&[1]).part(1, |_, _| (), 2).evidence(), "DR307"),
            None
        );
    }
}
