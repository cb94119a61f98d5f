//! FC097: hosts that are named twice.

use crate::finding::Finding;
use crate::host_list::hosts;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A host that stands twice in `workers` or `masters`.
    ///
    /// ## Why it matters
    /// Two TaskManagers start there and share the host's memory, for which each of them is sized. It is a way to start
    /// several, so this is only noted.
    ///
    /// ## Example
    /// ```text
    /// taskmanager-1
    /// taskmanager-1
    /// ```
    ///
    /// ## Fix
    /// None: remove the line, or allow the finding.
    "FC097", "host-twice", Info, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for list in ["masters", "workers"].iter().filter_map(|file| subject.companion(file)) {
        let hosts = hosts(list);
        for (index, host) in hosts.iter().enumerate() {
            if let Some(first) = hosts[..index].iter().find(|first| first.name == host.name) {
                let message = format!(
                    "`{}` stands in line {} already; a second process starts there",
                    host.name, first.line
                );
                let place = (host.line, host.column);
                findings.push(subject.in_file(
                    &RULE,
                    &list.name,
                    place,
                    message,
                    "remove the line, unless two are meant",
                ));
            }
        }
    }
}
