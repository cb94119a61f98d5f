//! FC092: a history server that looks elsewhere.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// The directory to which JobManagers archive ended jobs is not among those that the history server shows.
    ///
    /// ## Why it matters
    /// The history server stays empty.
    ///
    /// ## Example
    /// ```yaml
    /// jobmanager.archive.fs.dir: hdfs:///flink/archive
    /// historyserver.archive.fs.dir: hdfs:///flink/completed
    /// ```
    ///
    /// ## Fix
    /// None: either may be the right one.
    "FC092", "history-elsewhere", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(archive) = subject.set("jobmanager.archive.fs.dir") else { return };
    let Some(history) = subject.set("historyserver.archive.fs.dir") else { return };
    let plain = |path: &str| path.trim().trim_end_matches('/').to_owned();
    if !history.value.split(',').any(|dir| plain(dir) == plain(&archive.value)) {
        let message = format!("`{}` does not name the directory of `{}`", history.key, archive.key);
        let help = format!("add `{}` to it", archive.value);
        findings.push(subject.at_value(&RULE, history, message, help));
    }
}
