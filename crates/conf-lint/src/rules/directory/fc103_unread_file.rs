//! FC103: files that nobody reads.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A second configuration file beside the one that Flink reads, or a file that is named almost like one: `config.yml`,
    /// `flink-conf.yml`, `slaves`.
    ///
    /// ## Why it matters
    /// Flink does not look at it. 1.19 and 1.20 read `flink-conf.yaml` and not the `config.yaml` beside it.
    ///
    /// ## Example
    /// `flink-conf.yaml` and `config.yaml` in one directory.
    ///
    /// ## Fix
    /// None: move what is right into the file that is read, and remove the other.
    "FC103", "unread-file", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (name, read) in subject.directory().into_iter().flat_map(|files| &files.strays) {
        let message = format!("Flink {} does not read this file; it reads {read}", subject.version());
        findings.push(subject.in_file(
            &RULE,
            name,
            (1, 1),
            message,
            format!("move what is right into {read}, and remove this one"),
        ));
    }
}
