//! FC063: workers that look for the JobManager at home.

use super::hosts::has_remote_workers;
use crate::finding::Finding;
use crate::host_list::{hosts, is_loopback};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// `jobmanager.rpc.address` is `localhost`, and `workers` names other hosts.
    ///
    /// ## Why it matters
    /// Every TaskManager looks for the JobManager on its own host.
    ///
    /// ## Example
    /// ```yaml
    /// jobmanager.rpc.address: localhost
    /// ```
    /// with `taskmanager-1` in `workers`.
    ///
    /// ## Fix
    /// Unsafe, where `masters` names one other host: that one is set.
    "FC063", "jobmanager-on-loopback", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let key = "jobmanager.rpc.address";
    let Some(entry) = subject.set(key).filter(|entry| is_loopback(&entry.value)) else { return };
    // With high availability, TaskManagers ask ZooKeeper or Kubernetes.
    if !has_remote_workers(subject) || subject.set("high-availability").is_some() {
        return;
    }
    let message = format!("`{}` is {}, and `workers` names other hosts", entry.key, entry.value);
    let finding = subject.at_value(
        &RULE,
        entry,
        message,
        "set it to the name by which the workers reach the JobManager",
    );
    let masters = subject.companion("masters").map(hosts).unwrap_or_default();
    findings.push(match &masters[..] {
        [master] if !master.is_loopback() => finding.with_unsafe_fix(vec![subject.give(key, master.name)]),
        _ => finding,
    });
}
