//! FC050: high availability without what it needs.

use super::mode::{self, Mode};
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// High availability by ZooKeeper without its quorum, by Kubernetes without `kubernetes.cluster-id`, or either of them
    /// without `high-availability.storageDir`.
    ///
    /// ## Why it matters
    /// The JobManager ends at its start.
    ///
    /// ## Example
    /// ```yaml
    /// high-availability.type: zookeeper
    /// high-availability.storageDir: hdfs:///flink/ha
    /// ```
    ///
    /// ## Fix
    /// None: only you know the addresses. Set the key that the finding names.
    "FC050", "availability-incomplete", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let needs: &[(&str, &str)] = match mode::mode(subject) {
        Mode::ZooKeeper => &[
            ("high-availability.storageDir", "a directory that every JobManager reaches"),
            (
                "high-availability.zookeeper.quorum",
                "the ZooKeeper servers, such as `zk-1:2181,zk-2:2181,zk-3:2181`",
            ),
        ],
        Mode::Kubernetes => &[
            ("high-availability.storageDir", "a directory that every JobManager reaches"),
            ("kubernetes.cluster-id", "a name for the cluster"),
        ],
        _ => return,
    };
    let Some(entry) = mode::entry(subject) else { return };
    for (key, what) in needs {
        if subject.set(key).is_none_or(|entry| entry.value.trim().is_empty()) {
            let message =
                format!("`{}` is {}, and `{key}`, which that needs, is not set", entry.key, entry.value);
            findings.push(subject.at_key(&RULE, entry, message, format!("set `{key}` to {what}")));
        }
    }
}
