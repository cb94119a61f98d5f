//! Directories of state: where they are.

use ops_core::conf::Entry;

use crate::subject::Subject;

/// What must outlive the process that wrote it. By their oldest names.
const DURABLE: [&str; 3] = ["state.checkpoints.dir", "state.savepoints.dir", "high-availability.storageDir"];

/// The entries that set such directories.
pub(super) fn durable<'a>(subject: &Subject<'a>) -> Vec<&'a Entry> {
    DURABLE.iter().filter_map(|key| subject.set(key)).collect()
}

/// The path of a directory that is on the disk of the host.
pub(super) fn local(value: &str) -> Option<&str> {
    match value.strip_prefix("file:") {
        Some(rest) => Some(match rest.strip_prefix("//") {
            Some(rest) => rest.find('/').map_or(rest, |at| &rest[at..]),
            None => rest,
        }),
        None => (!value.contains("://") && value.starts_with('/')).then_some(value),
    }
}
