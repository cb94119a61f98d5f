//! Another JobManager has taken the job over.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR321",
    name: "job-manager-replaced",
    severity: Severity::Info,
    tier: Tier::Cause,
    finds: "A job was recovered by a JobManager other than the one that started it.",
    cause: "The JobManager that led before was restarted, or lost its leadership.",
    steps: &[Step::run("Look into the log of the one that led before.", "flinkops doctor {job} --logs DIR")],
    look: Look::Seen(look),
};

fn look(evidence: &Evidence) -> Vec<Found> {
    let mut all = Vec::new();
    for job in evidence.jobs.iter().filter(|job| job.goes_on()) {
        let restored = job.checkpoints.as_ref().and_then(|statistics| statistics.latest.restored.as_ref());
        let Some(restored) = restored.filter(|restored| !restored.is_savepoint) else { continue };
        let own =
            restored.external_path.as_ref().is_some_and(|path| path.contains(&job.details.jid.to_string()));
        // Its own checkpoint, and this JobManager has not seen it fail: the failure was the JobManager's.
        if !own || job.restarts.is_some_and(|times| times > 0) || job.exceptions.latest().is_some() {
            continue;
        }
        let ago = (job.details.now - restored.restore_timestamp) / 1000;
        all.push(
            Found::of(
                job,
                format!("another JobManager took it over {ago} s ago, from checkpoint {}", restored.id),
            )
            .sure(Confidence::Likely)
            .seen("it was restored from a checkpoint of its own, and this JobManager has not seen it fail"),
        );
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn its_own_checkpoint_without_a_failure() {
        let job = Sample::job().chain(2).checkpoints(&[1]);
        assert!(found(job.clone().restored_from_itself().evidence(), "DR321").is_some());
        let failed = job.clone().restored_from_itself().threw_times("a.BException: c", 1);
        assert_eq!(found(failed.evidence(), "DR321"), None);
        assert_eq!(found(job.evidence(), "DR321"), None);
    }
}
