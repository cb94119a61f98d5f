//! Garbage collection takes the time.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};
use ops_core::units::human_bytes;

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR310",
    name: "garbage-collection",
    severity: Severity::Warning,
    tier: Tier::Cause,
    finds: "A TaskManager spends much of its time on garbage collection.",
    cause: "Its heap is nearly full of what is still needed: state of the hashmap backend, large windows, caches; or very many short-lived objects.",
    steps: &[
        Step::run(
            "See how the memory is divided.",
            "flinkops tune memory --conf conf/config.yaml --process taskmanager",
        ),
        Step::run("Keep state in RocksDB, or give the heap more.", "flinkops tune rocksdb --help"),
    ],
    look: Look::Seen(look),
};

/// Milliseconds of each second.
const MUCH: f64 = 300.0;

fn look(evidence: &Evidence) -> Vec<Found> {
    let busy = evidence.collecting.iter().filter(|(_, millis)| **millis >= MUCH);
    busy.map(|(id, millis)| {
        let host = evidence.host_of(id);
        let share = millis / 10.0;
        let mut found =
            Found::new(format!("{host} spends {share:.0} % of its time on garbage collection")).about(host);
        if let Some(metrics) = evidence.memory.get(id) {
            let shown = |bytes: i64| human_bytes(u64::try_from(bytes).unwrap_or(0));
            found = found.seen(format!(
                "{} of {} heap are used",
                shown(metrics.heap_used),
                shown(metrics.heap_max)
            ));
        }
        found.sure(Confidence::Certain)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn a_third_of_the_time_is_much() {
        let mut evidence = Sample::job().chain(1).evidence();
        evidence.collecting.insert(ops_core::ids::TaskManagerId("tm-1".to_owned()), 420.0);
        assert_eq!(
            found(evidence.clone(), "DR310").as_deref(),
            Some("tm-1 spends 42 % of its time on garbage collection")
        );
        evidence.collecting.insert(ops_core::ids::TaskManagerId("tm-1".to_owned()), 42.0);
        assert_eq!(found(evidence, "DR310"), None);
    }
}
