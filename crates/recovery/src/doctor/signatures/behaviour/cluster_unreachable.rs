//! The cluster does not answer.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR320",
    name: "cluster-unreachable",
    severity: Severity::Error,
    tier: Tier::Consequence,
    finds: "The JobManager's REST API cannot be reached.",
    cause: "It does not run, the address is another one, or TLS fails.",
    steps: &[
        Step::run("Look at the process and its log, on its host.", "flinkops doctor --logs DIR"),
        Step::run("Connect as a client does, step by step.", "flinkops secure check conf --connect"),
    ],
    look: Look::Seen(look),
};

fn look(evidence: &Evidence) -> Vec<Found> {
    let Some(unreachable) = &evidence.unreachable else { return Vec::new() };
    let found = Found::new(unreachable.why.clone()).sure(Confidence::Certain);
    vec![match unreachable.tls {
        true => found.because("The TLS handshake with the JobManager fails."),
        false => found,
    }]
}

#[cfg(test)]
mod tests {
    use crate::doctor::evidence::{Evidence, Unreachable};
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn no_answer_is_a_finding() {
        let unreachable = Some(Unreachable { why: "refused".to_owned(), tls: false });
        assert_eq!(
            found(Evidence { unreachable, ..Evidence::default() }, "DR320").as_deref(),
            Some("refused")
        );
        assert_eq!(found(Sample::job().chain(1).evidence(), "DR320"), None);
    }
}
