//! The configuration has faults of its own.

use crate::doctor::evidence::Evidence;
use crate::doctor::finding::{Confidence, Severity};
use crate::doctor::signature::{Found, Look, Signature, Step, Tier};

pub(crate) static SIGNATURE: Signature = Signature {
    code: "DR506",
    name: "configuration-lint",
    severity: Severity::Warning,
    tier: Tier::Consequence,
    finds: "`conf lint` finds something in the conf directory that was given.",
    cause: "See the rule.",
    steps: &[Step::run("See all of it, and mend what can be mended.", "flinkops conf fix conf --dry-run")],
    look: Look::Seen(look),
};

/// More are counted only.
const TOLD: usize = 12;

fn look(evidence: &Evidence) -> Vec<Found> {
    let told = evidence.lint.iter().filter(|note| note.severity != "info").take(TOLD);
    told.map(|note| {
        let severity = if note.severity == "error" { Severity::Warning } else { Severity::Info };
        let mut found = Found::new(format!("{}: {}", note.code, note.message))
            .about(note.place.clone())
            .severity(severity);
        found.evidence.extend(note.help.clone());
        found.sure(Confidence::Certain)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use crate::doctor::evidence::Note;
    use crate::doctor::signatures::sample::{Sample, found};

    #[test]
    fn what_lint_says() {
        let mut evidence = Sample::job().chain(1).evidence();
        assert_eq!(found(evidence.clone(), "DR506"), None);
        evidence.lint.push(Note {
            code: "FC001".to_owned(),
            severity: "error".to_owned(),
            message: "no".to_owned(),
            ..Note::default()
        });
        assert_eq!(found(evidence, "DR506").as_deref(), Some("FC001: no"));
    }
}
