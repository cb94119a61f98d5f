//! Running the rules over a document.

use ops_core::conf::ConfDocument;
use ops_core::version::FlinkVersion;

use crate::finding::Report;
use crate::registry::RULES;
use crate::subject::Subject;

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
    let subject = Subject::new(document, context);
    let mut findings = Vec::new();
    for rule in RULES {
        (rule.check)(&subject, &mut findings);
    }
    findings.sort_by(|a, b| (a.line, a.column, a.code, &a.key).cmp(&(b.line, b.column, b.code, &b.key)));
    Report { findings }
}
