//! FC094: ports in `workers`.

use crate::finding::{Edit, Finding};
use crate::host_list::hosts;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A port behind a host in `workers`.
    ///
    /// ## Why it matters
    /// The start scripts take the whole word for the host: `ssh` does not find `taskmanager-1:8081`, and no TaskManager
    /// starts there. The ports of TaskManagers are set in the configuration.
    ///
    /// ## Example
    /// ```text
    /// taskmanager-1:8081
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the port goes. The start scripts start a TaskManager there from then on.
    "FC094", "worker-port", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(workers) = subject.companion("workers") else { return };
    for host in hosts(workers) {
        let (Some(port), Some(to)) = (host.port, host.without_port()) else { continue };
        let message = format!("the start scripts take `{}:{port}` for the name of a host", host.name);
        let finding = subject.in_file(
            &RULE,
            &workers.name,
            (host.line, host.column),
            message,
            "write the host alone; `taskmanager.rpc.port` and `taskmanager.data.port` set ports",
        );
        let edit = Edit::Line { file: workers.name.clone(), line: host.line, from: host.text.to_owned(), to };
        findings.push(finding.with_unsafe_fix(vec![edit]));
    }
}
