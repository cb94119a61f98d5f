//! Time stands still, because one input says nothing.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR304",
    name: "watermark-held-back",
    severity: Severity::Warning,
    tier: Tier::Cause,
    finds: "The watermark does not advance, because one subtask of a source emits none while others do: windows and timers wait for it.",
    cause: "A partition has no records, and the watermark strategy does not say when it counts as idle.",
    steps: &[
        Step::just(
            "Let it count as idle after a while: WatermarkStrategy.withIdleness(…), or table.exec.source.idle-timeout in SQL.",
        ),
        Step::run("See which subtasks of the source send nothing.", "flinkops job show {job}"),
    ],
    look: Look::Seen(look),
};

/// What no watermark is.
const NONE: f64 = -9.0e18;

/// Subtasks whose watermarks are further apart than this (milliseconds) are reading different times.
const APART: f64 = 600_000.0;

/// A job that has run for less than this (milliseconds) may have none yet.
const EARLY: i64 = 20_000;

fn look(evidence: &Evidence) -> Vec<Found> {
    let mut all = Vec::new();
    for job in &evidence.jobs {
        let Some(since) = job.all_running_since() else { continue };
        if job.details.now - since < EARLY {
            continue;
        }
        for vertex in job.vertices.iter().filter(|vertex| job.is_source(vertex.id)) {
            let name = job.vertex_name(vertex.id);
            for (operator, (least, most)) in &vertex.output_watermarks {
                if *most <= NONE || *least > NONE && most - least < APART {
                    continue;
                }
                let behind = match *least <= NONE {
                    true => "has emitted no watermark yet".to_owned(),
                    false => format!("is {:.0} min behind the others", (most - least) / 60_000.0),
                };
                let mut found = Found::of(job, format!("a subtask of `{name}` {behind}, others go on"))
                    .about(name.clone())
                    .seen(format!("operator {operator}"));
                let silent = vertex.records(true).unwrap_or_default();
                let silent: Vec<String> = silent
                    .iter()
                    .filter(|(_, count)| *count == 0)
                    .map(|(index, _)| index.to_string())
                    .collect();
                if !silent.is_empty() {
                    found = found
                        .seen(format!("these of its subtasks have sent no record: {}", silent.join(", ")));
                }
                // Subtasks that read different days advance at different times: that need not be wrong.
                all.push(match *least <= NONE {
                    true => found.sure(Confidence::Certain),
                    false => found.sure(Confidence::Possible).severity(Severity::Info),
                });
                break;
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn one_partition_is_empty() {
        let least = i64::MIN as f64;
        let job = |least, most| Sample::job().chain(2).records(0, &[500, 0]).watermarks(0, least, most);
        assert!(
            found(job(least, 1e12).evidence(), "DR304").unwrap().contains("has emitted no watermark yet")
        );
        assert!(found(job(1e12, 1e12 + 1.2e6).evidence(), "DR304").unwrap().contains("20 min behind"));
        for (least, most) in [(least, least), (1e12, 1e12 + 1000.0)] {
            assert_eq!(found(job(least, most).evidence(), "DR304"), None);
        }
    }
}
