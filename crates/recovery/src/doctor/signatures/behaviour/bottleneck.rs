//! The vertex that holds the others up.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR303",
    name: "bottleneck",
    severity: Severity::Warning,
    tier: Tier::Cause,
    finds: "A vertex works all the time, and what it reads from waits for it. The vertices before it are its victims and are not named.",
    cause: "It costs more time for a record than its subtasks have: expensive code, calls to other systems, state on slow disks, or too few subtasks.",
    steps: &[
        Step::run(
            "Ask how many subtasks it needs, by what it was measured to do.",
            "flinkops tune parallelism {job}",
        ),
        Step::just("See where its time goes: flame graphs, with rest.flamegraph.enabled."),
        Step::just("Where it waits for another system, ask asynchronously (AsyncDataStream)."),
    ],
    look: Look::Seen(look),
};

/// It works for more than this share of its time.
const BUSY: f64 = 0.8;

/// What it reads from waits for more than this share.
const HELD_UP: f64 = 0.5;

fn look(evidence: &Evidence) -> Vec<Found> {
    let mut all = Vec::new();
    for job in evidence.jobs.iter().filter(|job| job.goes_on()) {
        for vertex in &job.vertices {
            let Some(load) = vertex.load().filter(|load| load.busiest >= BUSY) else { continue };
            let inputs =
                job.nodes().iter().find(|node| node.id == vertex.id).map(|node| node.inputs.as_slice());
            let held_up = inputs.unwrap_or_default().iter().filter_map(|input| {
                let before = job.vertices.iter().find(|one| one.id == input.id)?;
                before.load().filter(|load| load.held_up >= HELD_UP).map(|load| (input.id, load.held_up))
            });
            let Some((before, share)) = held_up.max_by(|one, other| one.1.total_cmp(&other.1)) else {
                continue;
            };
            let name = job.vertex_name(vertex.id);
            let mut found = Found::of(job, format!("`{name}` is the bottleneck"))
                .about(name.clone())
                .seen(format!(
                    "its subtask {} works for {:.0} % of its time, all of them for {:.0} %",
                    load.busiest_index,
                    load.busiest * 100.0,
                    load.busy * 100.0
                ))
                .seen(format!(
                    "`{}` waits for it for {:.0} % of its time",
                    job.vertex_name(before),
                    share * 100.0
                ));
            if let Some(frame) = &vertex.busy_in {
                found = found.seen(format!("it is in {frame}"));
            }
            all.push(found.sure(Confidence::Likely));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn the_bottleneck_is_named_and_not_its_victims() {
        let job = Sample::job()
            .chain(4)
            .held_up(0, 0.9)
            .held_up(1, 0.8)
            .busy(1, &[0.2])
            .busy(2, &[1.0])
            .busy(3, &[0.1]);
        assert_eq!(found(job.evidence(), "DR303").as_deref(), Some("`v2` is the bottleneck"));
        assert_eq!(found(Sample::job().chain(3).busy(1, &[1.0]).evidence(), "DR303"), None);
    }
}
