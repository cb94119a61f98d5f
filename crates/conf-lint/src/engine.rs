//! Running the rules over a document, or over the files of a conf directory.

use ops_core::conf::ConfDocument;
use ops_core::version::FlinkVersion;

use crate::files::Files;
use crate::finding::Report;
use crate::registry::RULES;
use crate::subject::Subject;
use crate::suppression;

/// What a document is checked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// The Flink that will read it.
    pub version: FlinkVersion,
    /// The file's name in findings.
    pub file: String,
}

/// Finds what is wrong with a document, in the order of its lines.
pub fn lint(document: &ConfDocument, context: &Context) -> Report {
    run(&Subject::of_document(document, context))
}

/// Finds what is wrong with a configuration and the files beside it, in the order of the files and their lines.
pub fn lint_files(files: &Files) -> Report {
    run(&Subject::of_files(files))
}

fn run(subject: &Subject<'_>) -> Report {
    let mut findings = Vec::new();
    for rule in RULES {
        (rule.check)(subject, &mut findings);
    }
    suppression::apply(subject, &mut findings);
    findings.sort_by(|a, b| {
        let key = |finding: &crate::finding::Finding| {
            (subject.position(&finding.file), finding.line, finding.column, finding.code)
        };
        key(a).cmp(&key(b)).then_with(|| a.key.cmp(&b.key))
    });
    Report { findings }
}
