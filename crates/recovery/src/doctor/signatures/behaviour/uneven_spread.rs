//! Some TaskManagers are full, others empty.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::Severity;
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR312",
    name: "uneven-spread",
    severity: Severity::Info,
    tier: Tier::Consequence,
    finds: "Slots in use are spread unevenly over the TaskManagers.",
    cause: "Flink fills one TaskManager before it takes the next, unless it is told to spread.",
    steps: &[Step::run(
        "Spread slots: taskmanager.load-balance.mode: SLOTS (cluster.evenly-spread-out-slots: true before 1.19).",
        "flinkops conf explain taskmanager.load-balance.mode",
    )],
    look: Look::Seen(look),
};

fn look(evidence: &Evidence) -> Vec<Found> {
    let used = |one: &ops_core::rest::wire::task_managers::TaskManager| {
        one.slots_number.saturating_sub(one.free_slots)
    };
    let by_use = |one: &&ops_core::rest::wire::task_managers::TaskManager| used(one);
    let most = evidence.task_managers.iter().max_by_key(by_use);
    let least = evidence.task_managers.iter().min_by_key(by_use);
    let Some((most, least)) = most.zip(least) else { return Vec::new() };
    let (full, empty) = (used(most), used(least));
    if full < 2 || full < 2 * empty + 2 {
        return Vec::new();
    }
    let (full_host, empty_host) = (evidence.host_of(&most.id), evidence.host_of(&least.id));
    let message = format!("{full} slots of {full_host} are used, {empty} of {empty_host}");
    vec![Found::new(message).seen(format!("of {} TaskManagers", evidence.task_managers.len()))]
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found, task_manager};

    #[test]
    fn full_and_empty_side_by_side() {
        let mut evidence = Sample::job().chain(1).evidence();
        evidence.task_managers = vec![task_manager("a", 4, 0), task_manager("b", 4, 4)];
        assert_eq!(found(evidence.clone(), "DR312").as_deref(), Some("4 slots of a are used, 0 of b"));
        evidence.task_managers = vec![task_manager("a", 4, 1), task_manager("b", 4, 2)];
        assert_eq!(found(evidence, "DR312"), None);
    }
}
