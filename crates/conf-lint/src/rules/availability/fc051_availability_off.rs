//! FC051: high availability that is prepared and not switched on.

use super::mode::{self, Mode};
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A storage directory or ZooKeeper quorum for high availability, which is not switched on.
    ///
    /// ## Why it matters
    /// When the JobManager ends, every job is gone, against what the file seems to say.
    ///
    /// ## Example
    /// ```yaml
    /// high-availability.storageDir: hdfs:///flink/ha
    /// high-availability.zookeeper.quorum: zk-1:2181
    /// ```
    ///
    /// ## Fix
    /// Unsafe, where directory and quorum are set and the type is not: it becomes `zookeeper`.
    "FC051", "availability-off", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if mode::mode(subject) != Mode::None {
        return;
    }
    let storage = subject.set("high-availability.storageDir");
    let quorum = subject.set("high-availability.zookeeper.quorum");
    let Some(place) = storage.or(quorum) else { return };
    let key = subject.name("high-availability");
    let message =
        format!("`{}` has no effect, since `{key}` does not switch high availability on", place.key);
    let finding = subject.at_key(&RULE, place, message, format!("set `{key}` to zookeeper or kubernetes"));
    findings.push(match (storage, quorum, mode::entry(subject)) {
        (Some(_), Some(_), None) => {
            finding.with_unsafe_fix(vec![subject.give("high-availability", "zookeeper")])
        }
        _ => finding,
    });
}
