//! One subtask has most of the state.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};
use ops_core::units::human_bytes;

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR302",
    name: "skewed-state",
    severity: Severity::Warning,
    tier: Tier::Cause,
    finds: "One subtask of a vertex holds far more state than the others.",
    cause: "Few keys have most of the state, such as lists that grow for one customer.",
    steps: &[
        Step::run(
            "See the state of every operator and subtask.",
            "flinkops recover savepoint inspect PATH -o json",
        ),
        Step::just("Bound what is kept for a key, or split the key."),
    ],
    look: Look::Seen(look),
};

/// So many times as large as the median of the others.
const TIMES: i64 = 4;

/// Less state than this is no trouble, in bytes.
const LEAST: i64 = 64 << 20;

fn look(evidence: &Evidence) -> Vec<Found> {
    let mut all = Vec::new();
    for job in evidence.jobs.iter().filter(|job| job.goes_on()) {
        for slow in &job.slow_parts {
            let complete = slow.part.subtasks.iter().filter(|one| one.is_complete());
            let mut sizes: Vec<(i32, i64)> = complete.map(|one| (one.index, one.state_size)).collect();
            sizes.sort_by_key(|(_, size)| *size);
            let Some((large, most)) = sizes.pop().filter(|_| !sizes.is_empty()) else { continue };
            let median = sizes[sizes.len() / 2].1;
            if most < LEAST || most < median.saturating_mul(TIMES) {
                continue;
            }
            let name = job.vertex_name(slow.vertex);
            let shown = |bytes: i64| human_bytes(u64::try_from(bytes).unwrap_or(0));
            let message = format!("subtask {large} of `{name}` holds {} of state", shown(most));
            all.push(
                Found::of(job, message)
                    .about(format!("{name} ({}/{})", large + 1, slow.part.num_subtasks))
                    .sure(Confidence::Certain)
                    .seen(format!("the median of the others is {}", shown(median))),
            );
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn one_key_has_most_state() {
        let sizes = |sizes: &[i64]| {
            Sample::job().chain(2).checkpoints(&[sizes.iter().sum()]).part(
                1,
                |index, one| one.state_size = sizes[index],
                sizes.len(),
            )
        };
        assert!(found(sizes(&[1 << 20, 1 << 30, 2 << 20]).evidence(), "DR302").is_some());
        assert_eq!(found(sizes(&[1 << 30, 1 << 30, 2 << 30]).evidence(), "DR302"), None);
        assert_eq!(found(sizes(&[1, 5000, 2]).evidence(), "DR302"), None);
    }
}
