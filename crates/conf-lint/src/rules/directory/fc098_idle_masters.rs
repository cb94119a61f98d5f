//! FC098: JobManagers that are not started.

use crate::finding::Finding;
use crate::host_list::hosts;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// Several hosts in `masters`, without high availability by ZooKeeper.
    ///
    /// ## Why it matters
    /// The start script does not read the file then. It starts one JobManager on the host where it runs, and none stands by.
    ///
    /// ## Example
    /// ```text
    /// jobmanager-1
    /// jobmanager-2
    /// ```
    ///
    /// ## Fix
    /// None: configure high availability, or name one host.
    "FC098", "idle-masters", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(masters) = subject.companion("masters") else { return };
    let zookeeper =
        subject.set("high-availability").is_some_and(|entry| entry.value.eq_ignore_ascii_case("zookeeper"));
    let hosts = hosts(masters);
    if let ([_, second, ..], false) = (&hosts[..], zookeeper) {
        let key = subject.name("high-availability");
        let message = format!("no JobManager is started here, since `{key}` is not zookeeper");
        let place = (second.line, second.column);
        findings.push(subject.in_file(
            &RULE,
            &masters.name,
            place,
            message,
            format!("set `{key}`, or name one host"),
        ));
    }
}
