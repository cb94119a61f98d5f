//! Entries that the new version says in other keys or other values, where the names alone do not tell.

use ops_core::conf::Entry;
use ops_core::version::FlinkVersion;

/// What takes the place of an entry: keys with their values.
pub(super) struct Replacement {
    pub(super) entries: Vec<(&'static str, String)>,
    pub(super) reason: &'static str,
}

/// What says the same as this entry from Flink 2.0 on.
pub(super) fn replacement(entry: &Entry, from: FlinkVersion, to: FlinkVersion) -> Option<Replacement> {
    if from.at_least(2, 0) || !to.at_least(2, 0) {
        return None;
    }
    let value = entry.value.as_str();
    let is_true = value.eq_ignore_ascii_case("true");
    let megabytes = || value.chars().all(|c| c.is_ascii_digit()).then(|| format!("{value}m"));
    let one = |key, value: String, reason| Some(Replacement { entries: vec![(key, value)], reason });
    match entry.key.as_str() {
        "security.ssl.enabled" if is_true => Some(Replacement {
            entries: vec![
                ("security.ssl.internal.enabled", "true".to_owned()),
                ("security.ssl.rest.enabled", "true".to_owned()),
            ],
            reason: "one switch for both kinds of connections is gone",
        }),
        "cluster.evenly-spread-out-slots" if is_true => {
            one("taskmanager.load-balance.mode", "SLOTS".to_owned(), "it is a mode of its own now")
        }
        "jobmanager.heap.size" => one(
            "jobmanager.memory.heap.size",
            value.to_owned(),
            "it meant the heap of a standalone JobManager",
        ),
        "jobmanager.heap.mb" => {
            one("jobmanager.memory.heap.size", megabytes()?, "it meant the heap of a standalone JobManager")
        }
        "taskmanager.heap.size" => one(
            "taskmanager.memory.flink.size",
            value.to_owned(),
            "it meant all of Flink's memory in a standalone TaskManager",
        ),
        "taskmanager.heap.mb" => one(
            "taskmanager.memory.flink.size",
            megabytes()?,
            "it meant all of Flink's memory in a standalone TaskManager",
        ),
        "taskmanager.network.batch-shuffle.compression.enabled"
        | "taskmanager.network.blocking-shuffle.compression.enabled"
            if value.eq_ignore_ascii_case("false") =>
        {
            one("taskmanager.network.compression.codec", "NONE".to_owned(), "no compression is a codec now")
        }
        _ => None,
    }
}

/// A value that only the old version takes, in the new version's words: the value, what is set beside it, and why.
pub(super) fn value(key: &str, value: &str, from: FlinkVersion, to: FlinkVersion) -> Option<Replacement> {
    if from.at_least(2, 0) || !to.at_least(2, 0) || key != "state.backend.type" {
        return None;
    }
    // The storage of checkpoints was a part of these backends.
    let storage = match value.to_ascii_lowercase().as_str() {
        "filesystem" => "filesystem",
        "jobmanager" => "jobmanager",
        _ => return None,
    };
    Some(Replacement {
        entries: vec![
            ("state.backend.type", "hashmap".to_owned()),
            ("execution.checkpointing.storage", storage.to_owned()),
        ],
        reason: "state on the heap is `hashmap`, and where checkpoints go is said apart from it",
    })
}
