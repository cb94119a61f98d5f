//! A JobManager that restarts forgets its jobs.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR504",
    name: "no-high-availability",
    severity: Severity::Info,
    tier: Tier::Cause,
    finds: "There is no high availability.",
    cause: "high-availability.type is not set.",
    steps: &[
        Step::run(
            "Set high-availability.type (zookeeper, kubernetes) and high-availability.storageDir.",
            "flinkops conf explain high-availability.type",
        ),
        Step::run("Or keep jobs running from their descriptions.", "flinkops recover watch --help"),
    ],
    look: Look::Seen(look),
};

fn look(evidence: &Evidence) -> Vec<Found> {
    let kind = evidence.setting(&["high-availability.type", "high-availability"]).unwrap_or("NONE");
    match evidence.knows_settings() && kind.eq_ignore_ascii_case("none") {
        true => vec![Found::new("a JobManager that restarts forgets its jobs").sure(Confidence::Certain)],
        false => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn with_and_without() {
        let set = |value: &str| Sample::job().chain(1).setting("high-availability.type", value).evidence();
        assert!(found(set("NONE"), "DR504").is_some());
        assert_eq!(found(set("zookeeper"), "DR504"), None);
        assert_eq!(found(Sample::job().chain(1).evidence(), "DR504"), None);
    }
}
