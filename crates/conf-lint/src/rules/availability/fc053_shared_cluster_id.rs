//! FC053: clusters that would find each other.

use super::mode::{self, Mode};
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// High availability by ZooKeeper without a `high-availability.cluster-id`.
    ///
    /// ## Why it matters
    /// All clusters without one share `/default` in ZooKeeper: the second one elects a leader among the JobManagers of both,
    /// and recovers the jobs of the first.
    ///
    /// ## Example
    /// ```yaml
    /// high-availability.type: zookeeper
    /// ```
    ///
    /// ## Fix
    /// None: give the cluster a name of its own. For a running cluster that is a change of address: stop its jobs with
    /// savepoints first.
    "FC053", "shared-cluster-id", Info, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let key = "high-availability.cluster-id";
    // On YARN and Kubernetes, Flink makes an id.
    if mode::mode(subject) != Mode::ZooKeeper || subject.set(key).is_some() || subject.is_managed() {
        return;
    }
    let Some(entry) = mode::entry(subject) else { return };
    let message = format!("`{key}` is not set, so every such cluster at this ZooKeeper shares `/default`");
    findings.push(subject.at_key(&RULE, entry, message, format!("set `{key}` to a name of its own")));
}
