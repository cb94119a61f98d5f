//! FC001: keys that this version of Flink does not know.

use ops_core::catalogue::Elsewhere;
use ops_core::conf::Entry;

use crate::finding::{Edit, Finding, Severity};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A key that no option of this Flink version has, under its own or a former name, and that belongs to none of
    /// the families whose keys the user completes (`metrics.reporter.<name>.…`, `s3.…`, `flink.hadoop.…`).
    ///
    /// ## Why it matters
    /// Flink loads such a key without a word and never looks at it. What was meant to be set is not set: checkpoints
    /// go to the JobManager's heap, memory is split by the defaults, TLS stays off.
    ///
    /// ## Example
    /// ```yaml
    /// state.checkpoints.storage: hdfs://namenode:8020/flink/checkpoints
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the key is renamed to the option that was most likely meant, one that takes the value; or commented
    /// out where Flink has no such switch. Flink acts on the value from then on. A key that resembles none has no fix,
    /// and is a warning: a job may read keys of its own.
    "FC001", "unknown-key", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for entry in subject.entries() {
        if subject.known(entry).is_none() {
            findings.push(report(subject, entry));
        }
    }
}

fn report(subject: &Subject<'_>, entry: &Entry) -> Finding {
    let (key, version) = (&entry.key, subject.version());
    if key == "security.ssl.enabled" && entry.value.eq_ignore_ascii_case("true") {
        return common_tls_switch(subject, entry);
    }
    let ignored = format!("Flink {version} has no option `{key}` and ignores it");
    let finding = |message, help| subject.at_key(&RULE, entry, message, help);
    match well_known(subject, entry) {
        Some(WellKnown::Meant(option, why)) => {
            let help = format!("{why}: use `{option}`");
            return finding(ignored, help).with_unsafe_fix(vec![subject.move_to(entry, option)]);
        }
        Some(WellKnown::Nothing(why)) => {
            let reason = "Flink has no such option".to_owned();
            let edit = Edit::CommentOut { key: key.clone(), reason };
            return finding(ignored, why.to_owned()).with_unsafe_fix(vec![edit]);
        }
        None => {}
    }
    if let Some(elsewhere) = subject.catalogue.elsewhere(key) {
        let message = format!("{ignored}; {}", history(subject, &elsewhere));
        return match elsewhere.replacement {
            Some(option) => finding(message, format!("use `{option}`"))
                .with_unsafe_fix(vec![subject.move_to(entry, option)]),
            None => {
                let help =
                    format!("remove it; no option of Flink {version} replaces it under a related name");
                finding(message, help)
            }
        };
    }
    match subject.catalogue.suggest(key, &entry.value, subject.dialect(), 3)[..] {
        [] => {
            let help = "remove it, unless a job of yours reads it from the configuration".to_owned();
            finding(ignored, help).with_severity(Severity::Warning)
        }
        [first, ref others @ ..] => {
            let finding = finding(ignored, did_you_mean(first, others));
            let fits = subject.catalogue.option(first).is_some_and(|option| {
                subject.catalogue.check(&option, &entry.value, subject.dialect()).is_ok()
            });
            // Where the option is set too, nobody knows which of the two values was meant.
            if fits && subject.entry(first).is_none() {
                finding.with_unsafe_fix(vec![subject.move_to(entry, first)])
            } else {
                finding
            }
        }
    }
}

/// Until 2.0, one switch stood in for two.
fn common_tls_switch(subject: &Subject<'_>, entry: &Entry) -> Finding {
    let switches = ["security.ssl.internal.enabled", "security.ssl.rest.enabled"];
    let message = format!(
        "Flink {} has no option `{}` and ignores it; it encrypts nothing; 1.20 was the last to know it",
        subject.version(),
        entry.key
    );
    let edits = match switches.iter().filter(|switch| subject.entry(switch).is_none()).collect::<Vec<_>>()[..]
    {
        [] => vec![subject.move_to(entry, switches[0])],
        [first, ref others @ ..] => {
            let append = |key: &&&str| Edit::Append { key: (**key).to_string(), value: "true".to_owned() };
            std::iter::once(subject.move_to(entry, first)).chain(others.iter().map(append)).collect()
        }
    };
    let help = format!("use `{}` and `{}`", switches[0], switches[1]);
    subject.at_key(&RULE, entry, message, help).with_unsafe_fix(edits)
}

fn did_you_mean(first: &str, others: &[&str]) -> String {
    match others {
        [] => format!("did you mean `{first}`?"),
        [middle @ .., last] => {
            let middle: String = middle.iter().map(|key| format!(", `{key}`")).collect();
            format!("did you mean `{first}`{middle} or `{last}`?")
        }
    }
}

fn history(subject: &Subject<'_>, elsewhere: &Elsewhere) -> String {
    let this = subject.version();
    let older = elsewhere.versions.iter().rfind(|version| **version < this);
    let newer = elsewhere.versions.iter().find(|version| **version > this);
    match (older, newer) {
        (Some(last), None) => format!("{} was the last to know it", last.line()),
        (None, Some(first)) => format!("{} is the first to know it", first.line()),
        _ => format!("{} know it", lines(elsewhere)),
    }
}

fn lines(elsewhere: &Elsewhere) -> String {
    elsewhere.versions.iter().map(|version| version.line()).collect::<Vec<_>>().join(", ")
}

/// What people write, and what they mean by it, where that is not the nearest spelling.
enum WellKnown {
    /// This option.
    Meant(&'static str, &'static str),
    /// Nothing that could be set.
    Nothing(&'static str),
}

fn well_known(subject: &Subject<'_>, entry: &Entry) -> Option<WellKnown> {
    let is_location = entry.value.contains("://") || entry.value.starts_with('/');
    let is_switch = ["true", "false"].contains(&entry.value.to_ascii_lowercase().as_str());
    // Named by its oldest spelling, which every version resolves to its own.
    let meant = |option, why| Some(WellKnown::Meant(subject.catalogue.resolve(option)?, why));
    match entry.key.as_str() {
        "state.checkpoints.storage" if is_location => {
            meant("state.checkpoints.dir", "the value is a location, so the checkpoint directory is meant")
        }
        "state.checkpoints.storage" => {
            meant("state.checkpoint-storage", "the kind of checkpoint storage is set by another key")
        }
        "state.savepoints.storage" if is_location => {
            meant("state.savepoints.dir", "the value is a location, so the savepoint directory is meant")
        }
        "taskmanager.memory.managed" if is_switch => Some(WellKnown::Nothing(
            "managed memory has no switch, there is always some; its share is set by \
             `taskmanager.memory.managed.fraction` or `taskmanager.memory.managed.size`",
        )),
        "taskmanager.memory.task.off-heap" => {
            meant("taskmanager.memory.task.off-heap.size", "the size is set by a key of its own")
        }
        "taskmanager.memory.framework.off-heap" => {
            meant("taskmanager.memory.framework.off-heap.size", "the size is set by a key of its own")
        }
        _ => None,
    }
}
