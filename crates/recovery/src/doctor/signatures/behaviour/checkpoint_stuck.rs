//! A checkpoint waits for some subtasks.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};
use ops_core::rest::wire::checkpoints::CheckpointStatus;

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR316",
    name: "checkpoint-stuck",
    severity: Severity::Warning,
    tier: Tier::Consequence,
    finds: "A checkpoint has been under way for longer than half of its timeout.",
    cause: "The subtasks that have not acknowledged it do not get to its barrier, or write for very long.",
    steps: &[
        Step::run("See how busy they are.", "flinkops job show {job}"),
        Step::just("Look at what they are doing: a thread dump in the dashboard of their TaskManager."),
    ],
    look: Look::Seen(look),
};

fn look(evidence: &Evidence) -> Vec<Found> {
    let mut all = Vec::new();
    for job in evidence.jobs.iter().filter(|job| job.goes_on()) {
        let (Some(newest), Some(config)) = (&job.newest, &job.checkpoint_config) else { continue };
        let age = job.details.now - newest.trigger_timestamp;
        if newest.status != CheckpointStatus::InProgress || age < config.timeout / 2 {
            continue;
        }
        let waits =
            newest.tasks.iter().filter(|(_, part)| part.num_acknowledged_subtasks < part.num_subtasks);
        let waits = waits.map(|(vertex, part)| {
            let missing = part.num_subtasks - part.num_acknowledged_subtasks;
            format!(
                "{missing} of {} subtasks of `{}` have not acknowledged it",
                part.num_subtasks,
                job.vertex_name(*vertex)
            )
        });
        let message = format!("checkpoint {} has been under way for {} s", newest.id, age / 1000);
        let mut found = Found::of(job, message).sure(Confidence::Certain);
        found.evidence = waits.collect();
        all.push(found.seen(format!("it ends after {} s", config.timeout / 1000)));
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn one_that_is_late_is_told() {
        let job = |age| Sample::job().chain(2).checkpoints(&[1]).under_way(age);
        assert!(found(job(400_000).evidence(), "DR316").is_some());
        assert_eq!(found(job(1000).evidence(), "DR316"), None);
    }
}
