//! Records come too late and are dropped.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR314",
    name: "late-records-dropped",
    severity: Severity::Warning,
    tier: Tier::Cause,
    finds: "Windows drop records, because the watermark has passed their end.",
    cause: "Records are more out of order than the watermark strategy allows, or the sources read at different speeds.",
    steps: &[
        Step::just(
            "Allow more: forBoundedOutOfOrderness with a longer time, or allowedLateness of the window.",
        ),
        Step::just("Do not lose them: sideOutputLateData."),
        Step::just("Let sources wait for each other: withWatermarkAlignment."),
    ],
    look: Look::Seen(look),
};

/// Less than this share of all records is worth knowing only.
const SHARE: f64 = 0.001;

fn look(evidence: &Evidence) -> Vec<Found> {
    let mut all = Vec::new();
    for job in evidence.jobs.iter().filter(|job| job.goes_on()) {
        for vertex in &job.vertices {
            let dropped: f64 = vertex.late.values().sum();
            if dropped < 1.0 {
                continue;
            }
            let read = vertex.records(false).map(|all| all.iter().map(|(_, count)| count).sum::<u64>());
            let name = job.vertex_name(vertex.id);
            let mut found =
                Found::of(job, format!("`{name}` has dropped {dropped:.0} records that came too late"))
                    .about(name)
                    .sure(Confidence::Certain);
            let share = read.filter(|read| *read > 0).map(|read| dropped / read as f64);
            if let Some(share) = share {
                found = found.seen(format!("that is {:.2} % of those that it read", share * 100.0));
            }
            let few = share.is_some_and(|share| share < SHARE);
            all.push(if few { found.severity(Severity::Info) } else { found });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn what_is_dropped_is_told() {
        let job = |dropped| Sample::job().chain(2).records(1, &[500, 500]).late(1, dropped);
        assert_eq!(
            found(job(40.0).evidence(), "DR314").as_deref(),
            Some("`v1` has dropped 40 records that came too late")
        );
        assert_eq!(found(job(0.0).evidence(), "DR314"), None);
    }
}
