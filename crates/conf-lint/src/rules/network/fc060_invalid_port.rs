//! FC060: ports that are none.

use super::ports::refused;
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A port above 65535, or a list of ports that Flink cannot read: blanks around the dash, an empty range.
    ///
    /// ## Why it matters
    /// The process ends; a metric reporter does not start, which only the log says.
    ///
    /// ## Example
    /// ```yaml
    /// metrics.reporter.prom.port: 9249 - 9259
    /// ```
    ///
    /// ## Fix
    /// None: only you know the ports.
    "FC060", "invalid-port", Error, since "0.1.0", check
}

/// Options whose names end like those of ports, and are none of one process.
const OTHERS: [&str; 2] =
    ["kubernetes.rest-service.exposed.type", "taskmanager.network.netty.server.numThreads"];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for entry in subject.entries().filter(|entry| is_port(&entry.key)) {
        // Where the type is a number, other text is a finding by itself.
        let is_number = subject.catalogue.resolve(&entry.key).is_some_and(|key| {
            subject
                .catalogue
                .option(key)
                .is_some_and(|option| option.value_type == ops_core::catalogue::OptionType::Int)
        });
        if is_number && entry.value.trim().parse::<i32>().is_err() {
            continue;
        }
        if let Some(why) = refused(&entry.value) {
            let message = format!("`{}`: {why}", entry.key);
            let help = "write a port such as 9249, or a range such as 9249-9259";
            findings.push(subject.at_value(&RULE, entry, message, help));
        }
    }
}

fn is_port(key: &str) -> bool {
    let named = key.ends_with(".port") || key.ends_with("-port");
    let ours =
        ["rest.", "jobmanager.", "taskmanager.", "blob.", "metrics.", "high-availability.", "historyserver."];
    named && ours.iter().any(|prefix| key.starts_with(prefix)) && !OTHERS.contains(&key)
}
