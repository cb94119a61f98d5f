//! Checkpoints are kept in the JobManager.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR501",
    name: "checkpoints-in-memory",
    severity: Severity::Warning,
    tier: Tier::Cause,
    finds: "A job's checkpoints are kept on the JobManager's heap.",
    cause: "No directory for checkpoints is set.",
    steps: &[Step::run(
        "Set execution.checkpointing.dir (state.checkpoints.dir before 1.20) to a place that every host sees.",
        "flinkops conf explain execution.checkpointing.dir",
    )],
    look: Look::Seen(look),
};

fn look(evidence: &Evidence) -> Vec<Found> {
    let jobs = evidence.jobs.iter().filter(|job| job.goes_on());
    let kept = jobs.filter(|job| {
        job.checkpoint_config
            .as_ref()
            .is_some_and(|config| config.checkpoint_storage == "JobManagerCheckpointStorage")
    });
    kept.map(|job| {
        Found::of(job, "its checkpoints are lost with the JobManager")
            .sure(Confidence::Certain)
            .seen("checkpoint storage: JobManagerCheckpointStorage")
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn where_they_are_kept() {
        let job = |storage: &str| {
            Sample::job()
                .chain(1)
                .checkpoints(&[1])
                .config(|config| config.checkpoint_storage = storage.to_owned())
        };
        assert!(found(job("JobManagerCheckpointStorage").evidence(), "DR501").is_some());
        assert_eq!(found(job("FileSystemCheckpointStorage").evidence(), "DR501"), None);
    }
}
