//! FC036: state on the disk of one host of several.

use super::places::{durable, local};
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::rules::network::hosts::spans_hosts;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// Checkpoints, savepoints or the JobManager's own files on a local path, in a cluster of several hosts.
    ///
    /// ## Why it matters
    /// Every host writes its part to its own disk. A job that is restarted elsewhere does not find them, nor does a
    /// JobManager that takes over.
    ///
    /// ## Example
    /// ```yaml
    /// jobmanager.rpc.address: jobmanager-host
    /// state.checkpoints.dir: file:///data/checkpoints
    /// ```
    ///
    /// ## Fix
    /// None: use storage that every host reaches. Where the path is the mount of such storage on every host, allow the
    /// finding.
    "FC036", "state-on-local-disk", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if !spans_hosts(subject) {
        return;
    }
    for entry in durable(subject).into_iter().filter(|entry| local(&entry.value).is_some()) {
        let message = format!("`{}` is on the local disk of each host", entry.key);
        let help = "use storage that every host reaches, such as hdfs:// or s3://";
        findings.push(subject.at_value(&RULE, entry, message, help));
    }
}
