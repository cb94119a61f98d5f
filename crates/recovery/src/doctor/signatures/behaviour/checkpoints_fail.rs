//! Checkpoints fail.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR317",
    name: "checkpoints-fail",
    severity: Severity::Error,
    tier: Tier::Consequence,
    finds: "The last two checkpoints or more have failed.",
    cause: "See the other findings. Flink tells the reason in the JobManager's log only.",
    steps: &[
        Step::run("See the failed ones.", "flinkops job show {job}"),
        Step::run("Look into the logs.", "flinkops doctor {job} --logs DIR"),
    ],
    look: Look::Seen(look),
};

fn look(evidence: &Evidence) -> Vec<Found> {
    let fails = |job: &&crate::doctor::evidence::JobEvidence| job.goes_on() && job.failed_in_a_row() > 1;
    let jobs = evidence.jobs.iter().filter(fails);
    jobs.map(|job| {
        let times = job.failed_in_a_row();
        let mut found =
            Found::of(job, format!("its last {times} checkpoints have failed")).sure(Confidence::Certain);
        let statistics = job.checkpoints.iter();
        let latest = statistics.clone().find_map(|one| one.latest.failed.as_ref()?.failure_message.clone());
        found.evidence.extend(latest.map(|why| format!("the latest: {why}")));
        let complete = statistics.clone().find_map(|one| one.latest.completed.as_ref());
        found.evidence.push(match complete {
            Some(complete) => format!(
                "the latest that is complete is {} s old",
                (job.details.now - complete.latest_ack_timestamp) / 1000
            ),
            None => "none has been completed".to_owned(),
        });
        found
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn two_in_a_row() {
        let job = |times| {
            Sample::job()
                .chain(2)
                .checkpoints(&[1])
                .failed_checkpoints(times, "Asynchronous task checkpoint failed.")
        };
        assert_eq!(found(job(2).evidence(), "DR317").as_deref(), Some("its last 2 checkpoints have failed"));
        assert_eq!(found(job(1).evidence(), "DR317"), None);
    }

    #[test]
    fn tasks_that_were_gone_and_run_again() {
        let gone = |why| Sample::job().chain(2).checkpoints(&[1]).failed_checkpoints(3, why);
        let told = |sample: Sample| found(sample.evidence(), "DR317");
        for why in ["Trigger checkpoint failure.", "Checkpoint Coordinator is suspending."] {
            assert_eq!(told(gone(why)).as_deref(), Some("its last 3 checkpoints have failed"), "{why}");
            assert_eq!(told(gone(why).runs_again()), None, "{why}");
        }
        let store = gone("Asynchronous task checkpoint failed.").runs_again();
        assert_eq!(told(store).as_deref(), Some("its last 3 checkpoints have failed"));
    }
}
