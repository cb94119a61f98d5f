//! There is no TaskManager.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR319",
    name: "no-task-managers",
    severity: Severity::Error,
    tier: Tier::Consequence,
    finds: "No TaskManager has registered.",
    cause: "They do not run, do not find the JobManager (jobmanager.rpc.address, a firewall), or are not let in (TLS).",
    steps: &[
        Step::run("Look into their logs.", "flinkops doctor --logs DIR"),
        Step::run("Check what they need from their hosts.", "flinkops deploy preflight --help"),
    ],
    look: Look::Seen(look),
};

fn look(evidence: &Evidence) -> Vec<Found> {
    let none = evidence.overview.as_ref().is_some_and(|overview| overview.taskmanagers == 0);
    let on_demand = evidence.setting(&[
        "resourcemanager.taskmanager-timeout",
        "kubernetes.cluster-id",
        "yarn.application.id",
    ]);
    // Where Flink starts them itself, none are there while nothing runs.
    let wanted = on_demand.is_none() || evidence.jobs.iter().any(|job| job.goes_on());
    match none && wanted {
        true => vec![Found::new("no TaskManager has registered").sure(Confidence::Certain)],
        false => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn an_empty_cluster() {
        let mut evidence = Sample::job().chain(1).evidence();
        assert_eq!(found(evidence.clone(), "DR319"), None);
        evidence.overview.as_mut().unwrap().taskmanagers = 0;
        assert!(found(evidence, "DR319").is_some());
    }
}
