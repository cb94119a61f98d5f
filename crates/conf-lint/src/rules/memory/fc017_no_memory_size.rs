//! FC017: no size to start from.

use super::sizes::Process;
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// Memory options of a JobManager or TaskManager without the size that Flink starts from: that of the process, that
    /// of Flink's memory in it, or for TaskManagers task heap and managed memory both. In a conf directory, also when no
    /// memory option is set at all.
    ///
    /// ## Why it matters
    /// The process does not start.
    ///
    /// ## Example
    /// ```yaml
    /// taskmanager.memory.managed.fraction: 0.4
    /// taskmanager.memory.network.fraction: 0.1
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the size that the distribution comes with is set (1600 MB for a JobManager, 1728 MB for a TaskManager).
    /// Set the one that your hosts have.
    "FC017", "no-memory-size", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for process in Process::ALL {
        if process.is_sized(subject) || !subject.is_read_by(process.reader()) {
            continue;
        }
        let place = subject.below(process.prefix()).next();
        if place.is_none() && subject.directory().is_none() {
            continue;
        }
        let key = format!("{}process.size", process.prefix());
        let message = format!("no size of the {}'s memory is set, so it does not start", process.name());
        let help = format!("set `{key}`");
        let finding = match place {
            Some(entry) => subject.at_key(&RULE, entry, message, help),
            None => subject.at(&RULE, (1, 1), Some(key), message, help),
        };
        let edit = match process {
            Process::JobManager => subject.give("jobmanager.memory.process.size", "1600m"),
            Process::TaskManager => subject.give("taskmanager.memory.process.size", "1728m"),
        };
        findings.push(finding.with_unsafe_fix(vec![edit]));
    }
}
