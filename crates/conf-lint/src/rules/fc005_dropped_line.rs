//! FC005: lines that Flink passes over, wholly or in part.

use ops_core::conf::ProblemKind;

use crate::finding::{Finding, Severity};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// What Flink's own reader passes over without failing: a line of `flink-conf.yaml` without `: ` between key
    /// and value, a key without value, an entry that a later one with the same key replaces, a value that is cut at
    /// a `#`.
    ///
    /// ## Why it matters
    /// The file says one thing and Flink does another. A dropped line is a warning in a log that nobody reads; a
    /// replaced entry or a cut value is not even that.
    ///
    /// ## Example
    /// ```yaml
    /// rest.port:8081
    /// ```
    /// The blank after the colon is missing, so the port is not set.
    ///
    /// ## Fix
    /// None: only the writer knows which of two values, or what value, was meant.
    "FC005", "dropped-line", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for problem in subject.document().problems() {
        let (severity, help) = match &problem.kind {
            ProblemKind::NoSeparator => (
                Severity::Error,
                "write `key: value`, with a blank after the colon, or begin the line with `#`",
            ),
            ProblemKind::EmptyKey => (Severity::Error, "write the key before the colon"),
            ProblemKind::EmptyValue => (Severity::Warning, "write the value, or remove the line"),
            ProblemKind::Shadowed { .. } => (Severity::Warning, "keep one of the two entries"),
            ProblemKind::CutAtHash => {
                (Severity::Warning, "use a value without `#`; quotes do not protect it in this file format")
            }
            _ => (Severity::Warning, "see how Flink reads this line"),
        };
        let place = (problem.line, problem.column);
        let finding = subject.at(&RULE, place, problem.key.clone(), problem.to_string(), help.to_owned());
        findings.push(finding.with_severity(severity));
    }
}
