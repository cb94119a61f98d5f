//! FC035: a checkpoint directory that Flink refuses.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A checkpoint directory without a scheme (`hdfs://`, `s3://`, `file://`).
    ///
    /// ## Why it matters
    /// Flink refuses every job: the scheme is null.
    ///
    /// ## Example
    /// ```yaml
    /// state.checkpoints.dir: /mnt/flink/checkpoints
    /// ```
    ///
    /// ## Fix
    /// Unsafe: an absolute path is taken for one on the disk and becomes `file:///…`.
    "FC035", "path-without-scheme", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let key = "state.checkpoints.dir";
    let Some(entry) = subject.set(key).filter(|entry| !has_scheme(&entry.value)) else { return };
    let message = format!("`{}` has no scheme, and Flink refuses it", entry.key);
    let finding = subject.at_value(&RULE, entry, message, "begin it with `hdfs://`, `s3://` or `file://`");
    findings.push(match entry.value.starts_with('/') {
        true => finding.with_unsafe_fix(vec![subject.give(key, format!("file://{}", entry.value))]),
        false => finding,
    });
}

fn has_scheme(path: &str) -> bool {
    path.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    })
}
