//! FC038: RocksDB without incremental checkpoints.

use super::backend::{Backend, backend, backend_entry};
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// The RocksDB state backend without incremental checkpoints.
    ///
    /// ## Why it matters
    /// Every checkpoint writes the whole state anew. RocksDB can write only what has changed, which is what makes large
    /// state affordable.
    ///
    /// ## Example
    /// ```yaml
    /// state.backend.type: rocksdb
    /// ```
    ///
    /// ## Fix
    /// Unsafe, where nothing is said: incremental checkpoints are enabled.
    "FC038", "full-checkpoints", Info, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let key = "state.backend.incremental";
    if backend(subject) != Backend::RocksDb || subject.is_on(key) {
        return;
    }
    let name = subject.name(key);
    let message = format!("`{name}` is not true, so each checkpoint writes the whole state of RocksDB");
    let set = subject.set(key);
    let Some(place) = set.or(backend_entry(subject)) else { return };
    let finding = subject.at_key(&RULE, place, message, format!("set `{name}` to true"));
    findings.push(match set {
        Some(_) => finding,
        None => finding.with_unsafe_fix(vec![subject.give(key, "true")]),
    });
}
