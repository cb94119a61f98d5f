//! FC039: options that the chosen state backend does not read.

use super::backend::{Backend, backend, backend_entry};
use crate::finding::Finding;
use crate::registry::define_rule;
use crate::subject::Subject;

define_rule! {
    /// ## What it finds
    /// Options of RocksDB, or incremental checkpoints, with the state backend on the heap.
    ///
    /// ## Why it matters
    /// They have no effect. Whoever sized RocksDB with them takes state for safely on disk that is on the heap.
    ///
    /// ## Example
    /// ```yaml
    /// state.backend.type: hashmap
    /// state.backend.rocksdb.localdir: /data/rocksdb
    /// ```
    ///
    /// ## Fix
    /// None: either the backend is the wrong one, or its options are left over.
    "FC039", "options-of-another-backend", Warning, since "0.1.0", check
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(chosen) = backend_entry(subject).filter(|_| backend(subject) == Backend::Heap) else { return };
    let incremental = subject.enabled("state.backend.incremental");
    for entry in subject.below("state.backend.rocksdb.").chain(incremental) {
        let message = format!("`{}` has no effect, since `{}` is {}", entry.key, chosen.key, chosen.value);
        let help = format!("set `{}` to rocksdb, or remove it", chosen.key);
        findings.push(subject.at_key(&RULE, entry, message, help));
    }
}
