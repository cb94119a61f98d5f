//! FC100: processes without a log.

use crate::finding::Finding;
use crate::policy::Reader;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A conf directory with logging configured for some processes, and none for those of the cluster: neither
    /// `log4j.properties` nor `logback.xml`, or neither `log4j-console.properties` nor `logback-console.xml`.
    ///
    /// ## Why it matters
    /// The start scripts name these files to Java. Where they are missing, only errors are logged, to the console. The
    /// first is for processes in the background, the second for those in the foreground, as in containers.
    ///
    /// ## Example
    /// A directory with `log4j.properties` alone.
    ///
    /// ## Fix
    /// None: copy the file from the distribution.
    "FC100", "no-logging", Info, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(files) = subject.directory() else { return };
    if !subject.is_read_by(Reader::JobManager) && !subject.is_read_by(Reader::TaskManager) {
        return;
    }
    let mut logging = files.companions.iter().filter(|file| file.file.starts_with("log"));
    let Some(place) = logging.next() else { return };
    for (file, other) in
        [("log4j.properties", "logback.xml"), ("log4j-console.properties", "logback-console.xml")]
    {
        if subject.companion(file).is_none() && subject.companion(other).is_none() {
            let message =
                format!("there is no {file}, so processes that are started with it log next to nothing");
            findings.push(subject.in_file(
                &RULE,
                &place.name,
                (1, 1),
                message,
                "copy it from the distribution",
            ));
        }
    }
}
