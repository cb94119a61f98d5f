//! One subtask makes checkpoints slow.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR306",
    name: "checkpoint-slow-subtask",
    severity: Severity::Warning,
    tier: Tier::Cause,
    finds: "One subtask takes far longer for a checkpoint than the others of its vertex.",
    cause: "Its state or its load is larger (skew), or its host's disk or network is slower.",
    steps: &[
        Step::run("Compare its load and state with the others.", "flinkops job show {job}"),
        Step::run("Compare the hosts.", "flinkops deploy preflight --help"),
    ],
    look: Look::Seen(look),
};

/// So many times as long as the median of the others.
const TIMES: i64 = 4;

/// Shorter ones are no trouble, in milliseconds.
const SHORT: i64 = 10_000;

fn look(evidence: &Evidence) -> Vec<Found> {
    let mut all = Vec::new();
    for job in evidence.jobs.iter().filter(|job| job.goes_on()) {
        for slow in &job.slow_parts {
            let complete = slow.part.subtasks.iter().filter(|one| one.is_complete());
            let mut times: Vec<(i32, i64)> =
                complete.map(|one| (one.index, one.end_to_end_duration)).collect();
            times.sort_by_key(|(_, time)| *time);
            let Some((late, longest)) = times.pop().filter(|_| times.len() > 1) else { continue };
            let median = times[times.len() / 2].1;
            if longest < SHORT || longest < median.saturating_mul(TIMES) {
                continue;
            }
            let name = job.vertex_name(slow.vertex);
            let seconds = |millis: i64| millis as f64 / 1000.0;
            let mut found = Found::of(job, format!("subtask {late} of `{name}` makes checkpoints slow"))
                .about(format!("{name} ({}/{})", late + 1, slow.part.num_subtasks))
                .sure(Confidence::Certain)
                .seen(format!(
                    "checkpoint {} took it {:.1} s, the median of the others is {:.1} s",
                    slow.part.id,
                    seconds(longest),
                    seconds(median)
                ));
            let host =
                job.vertices.iter().find(|one| one.id == slow.vertex).and_then(|one| one.host_of(late));
            if let Some(host) = host {
                found = found.seen(format!("on {host}"));
            }
            all.push(found);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn one_is_slower_than_the_rest() {
        let times = |times: &[i64]| {
            Sample::job().chain(2).checkpoints(&[1]).part(
                1,
                |index, one| one.end_to_end_duration = times[index],
                times.len(),
            )
        };
        assert!(found(times(&[900, 40_000, 1000]).evidence(), "DR306").is_some());
        assert_eq!(found(times(&[30_000, 40_000, 31_000]).evidence(), "DR306"), None);
        assert_eq!(found(times(&[10, 900, 10]).evidence(), "DR306"), None);
    }
}
