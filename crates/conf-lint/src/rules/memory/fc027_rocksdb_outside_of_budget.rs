//! FC027: memory of RocksDB that nobody has counted.

use crate::finding::Finding;
use crate::registry::define_rule;
use crate::rules::state::backend::{Backend, backend};
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// A fixed size for RocksDB (`state.backend.rocksdb.memory.fixed-per-slot` or `…per-tm`), or RocksDB taken off managed
    /// memory altogether.
    ///
    /// ## Why it matters
    /// The size is taken in place of managed memory and not out of it: no part of Flink's memory model counts it, and
    /// managed memory lies idle. The process grows beyond its size, and a container is killed.
    ///
    /// ## Example
    /// ```yaml
    /// state.backend.type: rocksdb
    /// state.backend.rocksdb.memory.fixed-per-slot: 256mb
    /// ```
    ///
    /// ## Fix
    /// None: remove it and size managed memory instead; or lower managed memory and leave room in
    /// `taskmanager.memory.task.off-heap.size`.
    "FC027", "rocksdb-outside-of-budget", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let fixed = ["state.backend.rocksdb.memory.fixed-per-slot", "state.backend.rocksdb.memory.fixed-per-tm"];
    let unmanaged = subject
        .set("state.backend.rocksdb.memory.managed")
        .filter(|entry| entry.value.eq_ignore_ascii_case("false"));
    let Some(entry) = fixed.iter().find_map(|key| subject.set(key)).or(unmanaged) else { return };
    if backend(subject) == Backend::Heap {
        return;
    }
    // Whoever made room for it has seen the matter.
    if subject.memory("taskmanager.memory.task.off-heap.size").is_some_and(|size| size.value.bytes() > 0) {
        return;
    }
    let message = format!("`{}` gives RocksDB memory that no part of Flink's memory counts", entry.key);
    let help = "size managed memory instead, or leave room in `taskmanager.memory.task.off-heap.size`";
    findings.push(subject.at_key(&RULE, entry, message, help));
}
