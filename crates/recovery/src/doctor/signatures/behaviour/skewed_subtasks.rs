//! One subtask gets most of the records.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR301",
    name: "skewed-subtasks",
    severity: Severity::Warning,
    tier: Tier::Cause,
    finds: "One subtask of a vertex reads far more records than the others.",
    cause: "Few keys have most of the records, or there are fewer keys than subtasks: more parallelism does not help.",
    steps: &[
        Step::run("See the subtasks side by side.", "flinkops job show {job}"),
        Step::just("Aggregate in two steps: first by the key and a random part, then by the key alone."),
        Step::just(
            "Where one key is a default (null, 0, empty), give its records keys of their own or filter them.",
        ),
    ],
    look: Look::Seen(look),
};

/// So many times as many records as the median of the others.
const TIMES: u64 = 4;

/// Fewer records than this say nothing.
const FEWEST: u64 = 1000;

/// A subtask that works for less than this share of its time has no trouble.
const BUSY: f64 = 0.5;

fn look(evidence: &Evidence) -> Vec<Found> {
    let mut all = Vec::new();
    for job in evidence.jobs.iter().filter(|job| job.goes_on()) {
        for vertex in job.vertices.iter().filter(|vertex| !job.is_source(vertex.id)) {
            let Some(mut records) = vertex.records(false).filter(|records| records.len() > 1) else {
                continue;
            };
            records.sort_by_key(|(_, count)| *count);
            let Some((hot, most)) = records.pop() else { continue };
            let median = records[records.len() / 2].1;
            if most < FEWEST || most < median.saturating_mul(TIMES).max(1) {
                continue;
            }
            let total: u64 = records.iter().map(|(_, count)| count).sum::<u64>() + most;
            let load = vertex.load().filter(|load| load.busiest_index == hot);
            let busy = load.map_or(0.0, |load| load.busiest);
            let name = job.vertex_name(vertex.id);
            let share = most as f64 / total as f64 * 100.0;
            let message = format!("subtask {hot} of `{name}` gets {share:.0} % of all records");
            let mut found = Found::of(job, message)
                .about(format!("{name} ({}/{})", hot + 1, records.len() + 1))
                .sure(Confidence::Certain)
                .seen(format!("{most} records, the median of the other {} is {median}", records.len()));
            if let Some(host) = vertex.host_of(hot) {
                found = found.seen(format!("on {host}"));
            }
            found = match load {
                Some(_) => found.seen(format!("it works for {:.0} % of its time", busy * 100.0)),
                None => found,
            };
            all.push(if busy < BUSY { found.severity(Severity::Info) } else { found });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn one_key_has_most_records() {
        let hot = Sample::job().chain(2).records(1, &[100, 90_000, 120, 80]).busy(1, &[0.1, 1.0, 0.1, 0.1]);
        assert_eq!(
            found(hot.evidence(), "DR301").as_deref(),
            Some("subtask 1 of `v1` gets 100 % of all records")
        );
        let even = Sample::job().chain(2).records(1, &[900, 1100, 1200, 3000]).busy(1, &[1.0; 4]);
        assert_eq!(found(even.evidence(), "DR301"), None);
        let unknown = Sample::job().chain(2).records(1, &[100, 90_000]).incomplete(1).busy(1, &[0.1, 1.0]);
        assert_eq!(found(unknown.evidence(), "DR301"), None);
    }
}
