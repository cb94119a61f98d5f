//! A job takes no checkpoints.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR502",
    name: "no-checkpoints",
    severity: Severity::Info,
    tier: Tier::Cause,
    finds: "A streaming job takes no checkpoints: when it fails, its state begins anew.",
    cause: "execution.checkpointing.interval is not set, nor does the program enable checkpoints.",
    steps: &[Step::run("Set execution.checkpointing.interval.", "flinkops tune checkpoint --help")],
    look: Look::Seen(look),
};

fn look(evidence: &Evidence) -> Vec<Found> {
    let jobs = evidence.jobs.iter().filter(|job| job.goes_on() && job.checkpoint_config.is_none());
    let streams = jobs.filter(|job| job.details.plan.kind.as_deref() != Some("BATCH"));
    streams.map(|job| Found::of(job, "it takes no checkpoints").sure(Confidence::Certain)).collect()
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn with_and_without() {
        assert!(found(Sample::job().chain(1).evidence(), "DR502").is_some());
        assert_eq!(found(Sample::job().chain(1).checkpoints(&[1]).evidence(), "DR502"), None);
    }
}
