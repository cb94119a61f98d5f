//! An alert fires.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR507",
    name: "alert-fires",
    severity: Severity::Warning,
    tier: Tier::Consequence,
    finds: "An alert about Flink fires in the Prometheus that was given.",
    cause: "See the alert's own explanation.",
    steps: &[Step::run("See what it means.", "flinkops monitor alerts --list")],
    look: Look::Seen(look),
};

fn look(evidence: &Evidence) -> Vec<Found> {
    let fires = evidence.alerts.iter();
    fires
        .map(|alert| {
            let severity = if alert.severity == "info" { Severity::Info } else { Severity::Warning };
            let mut found =
                Found::new(format!("{} fires", alert.code)).about(alert.place.clone()).severity(severity);
            found.evidence.extend((!alert.message.is_empty()).then(|| alert.message.clone()));
            found.sure(Confidence::Certain)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::doctor::evidence::Note;
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn what_prometheus_says() {
        let mut evidence = Sample::job().chain(1).evidence();
        assert_eq!(found(evidence.clone(), "DR507"), None);
        evidence.alerts.push(Note { code: "FlinkBackpressure".to_owned(), ..Note::default() });
        assert_eq!(found(evidence, "DR507").as_deref(), Some("FlinkBackpressure fires"));
    }
}
