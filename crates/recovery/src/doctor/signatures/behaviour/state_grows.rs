//! State grows without an end in sight.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};
use ops_core::units::human_bytes;

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR313",
    name: "state-grows",
    severity: Severity::Warning,
    tier: Tier::Cause,
    finds: "State has grown with every one of the last checkpoints, by half or more.",
    cause: "Keys come and never go: state without time-to-live, joins without bounds, windows that never fire.",
    steps: &[
        Step::run(
            "See which operator's state it is: compare two checkpoints.",
            "flinkops recover savepoint inspect PATH",
        ),
        Step::just("Let state expire: StateTtlConfig, or table.exec.state.ttl in SQL."),
        Step::run("Keep state in RocksDB, with incremental checkpoints.", "flinkops tune rocksdb --help"),
    ],
    look: Look::Seen(look),
};

/// Checkpoints that are compared.
const COMPARED: usize = 5;

/// Less state than this is no trouble, in bytes.
const LEAST: i64 = 16 << 20;

fn look(evidence: &Evidence) -> Vec<Found> {
    let mut all = Vec::new();
    for job in evidence.jobs.iter().filter(|job| job.goes_on()) {
        let sizes: Vec<(i64, i64)> =
            job.completed().take(10).map(|one| (one.trigger_timestamp, one.state_size)).collect();
        let (Some((now, newest)), Some((then, oldest))) = (sizes.first(), sizes.last()) else { continue };
        let grows = sizes.windows(2).all(|pair| pair[0].1 > pair[1].1);
        if sizes.len() < COMPARED || !grows || *newest < LEAST || *newest < oldest.saturating_mul(3) / 2 {
            continue;
        }
        let seconds = ((now - then) as f64 / 1000.0).max(1.0);
        let hourly = (newest - oldest) as f64 / seconds * 3600.0;
        let shown = |bytes: i64| human_bytes(u64::try_from(bytes).unwrap_or(0));
        let message =
            format!("its state grew from {} to {} in {seconds:.0} s", shown(*oldest), shown(*newest));
        let mut found = Found::of(job, message)
            .sure(Confidence::Likely)
            .seen(format!("that is {} an hour", human_bytes(hourly as u64)));
        let largest = job.newest.iter().flat_map(|one| &one.tasks).max_by_key(|(_, part)| part.state_size);
        if let Some((vertex, part)) = largest {
            let name = job.vertex_name(*vertex);
            found = found.seen(format!("`{name}` has {} of it", shown(part.state_size))).about(name);
        }
        all.push(found);
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn growth_is_told_from_waves() {
        let mega = |sizes: &[i64]| sizes.iter().map(|size| size << 20).collect::<Vec<_>>();
        let job = |sizes: &[i64]| Sample::job().chain(2).checkpoints(&mega(sizes));
        assert!(found(job(&[20, 30, 45, 60, 80]).evidence(), "DR313").is_some());
        for sizes in [&[20, 30, 45, 30, 80][..], &[20, 21, 22, 23, 24], &[20, 80], &[1, 2, 3, 4, 5]] {
            assert_eq!(found(job(sizes).evidence(), "DR313"), None, "{sizes:?}");
        }
    }
}
