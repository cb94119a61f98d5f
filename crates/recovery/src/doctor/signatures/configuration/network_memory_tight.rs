//! Network buffers may not suffice.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::Severity;
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};
use ops_core::version::FlinkVersion;
use tuning::TuningError;
use tuning::network::{JobGraph, Verdict, advise};
use tuning::settings::Settings;

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR509",
    name: "network-memory-tight",
    severity: Severity::Warning,
    tier: Tier::Cause,
    finds: "By Flink's own arithmetic, the network memory of a TaskManager is too small for the job's graph.",
    cause: "The network memory was left at what suits small jobs.",
    steps: &[Step::run(
        "See how many buffers each vertex needs, and what to set.",
        "flinkops tune network {job}",
    )],
    look: Look::Seen(look),
};

fn look(evidence: &Evidence) -> Vec<Found> {
    let version = evidence.version.as_ref().and_then(|version| version.parse::<FlinkVersion>().ok());
    let Some(version) = version.filter(|_| evidence.knows_settings()) else { return Vec::new() };
    let settings = evidence
        .settings
        .iter()
        .fold(Settings::empty(version), |settings, (key, value)| settings.with(key, value));
    let count = u32::try_from(evidence.task_managers.len()).unwrap_or(u32::MAX).max(1);
    let slots = evidence.task_managers.iter().map(|one| one.slots_number).max().unwrap_or(1).max(1);
    let mut all = Vec::new();
    for job in evidence.jobs.iter().filter(|job| job.goes_on()) {
        let Ok(graph) = JobGraph::of_plan(&job.details.plan) else { continue };
        let report = match advise(&settings, &[graph], count, slots) {
            Ok(report) => report,
            Err(TuningError::DoesNotFit { what, .. }) => {
                all.push(
                    Found::of(job, format!("a TaskManager of this size has no room for {what}"))
                        .severity(Severity::Info),
                );
                continue;
            }
            Err(_) => continue,
        };
        if report.verdict == Verdict::Insufficient {
            let message = format!(
                "a TaskManager needs {} network buffers and has {}",
                report.required, report.available
            );
            let mut found = Found::of(job, message);
            found.evidence = report
                .advice
                .iter()
                .map(|advice| format!("{}: {}", advice.key, advice.value.as_deref().unwrap_or("(none)")))
                .collect();
            // A job that runs has got them: the worst placement did not come about.
            all.push(if job.runs_well() { found.severity(Severity::Info) } else { found });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn a_wide_shuffle_on_small_processes() {
        let job = |parallelism: i32, memory: &str| {
            let sample = Sample::job().chain(2).keyed(0, parallelism, 32_768).keyed(1, parallelism, 32_768);
            sample.setting("taskmanager.memory.process.size", memory).evidence()
        };
        assert!(found(job(2000, "1g"), "DR509").is_some());
        assert_eq!(found(job(2, "4g"), "DR509"), None);
    }
}
