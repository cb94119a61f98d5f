//! FC059: a port for two.

use ops_core::conf::Entry;

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// Two services of one process at the same port, counting the defaults.
    ///
    /// ## Why it matters
    /// The second one cannot take the port, and the process ends.
    ///
    /// ## Example
    /// ```yaml
    /// rest.port: 6123
    /// ```
    /// 6123 is the default of `jobmanager.rpc.port`.
    ///
    /// ## Fix
    /// None: choose another port for one of the two.
    "FC059", "port-twice", Error, since "0.1.0", check
}

const JOB_MANAGER: &[&str] =
    &["jobmanager.rpc.port", "rest.bind-port", "blob.server.port", "metrics.internal.query-service.port"];
const TASK_MANAGER: &[&str] =
    &["taskmanager.rpc.port", "taskmanager.data.port", "metrics.internal.query-service.port"];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for services in [JOB_MANAGER, TASK_MANAGER] {
        let mut taken: Vec<(u32, &str, Option<&Entry>)> = Vec::new();
        for key in services {
            let Some(port) = subject.text(key) else { continue };
            let Ok(number) = port.value.parse::<u32>() else { continue };
            let other = taken.iter().find(|(taken, ..)| number != 0 && *taken == number);
            if let Some((_, other_key, other)) = other
                && let Some(entry) = port.entry.or(*other)
            {
                let message = format!("port {number} is for `{key}` and for `{other_key}`");
                findings.push(subject.at_value(
                    &RULE,
                    entry,
                    message,
                    "choose another port for one of the two",
                ));
            }
            taken.push((number, key, port.entry));
        }
    }
}
