//! FC026: RocksDB without memory to live on.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::rules::state::backend::{Backend, backend};
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// The RocksDB state backend, and no managed memory.
    ///
    /// ## Why it matters
    /// RocksDB's caches and write buffers come out of managed memory. Without it, they have no budget.
    ///
    /// ## Example
    /// ```yaml
    /// state.backend.type: rocksdb
    /// taskmanager.memory.managed.size: 0
    /// ```
    ///
    /// ## Fix
    /// None: give it managed memory, or a fixed size by `state.backend.rocksdb.memory.fixed-per-slot`.
    "FC026", "rocksdb-without-memory", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let own = ["fixed-per-slot", "fixed-per-tm"];
    if backend(subject) != Backend::RocksDb
        || !subject.is_on("state.backend.rocksdb.memory.managed")
        || own.iter().any(|name| subject.set(&format!("state.backend.rocksdb.memory.{name}")).is_some())
    {
        return;
    }
    let size = subject.memory("taskmanager.memory.managed.size");
    let entry = match size {
        Some(size) => size.entry.filter(|_| size.value.bytes() == 0),
        None => {
            let fraction = subject.number("taskmanager.memory.managed.fraction");
            fraction.filter(|fraction| fraction.value == 0.0).and_then(|fraction| fraction.entry)
        }
    };
    let Some(entry) = entry else { return };
    let message = "the state backend is RocksDB, which lives on managed memory, and there is none";
    let help = "raise it, or remove it: 40 % of Flink's memory are managed by default";
    findings.push(subject.at_value(&RULE, entry, message, help));
}
