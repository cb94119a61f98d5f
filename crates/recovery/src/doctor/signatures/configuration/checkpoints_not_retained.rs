//! Checkpoints are deleted with the job.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR503",
    name: "checkpoints-not-retained",
    severity: Severity::Info,
    tier: Tier::Cause,
    finds: "A job's checkpoints are deleted when it is cancelled or fails.",
    cause: "execution.checkpointing.externalized-checkpoint-retention is not set.",
    steps: &[Step::run(
        "Keep them: execution.checkpointing.externalized-checkpoint-retention: RETAIN_ON_CANCELLATION.",
        "flinkops conf explain execution.checkpointing.externalized-checkpoint-retention",
    )],
    look: Look::Seen(look),
};

fn look(evidence: &Evidence) -> Vec<Found> {
    let jobs = evidence.jobs.iter().filter(|job| job.goes_on());
    let deleted = jobs
        .filter(|job| job.checkpoint_config.as_ref().is_some_and(|config| !config.externalization.enabled));
    deleted
        .map(|job| {
            let message = "its checkpoints go when it fails for good or is cancelled: only savepoints are left to restore from";
            Found::of(job, message).sure(Confidence::Certain)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn kept_or_not() {
        let job = |kept| {
            Sample::job().chain(1).checkpoints(&[1]).config(|config| config.externalization.enabled = kept)
        };
        assert!(found(job(false).evidence(), "DR503").is_some());
        assert_eq!(found(job(true).evidence(), "DR503"), None);
    }
}
