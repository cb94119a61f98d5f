//! Key groups do not divide evenly.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR508",
    name: "key-groups-uneven",
    severity: Severity::Info,
    tier: Tier::Cause,
    finds: "A keyed vertex has a parallelism that does not divide its maximum parallelism well: some subtasks have far more key groups than others.",
    cause: "Key groups are dealt out whole; with 128 of them, 100 subtasks have one or two.",
    steps: &[Step::run(
        "Choose a divisor of the maximum parallelism, or a much larger maximum before the first checkpoint.",
        "flinkops tune parallelism {job}",
    )],
    look: Look::Seen(look),
};

/// So many times as many key groups.
const TIMES: f64 = 1.5;

fn look(evidence: &Evidence) -> Vec<Found> {
    let mut all = Vec::new();
    for job in evidence.jobs.iter().filter(|job| job.goes_on()) {
        for vertex in job.details.vertices.iter().filter(|vertex| job.is_keyed(vertex.id)) {
            let (groups, subtasks) = (vertex.max_parallelism, vertex.parallelism);
            if subtasks < 2 || groups < subtasks {
                continue;
            }
            let (most, least) = ((groups + subtasks - 1) / subtasks, groups / subtasks);
            if f64::from(most) >= TIMES * f64::from(least) {
                let message =
                    format!("subtasks of `{}` have {least} to {most} of {groups} key groups", vertex.name);
                all.push(Found::of(job, message).about(vertex.name.clone()).sure(Confidence::Certain));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn one_or_two_groups() {
        let job = |parallelism| Sample::job().chain(2).keyed(1, parallelism, 128);
        assert!(found(job(100).evidence(), "DR508").is_some());
        assert_eq!(found(job(64).evidence(), "DR508"), None);
    }
}
