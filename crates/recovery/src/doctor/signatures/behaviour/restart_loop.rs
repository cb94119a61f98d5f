//! A job restarts again and again.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR309",
    name: "restart-loop",
    severity: Severity::Error,
    tier: Tier::Consequence,
    finds: "A job has restarted three times or more within ten minutes.",
    cause: "What makes it fail comes back: see the other findings. If it is the same record each time, restarts do not help.",
    steps: &[
        Step::run("See what made it fail.", "flinkops job exceptions {job}"),
        Step::run(
            "Give it pauses that grow, and an end: restart-strategy.type: exponential-delay with attempts-before-reset-backoff.",
            "flinkops conf explain restart-strategy.type",
        ),
    ],
    look: Look::Seen(look),
};

fn look(evidence: &Evidence) -> Vec<Found> {
    let loops = |job: &&crate::doctor::evidence::JobEvidence| job.goes_on() && job.restarts_lately() > 2;
    let jobs = evidence.jobs.iter().filter(loops);
    jobs.map(|job| {
        let lately = job.restarts_lately();
        let entries = &job.exceptions.exception_history.entries;
        let mut found = Found::of(job, format!("it has failed {lately} times within ten minutes"));
        let (newest, oldest) = (entries.first(), entries.get(lately - 1));
        if let Some((newest, oldest)) = newest.zip(oldest) {
            let every = (newest.timestamp - oldest.timestamp) as f64 / 1000.0 / (lately - 1) as f64;
            found = found.seen(format!("every {every:.0} s, on the average"));
            let same =
                entries[..lately].iter().filter(|one| one.exception_name == newest.exception_name).count();
            found = found.seen(format!("{same} of {lately} times with {}", newest.exception_name));
        }
        found.sure(Confidence::Certain)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn three_failures_are_a_loop() {
        let failed = |times| Sample::job().chain(1).threw_times("a.BException: c", times);
        assert!(found(failed(3).evidence(), "DR309").is_some());
        assert_eq!(found(failed(2).evidence(), "DR309"), None);
    }
}
