//! Ending a run over many files early, without half-written ones: there may be private keys in them.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use crate::commands::runtime;
use crate::exit;
use crate::output::style;

/// How long threads may take to finish what they have begun to write.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is looked whether they have.
const INTERVAL: Duration = Duration::from_millis(5);

/// Whether the run is to end, and how far it is.
#[derive(Debug, Default)]
pub(crate) struct Interruption {
    stopping: AtomicBool,
    done: AtomicUsize,
}

impl Interruption {
    /// Called by each thread of the run when it has done one more. Does not return once the run is to end.
    pub(crate) fn pass(&self, done: usize) {
        self.done.fetch_max(done, Ordering::Relaxed);
        while self.stopping.load(Ordering::Relaxed) {
            std::thread::park();
        }
    }

    /// Waits for a signal, and ends the process as soon as nothing is half-written; or returns when the run is over. A
    /// second signal ends it at once.
    pub(crate) fn listen(&self, mut finished: oneshot::Receiver<()>, total: usize) {
        let Ok(runtime) = runtime() else { return };
        runtime.block_on(async {
            let (Ok(mut keyboard), Ok(mut terminate)) =
                (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
            else {
                return;
            };
            tokio::select! {
                _ = &mut finished => return,
                _ = keyboard.recv() => {}
                _ = terminate.recv() => {}
            }
            self.stopping.store(true, Ordering::Relaxed);
            tokio::select! {
                _ = tokio::time::timeout(PATIENCE, settled()) => {}
                _ = keyboard.recv() => {}
                _ = terminate.recv() => {}
            }
            let done = self.done.load(Ordering::Relaxed);
            let (error, help) = (style::ERROR, style::HELP);
            let end = if std::io::stderr().is_terminal() { "\n" } else { "" };
            anstream::eprintln!("{end}{error}error:{error:#} interrupted; {done} of {total} are done");
            anstream::eprintln!("  {help}help:{help:#} the same command goes on from here");
            for file in half_written() {
                // One that is gone has just been put into its place.
                let _ = std::fs::remove_file(file);
            }
            std::process::exit(exit::INTERRUPTED.into());
        });
    }
}

/// Waits until no thread has a file open that is not in its place yet. Those that are done with theirs stand still in
/// [`Interruption::pass`].
async fn settled() {
    while !half_written().is_empty() {
        tokio::time::sleep(INTERVAL).await;
    }
}

/// The files that this process writes beside their places. They are told by being open: what another process writes
/// there is not among them.
fn half_written() -> Vec<PathBuf> {
    let open = std::fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    let files = open.filter_map(|entry| std::fs::read_link(entry.path()).ok());
    let is_begun = |file: &PathBuf| {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        // One that was removed may still be open.
        name.starts_with(".flinkops-") && file.exists()
    };
    files.filter(is_begun).collect()
}
