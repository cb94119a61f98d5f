//! FC040: state backends that Flink does not have.

use ops_core::suggest;

use super::backend::backend_entry;
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A state backend that is none of this version's, and no class name.
    ///
    /// ## Why it matters
    /// Flink takes the name for a class, does not find it, and refuses every job. `filesystem` and `jobmanager` were names
    /// until 1.20.
    ///
    /// ## Example
    /// ```yaml
    /// state.backend.type: rocks
    /// ```
    ///
    /// ## Fix
    /// Unsafe: the nearest name; in place of `filesystem` and `jobmanager`, `hashmap`, which they had become.
    "FC040", "unknown-state-backend", Error, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(entry) = backend_entry(subject) else { return };
    let known: &[&str] = match subject.version().major {
        1 => &["hashmap", "rocksdb", "jobmanager", "filesystem"],
        _ => &["hashmap", "rocksdb", "forst"],
    };
    let name = entry.value.to_ascii_lowercase();
    // A class is taken as it is.
    if known.contains(&name.as_str()) || name.contains('.') {
        return;
    }
    let meant = match name.as_str() {
        "filesystem" | "jobmanager" | "memory" | "heap" => Some("hashmap"),
        "rocks" | "rocks-db" => Some("rocksdb"),
        _ => suggest::nearest(&name, known.iter().copied(), 1).first().copied(),
    };
    let message = format!("Flink {} has no state backend `{}`", subject.version(), entry.value);
    let finding = subject.at_value(&RULE, entry, message, format!("use one of {}", known.join(", ")));
    findings.push(match meant {
        Some(meant) => finding.with_unsafe_fix(vec![subject.give("state.backend", meant)]),
        None => finding,
    });
}
