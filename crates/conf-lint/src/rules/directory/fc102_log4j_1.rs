//! FC102: a logging configuration of another log4j.

use super::properties::properties;
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// Keys of log4j 1 (`log4j.rootLogger`, `log4j.appender.…`) in `log4j*.properties`.
    ///
    /// ## Why it matters
    /// Flink comes with log4j 2, which does not read them: only errors are logged, to the console.
    ///
    /// ## Example
    /// ```text
    /// log4j.rootLogger=INFO, file
    /// ```
    ///
    /// ## Fix
    /// None: begin with the file of the distribution.
    "FC102", "log4j-1", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(files) = subject.directory() else { return };
    for file in files.companions.iter().filter(|file| file.file.starts_with("log4j")) {
        let former = ["log4j.rootLogger", "log4j.appender.", "log4j.logger."];
        let first = properties(&file.text)
            .find(|property| former.iter().any(|former| property.key.starts_with(former)));
        if let Some(property) = first {
            let message = format!("`{}` is of log4j 1, and Flink comes with log4j 2", property.key);
            let place = (property.line, property.column);
            findings.push(subject.in_file(
                &RULE,
                &file.name,
                place,
                message,
                "begin with the file of the distribution",
            ));
        }
    }
}
