//! One real Flink at a time: JobManager and TaskManager take a gigabyte each, and two clusters on a small machine
//! time out where one is quick. The lock is a file in the cache, so that it holds across test processes and checkouts.

use std::fs::{self, File};
use std::path::PathBuf;

use crate::cache;

/// Holds the machine for one test until dropped (or until its process dies).
#[derive(Debug)]
#[must_use = "the lock is released when the guard is dropped"]
pub struct Exclusive(#[expect(dead_code, reason = "the open file is the lock")] File);

/// Waits until no other test runs a real Flink.
///
/// # Panics
/// The cache directory cannot be written.
pub fn real_flink() -> Exclusive {
    named("real-flink")
}

/// Waits for the lock of that name.
///
/// # Panics
/// The cache directory cannot be written.
pub fn named(name: &str) -> Exclusive {
    let path = path_of(name);
    let directory = path.parent().expect("the lock stands in a directory");
    fs::create_dir_all(directory).unwrap_or_else(|e| panic!("cannot create {}: {e}", directory.display()));
    let file = File::create(&path).unwrap_or_else(|e| panic!("cannot create {}: {e}", path.display()));
    file.lock().unwrap_or_else(|e| panic!("cannot lock {}: {e}", path.display()));
    Exclusive(file)
}

/// Removes the lock's file. Only for a lock that nobody can want any more.
///
/// # Panics
/// There is no such lock.
pub fn remove(name: &str) {
    let path = path_of(name);
    fs::remove_file(&path).unwrap_or_else(|e| panic!("cannot remove {}: {e}", path.display()));
}

fn path_of(name: &str) -> PathBuf {
    let cache = cache::directory().expect("one of FLINKOPS_CACHE, XDG_CACHE_HOME and HOME must be set");
    cache.join("locks").join(format!("{name}.lock"))
}
