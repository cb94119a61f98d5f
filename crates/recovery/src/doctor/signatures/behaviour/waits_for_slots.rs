//! A job waits for slots.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};
use ops_core::rest::wire::state::JobStatus;

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR311",
    name: "waits-for-slots",
    severity: Severity::Error,
    tier: Tier::Consequence,
    finds: "Tasks of a job have been waiting for slots for more than ten seconds.",
    cause: "There are fewer slots than the job's largest parallelism needs beside what other jobs have, or TaskManagers are missing.",
    steps: &[
        Step::run("See the TaskManagers and their slots.", "flinkops monitor top"),
        Step::run(
            "Start more TaskManagers, or look into the logs of those that do not register.",
            "flinkops doctor {job} --logs DIR",
        ),
        Step::change(
            "Run the job with less parallelism.",
            "flinkops job scale {job} --parallelism N",
            "a restart; what was processed since its latest checkpoint is processed again",
        ),
    ],
    look: Look::Seen(look),
};

/// Milliseconds that are normal.
const SOON: i64 = 10_000;

fn look(evidence: &Evidence) -> Vec<Found> {
    let Some(overview) = &evidence.overview else { return Vec::new() };
    let mut all = Vec::new();
    for job in evidence.jobs.iter().filter(|job| job.goes_on()) {
        let waits = |tasks: &ops_core::rest::wire::state::StateCounts| tasks.scheduled + tasks.created;
        let waiting: u32 = job.details.vertices.iter().map(|vertex| waits(&vertex.tasks)).sum();
        let stands = matches!(job.details.state, JobStatus::Running | JobStatus::Created);
        let since = job.details.timestamps.of(job.details.state).max(job.details.start_time);
        if waiting == 0 || !stands || job.details.now - since < SOON {
            continue;
        }
        let seconds = (job.details.now - since) / 1000;
        all.push(
            Found::of(job, format!("{waiting} of its tasks have been waiting for slots for {seconds} s"))
                .sure(Confidence::Certain)
                .seen(format!(
                    "{} of {} slots are free, on {} TaskManagers",
                    overview.slots_available, overview.slots_total, overview.taskmanagers
                )),
        );
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn waiting_is_told_after_a_while() {
        assert!(
            found(Sample::job().chain(2).waiting(4).evidence(), "DR311").unwrap().contains("4 of its tasks")
        );
        assert_eq!(found(Sample::job().chain(2).evidence(), "DR311"), None);
    }
}
