//! Subtasks of a source have nothing to read.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::Severity;
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR315",
    name: "idle-source-subtasks",
    severity: Severity::Info,
    tier: Tier::Consequence,
    finds: "Some subtasks of a source have sent nothing, while others have.",
    cause: "The source has more subtasks than partitions or splits.",
    steps: &[
        Step::run(
            "Give the source no more subtasks than there are partitions.",
            "flinkops tune parallelism {job}",
        ),
        Step::just("Let them count as idle, so that they do not hold back watermarks: withIdleness."),
    ],
    look: Look::Seen(look),
};

/// A job that has run for less than this (milliseconds) may not have begun.
const EARLY: i64 = 30_000;

fn look(evidence: &Evidence) -> Vec<Found> {
    let mut all = Vec::new();
    for job in &evidence.jobs {
        if job.all_running_since().is_none_or(|since| job.details.now - since < EARLY) {
            continue;
        }
        for vertex in job.vertices.iter().filter(|vertex| job.is_source(vertex.id)) {
            let Some(records) = vertex.records(true) else { continue };
            let silent = records.iter().filter(|(_, count)| *count == 0).count();
            let most = records.iter().map(|(_, count)| *count).max().unwrap_or(0);
            if silent > 0 && most > 100 {
                let name = job.vertex_name(vertex.id);
                let message =
                    format!("{silent} of {} subtasks of `{name}` have nothing to read", records.len());
                all.push(Found::of(job, message).about(name));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn more_subtasks_than_partitions() {
        let job = |counts: &[u64]| Sample::job().chain(2).records(0, counts);
        assert!(found(job(&[5000, 0, 0]).evidence(), "DR315").unwrap().starts_with("2 of 3 subtasks"));
        assert_eq!(found(job(&[5000, 10]).evidence(), "DR315"), None);
        assert_eq!(found(job(&[5000, 0]).incomplete(0).evidence(), "DR315"), None);
    }
}
