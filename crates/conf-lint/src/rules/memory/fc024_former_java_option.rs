//! FC024: Java options of old.

use super::fc023_java_memory_option::java_options;
use crate::finding::{Edit, Finding};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// Java options that Java 17 does not know any more: the CMS collector, the permanent generation, the old switches
    /// of garbage collection logging.
    ///
    /// ## Why it matters
    /// Flink starts Java with `-XX:+IgnoreUnrecognizedVMOptions`, so they are passed over without a word: another
    /// collector runs, or no log is written.
    ///
    /// ## Example
    /// ```yaml
    /// env.java.opts.all: -XX:+UseConcMarkSweepGC -XX:+PrintGCDateStamps
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the options are taken out. Nothing changes on Java 17; Java 8 or 11 ran with them.
    "FC024", "former-java-option", Warning, since "0.1.0", check
}

/// Refused by Java 17 without that switch.
const GONE: [&str; 19] = [
    "AggressiveOpts",
    "CMSClassUnloadingEnabled",
    "CMSInitiatingOccupancyFraction",
    "CMSParallelRemarkEnabled",
    "GCLogFileSize",
    "MaxPermSize",
    "NumberOfGCLogFiles",
    "PermSize",
    "PrintAdaptiveSizePolicy",
    "PrintGCApplicationStoppedTime",
    "PrintGCDateStamps",
    "PrintGCTimeStamps",
    "PrintHeapAtGC",
    "PrintTenuringDistribution",
    "UseCMSInitiatingOccupancyOnly",
    "UseConcMarkSweepGC",
    "UseGCLogFileRotation",
    "UseParNewGC",
    "UseParallelOldGC",
];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for entry in java_options(subject) {
        let words: Vec<&str> =
            entry.value.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
        let gone: Vec<&str> = words.iter().copied().filter(|word| is_gone(word)).collect();
        if gone.is_empty() {
            continue;
        }
        let message = format!("Java 17 does not know {}, and is told to ignore it", gone.join(" and "));
        let help = "remove it; garbage collection is logged by `-Xlog:gc*`";
        let rest: Vec<&str> = words.iter().copied().filter(|word| !is_gone(word)).collect();
        let edit = match rest.is_empty() {
            true => Edit::CommentOut { key: entry.key.clone(), reason: "not known to Java 17".to_owned() },
            false => Edit::Set { key: entry.key.clone(), value: rest.join(" ") },
        };
        findings.push(subject.at_value(&RULE, entry, message, help).with_unsafe_fix(vec![edit]));
    }
}

fn is_gone(word: &str) -> bool {
    let name = word.strip_prefix("-XX:").map(|name| name.trim_start_matches(['+', '-']));
    name.is_some_and(|name| GONE.contains(&name.split('=').next().unwrap_or(name)))
}
