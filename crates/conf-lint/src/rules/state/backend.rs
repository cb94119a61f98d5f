//! Which state backend a configuration chooses.

use ops_core::conf::Entry;

use crate::subject::Subject;

/// A state backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    /// On the heap, and said so.
    Heap,
    RocksDb,
    /// A job may choose one.
    Unset,
    /// A class of somebody's, or a name that no Flink knows.
    Other,
}

pub(crate) fn backend(subject: &Subject<'_>) -> Backend {
    let Some(entry) = backend_entry(subject) else { return Backend::Unset };
    let name = entry.value.to_ascii_lowercase();
    match name.as_str() {
        "hashmap" | "jobmanager" | "filesystem" => Backend::Heap,
        _ if name.contains("rocksdb") => Backend::RocksDb,
        _ => Backend::Other,
    }
}

pub(crate) fn backend_entry<'a>(subject: &Subject<'a>) -> Option<&'a Entry> {
    subject.set("state.backend")
}
