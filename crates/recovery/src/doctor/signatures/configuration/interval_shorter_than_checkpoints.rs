//! Checkpoints take longer than their interval.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR505",
    name: "interval-shorter-than-checkpoints",
    severity: Severity::Warning,
    tier: Tier::Cause,
    finds: "Checkpoints take longer, on the average, than the time between them: the job does hardly anything else.",
    cause: "The interval was chosen when the state was small.",
    steps: &[Step::run(
        "Size interval, pause and timeout by what checkpoints take.",
        "flinkops tune checkpoint {job}",
    )],
    look: Look::Seen(look),
};

/// Shorter ones are no trouble, in milliseconds.
const SHORT: i64 = 10_000;

fn look(evidence: &Evidence) -> Vec<Found> {
    let mut all = Vec::new();
    for job in evidence.jobs.iter().filter(|job| job.goes_on()) {
        let (Some(config), Some(statistics)) = (&job.checkpoint_config, &job.checkpoints) else { continue };
        let takes = statistics.summary.end_to_end_duration.avg;
        if takes >= SHORT && takes > config.interval {
            let seconds = |millis: i64| millis as f64 / 1000.0;
            let message = format!(
                "checkpoints take {:.1} s, one is due every {:.1} s",
                seconds(takes),
                seconds(config.interval)
            );
            all.push(Found::of(job, message).sure(Confidence::Certain));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn longer_than_the_interval() {
        let job = |interval| {
            Sample::job()
                .chain(1)
                .checkpoints(&[1])
                .average(15_000)
                .config(|config| config.interval = interval)
        };
        assert!(found(job(5000).evidence(), "DR505").is_some());
        assert_eq!(found(job(60_000).evidence(), "DR505"), None);
    }
}
