//! FC095: ports in `masters`.

use crate::finding::{Edit, Finding, Severity};
use crate::host_list::hosts;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A port behind a host in `masters`: a warning where it is not the REST port, a note where it is. `localhost:8081`,
    /// with which the distribution comes, is not reported.
    ///
    /// ## Why it matters
    /// With high availability by ZooKeeper, the start scripts make it the REST port of that JobManager, whatever the
    /// configuration says; otherwise they do not read the file. Clients and TaskManagers go by the configuration.
    ///
    /// ## Example
    /// ```text
    /// jobmanager-host:8080
    /// ```
    /// while `rest.port` is 8081.
    ///
    /// ## Fix
    /// Safe where it is the REST port: the port goes. Otherwise none: either may be the right one.
    "FC095", "master-port", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(masters) = subject.companion("masters") else { return };
    let Some(rest) = subject.text("rest.port") else { return };
    for host in hosts(masters) {
        let (Some(port), Some(to)) = (host.port, host.without_port()) else { continue };
        let same = port == rest.value;
        if same && host.is_loopback() {
            continue;
        }
        let (severity, message) = match same {
            true => (Severity::Info, format!("port {port} is that of the REST API, which `rest.port` sets")),
            false => (Severity::Warning, format!("port {port} is not the REST port {}", rest.value)),
        };
        let finding = subject
            .in_file(
                &RULE,
                &masters.name,
                (host.line, host.column),
                message,
                "write the host alone; `rest.port` sets the port",
            )
            .with_severity(severity);
        findings.push(match same {
            true => {
                let edit = Edit::Line {
                    file: masters.name.clone(),
                    line: host.line,
                    from: host.text.to_owned(),
                    to,
                };
                finding.with_safe_fix(vec![edit])
            }
            false => finding,
        });
    }
}
