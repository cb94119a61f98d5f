//! Processes that a test left behind. Each process that the harness starts carries the run's id in its environment,
//! and so does whatever that process starts, Java and shell scripts and daemons included; `/proc` shows it.

use std::fs;
use std::path::Path;

use rustix::process::{Pid, Signal, kill_process};

use crate::environment::TEST_RUN;

/// A living process of a test run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leftover {
    /// Its process id.
    pub pid: i32,
    /// Its command line, arguments separated by spaces.
    pub command: String,
}

/// The living processes of the run `id`, in the order of their ids. A process that has ended but was not yet waited
/// for counts as ended.
///
/// # Panics
/// There is no `/proc`: an empty answer would prove nothing.
pub fn of_run(id: &str) -> Vec<Leftover> {
    let marker = format!("{TEST_RUN}={id}");
    let processes = fs::read_dir("/proc").expect("leftover processes are found through /proc (Linux)");
    let mut found: Vec<Leftover> = processes
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let pid = entry.file_name().to_str()?.parse().ok()?;
            carries(&entry.path(), marker.as_bytes()).then(|| command_line(pid, &entry.path()))
        })
        .collect();
    found.sort_by_key(|process| process.pid);
    found
}

/// Kills whatever is left of the run, until nothing is: a process may start another while its list is read.
pub(crate) fn kill_all(id: &str) {
    for _ in 0..20 {
        let left = of_run(id);
        if left.is_empty() {
            return;
        }
        for pid in left.iter().filter_map(|process| Pid::from_raw(process.pid)) {
            // It may have ended by itself since it was listed.
            let _ended = kill_process(pid, Signal::KILL);
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

/// Whether the process is of the run. The environment of an ended process, and of another user's, reads as empty or
/// not at all; so does, for a moment, that of a process which is just becoming another program (`exec`).
fn carries(process: &Path, marker: &[u8]) -> bool {
    for _ in 0..10 {
        let Ok(environment) = fs::read(process.join("environ")) else { return false };
        if !environment.is_empty() {
            return environment.split(|byte| *byte == 0).any(|variable| variable == marker);
        }
        if fs::read_link(process.join("exe")).is_err() {
            return false;
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    false
}

fn command_line(pid: i32, process: &Path) -> Leftover {
    let line = fs::read(process.join("cmdline")).unwrap_or_default();
    let command = String::from_utf8_lossy(&line).replace('\0', " ").trim_end().to_owned();
    Leftover { pid, command }
}
