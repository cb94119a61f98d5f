//! A TaskManager is not heard of.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR322",
    name: "task-manager-silent",
    severity: Severity::Warning,
    tier: Tier::Consequence,
    finds: "The heartbeat of a TaskManager is much older than that of the others.",
    cause: "Its process is gone or pauses, or the network to it is interrupted; the JobManager has not given it up yet.",
    steps: &[Step::run("Look at the process on its host.", "flinkops doctor --logs DIR")],
    look: Look::Seen(look),
};

/// Milliseconds behind the others. Heartbeats come every ten seconds by default.
const BEHIND: i64 = 20_000;

fn look(evidence: &Evidence) -> Vec<Found> {
    let heard = |one: &ops_core::rest::wire::task_managers::TaskManager| one.time_since_last_heartbeat;
    let newest = evidence.task_managers.iter().map(heard).max().unwrap_or(0);
    let silent = evidence.task_managers.iter().filter(|one| heard(one) > 0 && newest - heard(one) > BEHIND);
    silent
        .map(|one| {
            let host = evidence.host_of(&one.id);
            let behind = (newest - heard(one)) / 1000;
            Found::new(format!("{host} was last heard of {behind} s before the others"))
                .about(host)
                .sure(Confidence::Certain)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found, task_manager};

    #[test]
    fn one_is_silent() {
        let mut evidence = Sample::job().chain(1).evidence();
        evidence.task_managers = vec![task_manager("a", 1, 0), task_manager("b", 1, 0)];
        evidence.task_managers[0].time_since_last_heartbeat = 1_000_000;
        evidence.task_managers[1].time_since_last_heartbeat = 1_030_000;
        assert_eq!(
            found(evidence.clone(), "DR322").as_deref(),
            Some("a was last heard of 30 s before the others")
        );
        evidence.task_managers[0].time_since_last_heartbeat = 1_029_000;
        assert_eq!(found(evidence, "DR322"), None);
    }
}
