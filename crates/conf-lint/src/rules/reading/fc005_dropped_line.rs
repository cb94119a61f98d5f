//! FC005: lines that Flink passes over, wholly or in part.

use ops_core::conf::{Problem, ProblemKind};
use ops_core::version::Dialect;

use crate::finding::{Edit, Finding, Severity};
use crate::lines::lines;
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
    /// Unsafe, where only the blank behind the colon is missing and Flink has an option of that name: the blank is put
    /// in, and the option takes effect. Of two values, only the writer knows which was meant.
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
        let finding = finding.with_severity(severity);
        findings.push(match blank(subject, problem) {
            Some(edit) => finding.with_unsafe_fix(vec![edit]),
            None => finding,
        });
    }
}

/// Puts the blank behind the colon.
fn blank(subject: &Subject<'_>, problem: &Problem) -> Option<Edit> {
    if problem.kind != ProblemKind::NoSeparator || subject.dialect() != Dialect::Legacy {
        return None;
    }
    let line = lines(subject.document().text()).nth(problem.line - 1)?;
    let comment = line.find('#').unwrap_or(line.len());
    let (key, _) = line[..comment].split_once(':')?;
    let value = &line[key.len() + 1..];
    let (name, value) = (key.trim(), value.trim_start());
    let option = subject.catalogue.lookup(name).is_some() && subject.set(name).is_none();
    // `http://…` without a key has a colon, too.
    (option && !value.is_empty() && !value.starts_with('#')).then(|| Edit::Line {
        file: subject.file().to_owned(),
        line: problem.line,
        from: line.to_owned(),
        to: format!("{key}: {value}"),
    })
}
