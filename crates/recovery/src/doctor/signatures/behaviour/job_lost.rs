//! A job is not on the cluster.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR318",
    name: "job-lost",
    severity: Severity::Error,
    tier: Tier::Cause,
    finds: "The job that was asked for is not on the cluster.",
    cause: "The JobManager was restarted, and nothing kept the job: there is no high availability, or its data is gone; or the job was never here.",
    steps: &[
        Step::run("See what is known of it.", "flinkops job history"),
        Step::run("Start it again from its newest state.", "flinkops recover plan {job}"),
        Step::run(
            "Let jobs outlive their JobManager: high-availability.type with a storage directory.",
            "flinkops conf explain high-availability.type",
        ),
    ],
    look: Look::Seen(look),
};

fn look(evidence: &Evidence) -> Vec<Found> {
    let Some(job) = &evidence.missing_job else { return Vec::new() };
    let found = Found::new(format!("the cluster does not know the job `{job}`")).sure(Confidence::Certain);
    let jobs = evidence.overview.as_ref().map_or(0, |overview| overview.jobs_running);
    let found = found.seen(format!("{jobs} jobs go on here"));
    let available = evidence.setting(&["high-availability.type", "high-availability"]);
    vec![match available.unwrap_or("NONE") {
        _ if !evidence.knows_settings() => found,
        kind if kind.eq_ignore_ascii_case("none") => {
            found.seen("high-availability.type is NONE: a JobManager that restarts forgets its jobs")
        }
        kind => found.seen(format!("high-availability.type is {kind}")),
    }]
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn a_job_that_is_gone() {
        let mut evidence = Sample::job().chain(1).evidence();
        assert_eq!(found(evidence.clone(), "DR318"), None);
        evidence.missing_job = Some("orders".to_owned());
        assert!(found(evidence, "DR318").is_some());
    }
}
