//! FC096: a worker that is another one on every host.

use crate::finding::Finding;
use crate::host_list::hosts;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// `localhost` in `workers` beside other hosts.
    ///
    /// ## Why it matters
    /// It is the host on which the start script happens to run: the TaskManager moves when somebody else starts the
    /// cluster, and is not stopped by him.
    ///
    /// ## Example
    /// ```text
    /// localhost
    /// taskmanager-2
    /// ```
    ///
    /// ## Fix
    /// None: write the host's name, or remove the line, which the distribution comes with.
    "FC096", "local-worker-among-remote", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(workers) = subject.companion("workers") else { return };
    let hosts = hosts(workers);
    if hosts.iter().all(|host| host.is_loopback()) {
        return;
    }
    for host in hosts.iter().filter(|host| host.is_loopback()) {
        let message = format!("`{}` is another host wherever the start script runs", host.name);
        let place = (host.line, host.column);
        findings.push(subject.in_file(
            &RULE,
            &workers.name,
            place,
            message,
            "write the host's name, or remove the line",
        ));
    }
}
