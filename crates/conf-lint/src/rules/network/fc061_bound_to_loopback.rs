//! FC061: processes that others cannot reach.

use super::hosts::spans_hosts;
use crate::finding::{Edit, Finding};
use crate::host_list::is_loopback;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// `jobmanager.bind-host`, `taskmanager.bind-host` or `taskmanager.host` is `localhost` in a cluster of several hosts.
    /// The distribution comes so.
    ///
    /// ## Why it matters
    /// TaskManagers on other hosts cannot register, and start anew for ever; or they register under an address that is
    /// everybody's own, and no data flows.
    ///
    /// ## Example
    /// ```yaml
    /// jobmanager.rpc.address: jobmanager-host
    /// jobmanager.bind-host: localhost
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the process listens on every interface; `taskmanager.host` is commented out, and Flink finds the address itself.
    "FC061", "bound-to-loopback", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if !spans_hosts(subject) {
        return;
    }
    for key in ["jobmanager.bind-host", "taskmanager.bind-host", "taskmanager.host"] {
        let Some(entry) = subject.entry(key).filter(|entry| is_loopback(&entry.value)) else { continue };
        let message = format!("`{key}` is {}, which other hosts of the cluster cannot reach", entry.value);
        let finding = subject.at_value(&RULE, entry, message, "");
        findings.push(match key {
            "taskmanager.host" => {
                let reason = "Flink finds the address itself".to_owned();
                let edit = Edit::CommentOut { key: key.to_owned(), reason };
                Finding { help: "remove it; Flink finds the address itself".to_owned(), ..finding }
                    .with_unsafe_fix(vec![edit])
            }
            _ => Finding { help: "set it to 0.0.0.0, or to an address of the network".to_owned(), ..finding }
                .with_unsafe_fix(vec![subject.give(key, "0.0.0.0")]),
        });
    }
}
