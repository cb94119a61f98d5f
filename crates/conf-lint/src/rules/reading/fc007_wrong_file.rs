//! FC007: a file that this version does not read.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A `flink-conf.yaml` for Flink 2.0 or later, or a `config.yaml` for Flink 1.18.
    ///
    /// ## Why it matters
    /// Flink does not look at the file. It runs with the `config.yaml` (1.18: `flink-conf.yaml`) that stands beside it,
    /// which came with the distribution, or does not start.
    ///
    /// ## Example
    /// `conf/flink-conf.yaml` under a Flink 2.0.
    ///
    /// ## Fix
    /// None here, since the fix is another file. The values must be written anew too: the one format is not the other.
    "FC007", "wrong-file", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let (version, dialect) = (subject.version(), subject.dialect());
    if version.reads(dialect) {
        return;
    }
    let (found, needed) = (dialect.file_name(), version.dialect().file_name());
    let message = format!("Flink {version} does not read {found}");
    let help = format!("convert it to {needed}");
    findings.push(subject.at(&RULE, (1, 1), None, message, help));
}
