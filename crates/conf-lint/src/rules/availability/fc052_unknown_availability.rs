//! FC052: a kind of high availability that Flink does not have.

use ops_core::suggest;

use super::mode::{self, Mode};
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A `high-availability.type` other than `NONE`, `ZOOKEEPER`, `KUBERNETES` and a class name.
    ///
    /// ## Why it matters
    /// Flink takes the name for a class, and the JobManager ends because it does not find it.
    ///
    /// ## Example
    /// ```yaml
    /// high-availability.type: zk
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the nearest name.
    "FC052", "unknown-availability", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(entry) = mode::entry(subject).filter(|_| mode::mode(subject) == Mode::Unknown) else { return };
    let name = entry.value.to_ascii_lowercase();
    let meant = match name.as_str() {
        "zk" => Some("zookeeper"),
        "k8s" => Some("kubernetes"),
        "false" | "off" => Some("NONE"),
        _ => suggest::nearest(&name, ["zookeeper", "kubernetes"], 1).first().copied(),
    };
    let message = format!("Flink has no high availability of type `{}`", entry.value);
    let finding = subject.at_value(&RULE, entry, message, "use zookeeper, kubernetes or NONE");
    findings.push(match meant {
        Some(meant) => finding.with_unsafe_fix(vec![subject.give("high-availability", meant)]),
        None => finding,
    });
}
