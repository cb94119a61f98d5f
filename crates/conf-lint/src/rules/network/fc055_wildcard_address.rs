//! FC055: an address that nobody can call.

use crate::finding::{Edit, Finding};
use crate::host_list::{is_loopback, is_wildcard};
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// `rest.address`, `jobmanager.rpc.address` or `taskmanager.host` is `0.0.0.0`.
    ///
    /// ## Why it matters
    /// These are the addresses that others call; `0.0.0.0` is one to listen on. Clients on other hosts call themselves.
    /// What to listen on is set by `rest.bind-address`, `jobmanager.bind-host` and `taskmanager.bind-host`.
    ///
    /// ## Example
    /// ```yaml
    /// rest.address: 0.0.0.0
    /// ```
    ///
    /// ## Fix
    /// Unsafe: `rest.address` becomes the JobManager's address, or `localhost`; `taskmanager.host` is commented out, and Flink
    /// finds the address itself.
    "FC055", "wildcard-address", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (key, bind) in [
        ("rest.address", "rest.bind-address"),
        ("jobmanager.rpc.address", "jobmanager.bind-host"),
        ("taskmanager.host", "taskmanager.bind-host"),
    ] {
        let Some(entry) = subject.entry(key).filter(|entry| is_wildcard(&entry.value)) else { continue };
        let message = format!("`{key}` is {}, which others cannot call", entry.value);
        let help = format!("set it to the host's name; what to listen on is set by `{bind}`");
        let finding = subject.at_value(&RULE, entry, message, help);
        findings.push(match key {
            "rest.address" => {
                let host = subject.entry("jobmanager.rpc.address").map(|entry| entry.value.as_str());
                let host =
                    host.filter(|host| !is_wildcard(host) && !is_loopback(host)).unwrap_or("localhost");
                finding.with_unsafe_fix(vec![subject.give(key, host)])
            }
            "taskmanager.host" => {
                let reason = "Flink finds the address itself".to_owned();
                finding.with_unsafe_fix(vec![Edit::CommentOut { key: key.to_owned(), reason }])
            }
            _ => finding,
        });
    }
}
