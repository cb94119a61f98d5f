//! FC023: Java options that overrule Flink's memory model.

use ops_core::conf::Entry;

use crate::finding::{Edit, Finding};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// `-Xmx`, `-Xms`, `-XX:MaxDirectMemorySize` or `-XX:MaxMetaspaceSize` in `env.java.opts…`.
    ///
    /// ## Why it matters
    /// Flink works these out from its memory options and passes them on, and the start scripts put yours behind them: of
    /// two, Java takes the last. The process has another heap than Flink reckons with; it is killed for using too much,
    /// or leaves memory idle.
    ///
    /// ## Example
    /// ```yaml
    /// env.java.opts.taskmanager: -Xmx4g -XX:+UseG1GC
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the options are taken out. Set the size in Flink's own terms instead, such as
    /// `taskmanager.memory.process.size`.
    "FC023", "java-memory-option", Warning, since "0.1.0", check
}

const OPTIONS: [&str; 4] = ["-Xmx", "-Xms", "-XX:MaxDirectMemorySize=", "-XX:MaxMetaspaceSize="];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for entry in java_options(subject) {
        let is_size = |word: &&str| OPTIONS.iter().any(|option| word.starts_with(option));
        let words: Vec<&str> =
            entry.value.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
        let sizes: Vec<&str> = words.iter().copied().filter(is_size).collect();
        if sizes.is_empty() {
            continue;
        }
        let message = format!("{} in `{}` overrules what Flink works out", sizes.join(" "), entry.key);
        let help = "set the size by Flink's memory options, such as `taskmanager.memory.process.size`";
        let rest: Vec<&str> = words.iter().copied().filter(|word| !is_size(word)).collect();
        let edit = match rest.is_empty() {
            true => Edit::CommentOut {
                key: entry.key.clone(),
                reason: "Flink works out the sizes itself".to_owned(),
            },
            false => Edit::Set { key: entry.key.clone(), value: rest.join(" ") },
        };
        findings.push(subject.at_value(&RULE, entry, message, help).with_unsafe_fix(vec![edit]));
    }
}

/// The entries with options for the JVMs of the cluster.
pub(crate) fn java_options<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Entry> {
    subject.entries().filter(|entry| {
        ["env.java.opts", "env.java.opts.all", "env.java.opts.jobmanager", "env.java.opts.taskmanager"]
            .contains(&entry.key.as_str())
    })
}
