//! FC099: a ZooKeeper that does not start, or forgets.

use super::properties::properties;
use crate::finding::{Finding, Severity};
use crate::host_list::is_loopback;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// With high availability by ZooKeeper: a `zoo.cfg` without `server.` lines, `tickTime` or `dataDir`, with a `dataDir`
    /// below `/tmp`, or with an even number of servers. The file belongs to the ZooKeeper that Flink's own scripts run.
    ///
    /// ## Why it matters
    /// Without servers none starts. Without `dataDir`, or below `/tmp`, ZooKeeper forgets with the temporary files where the
    /// jobs are. An even number of servers bears no more failures than one fewer.
    ///
    /// ## Example
    /// ```text
    /// tickTime=2000
    /// clientPort=2181
    /// ```
    ///
    /// ## Fix
    /// None: name the servers and a directory that is kept.
    "FC099", "zookeeper-configuration", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(file) = subject.companion("zoo.cfg") else { return };
    let zookeeper =
        subject.set("high-availability").filter(|entry| entry.value.eq_ignore_ascii_case("zookeeper"));
    if zookeeper.is_none() || !runs_here(subject, &file.text) {
        return;
    }
    let mut report = |place, severity, message: String, help: &str| {
        findings.push(subject.in_file(&RULE, &file.name, place, message, help).with_severity(severity));
    };
    let find = |key: &str| properties(&file.text).find(|property| property.key == key);
    let servers: Vec<_> =
        properties(&file.text).filter(|property| property.key.starts_with("server.")).collect();
    match &servers[..] {
        [] => {
            let help = "add a line such as `server.1=zk-1:2888:3888` for each server";
            report(
                (1, 1),
                Severity::Error,
                "there is no `server.` line, so ZooKeeper does not start".to_owned(),
                help,
            );
        }
        [.., last] if servers.len() % 2 == 0 => {
            let message =
                format!("{} servers bear no more failures than {}", servers.len(), servers.len() - 1);
            report((last.line, last.column), Severity::Warning, message, "use an odd number of servers");
        }
        _ => {}
    }
    if find("tickTime").is_none() {
        let help = "add `tickTime=2000`";
        report((1, 1), Severity::Warning, "`tickTime` is not set".to_owned(), help);
    }
    let help = "set `dataDir` to a directory that is kept";
    match find("dataDir") {
        None => {
            let message = "`dataDir` is not set, so ZooKeeper keeps its data below /tmp".to_owned();
            report((1, 1), Severity::Warning, message, help);
        }
        Some(dir) if dir.value.starts_with("/tmp") => {
            let message = format!("`dataDir` is {}, among temporary files", dir.value);
            report((dir.line, dir.column), Severity::Warning, message, help);
        }
        Some(_) => {}
    }
}

/// Whether the quorum is, at least in part, what `zoo.cfg` describes; otherwise the file is the distribution's, unused.
fn runs_here(subject: &Subject<'_>, zoo: &str) -> bool {
    let Some(quorum) = subject.set("high-availability.zookeeper.quorum") else { return false };
    let host = |address: &str| address.split(':').next().unwrap_or_default().trim().to_owned();
    let quorum: Vec<String> = quorum.value.split(',').map(host).collect();
    let mut servers = properties(zoo).filter(|property| property.key.starts_with("server.")).peekable();
    if servers.peek().is_none() {
        return quorum.iter().any(|host| is_loopback(host)) || zoo.contains("clientPort");
    }
    servers.any(|server| quorum.contains(&host(server.value)))
}
