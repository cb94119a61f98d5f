//! A process in the background: its output as it comes, signals to it, its end.

use std::io::Read;
use std::process::{Child, ExitStatus};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, kill_process, kill_process_group};

use crate::residue;
use crate::run::Output;

/// How long the output may stay open after the process has ended, because a child of it holds it.
const DRAIN: Duration = Duration::from_secs(2);

/// A started process. Dropping it kills its whole process group.
#[derive(Debug)]
pub struct Running {
    child: Child,
    command: String,
    timeout: Duration,
    run: String,
    started: Instant,
    stdout: Arc<Stream>,
    stderr: Arc<Stream>,
    status: Option<ExitStatus>,
}

/// A signal that tests send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// `SIGINT`, as Ctrl-C sends it.
    Interrupt,
    /// `SIGTERM`.
    Terminate,
    /// `SIGKILL`: the process gets no chance to clean up.
    Kill,
}

/// Who gets a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// The started process alone, as `kill` does it.
    Process,
    /// Its process group too, as a terminal does it on Ctrl-C.
    Group,
}

/// Bytes as they come out of a pipe.
#[derive(Debug, Default)]
struct Stream {
    state: Mutex<(Vec<u8>, End)>,
    changed: Condvar,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum End {
    #[default]
    Open,
    Closed,
}

impl Running {
    pub(crate) fn watch(mut child: Child, command: String, timeout: Duration, run: String) -> Self {
        let stdout = Stream::of(child.stdout.take());
        let stderr = Stream::of(child.stderr.take());
        Self { child, command, timeout, run, started: now(), stdout, stderr, status: None }
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until a whole line of standard output contains `text`, and returns the first such line.
    ///
    /// # Panics
    /// The output ends, or the command's time is over, before that.
    #[track_caller]
    pub fn wait_for_stdout(&self, text: &str) -> String {
        self.wait_for(&self.stdout, text, 1).remove(0)
    }

    /// Waits until so many whole lines of standard output contain `text`, and returns them.
    ///
    /// # Panics
    /// The output ends, or the command's time is over, before that.
    #[track_caller]
    pub fn wait_for_stdout_lines(&self, text: &str, count: usize) -> Vec<String> {
        self.wait_for(&self.stdout, text, count)
    }

    /// Waits until a whole line of standard error contains `text`, and returns the first such line.
    ///
    /// # Panics
    /// The output ends, or the command's time is over, before that.
    #[track_caller]
    pub fn wait_for_stderr(&self, text: &str) -> String {
        self.wait_for(&self.stderr, text, 1).remove(0)
    }

    /// Sends a signal. A process that has already ended is no error.
    pub fn signal(&self, signal: Signal, to: Recipient) {
        let Some(pid) = self.pid() else { return };
        let signal = match signal {
            Signal::Interrupt => rustix::process::Signal::INT,
            Signal::Terminate => rustix::process::Signal::TERM,
            Signal::Kill => rustix::process::Signal::KILL,
        };
        let sent = match to {
            Recipient::Process => kill_process(pid, signal),
            Recipient::Group => kill_process_group(pid, signal),
        };
        // The one other error, a missing permission, shows in what the test waits for next.
        sent.unwrap_or_default();
    }

    /// Waits for the end of the process.
    ///
    /// # Panics
    /// It does not end in its time; then the group and whatever else the run started is killed.
    #[track_caller]
    pub fn wait(mut self) -> Output {
        while self.ended().is_none() {
            if self.started.elapsed() > self.timeout {
                self.signal(Signal::Kill, Recipient::Group);
                residue::kill_all(&self.run);
                panic!("{}", self.late("did not end"));
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        let elapsed = self.started.elapsed();
        let status = self.status.expect("the loop ends with a status");
        let streams = [self.stdout.drain(), self.stderr.drain()];
        Output::new(std::mem::take(&mut self.command), status, streams, elapsed)
    }

    fn ended(&mut self) -> Option<ExitStatus> {
        if self.status.is_none() {
            self.status = self.child.try_wait().expect("a started child can be waited for");
        }
        self.status
    }

    #[track_caller]
    fn wait_for(&self, stream: &Stream, text: &str, count: usize) -> Vec<String> {
        let mut state = stream.lock();
        loop {
            let said = String::from_utf8_lossy(&state.0);
            let lines = said.split_inclusive('\n').filter(|line| line.ends_with('\n') && line.contains(text));
            let found: Vec<String> = lines.take(count).map(|line| line.trim_end().to_owned()).collect();
            if found.len() == count {
                return found;
            }
            let left = self.timeout.saturating_sub(self.started.elapsed());
            if state.1 == End::Closed || left.is_zero() {
                drop(state);
                panic!("{}", self.late(&format!("never said `{text}`")));
            }
            state = stream.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn late(&self, what: &str) -> String {
        let (command, after) = (&self.command, self.started.elapsed());
        let (stdout, stderr) = (self.stdout.text(), self.stderr.text());
        format!("{command} {what} within {after:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }

    fn pid(&self) -> Option<Pid> {
        // After it was waited for, the id may belong to another process.
        if self.status.is_some() { None } else { Pid::from_raw(self.child.id().cast_signed()) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.signal(Signal::Kill, Recipient::Group);
        if self.status.is_none() {
            // A destructor has nobody to tell; the process was killed in any case.
            let _status = self.child.wait();
        }
    }
}

impl Stream {
    fn of(pipe: Option<impl Read + Send + 'static>) -> Arc<Self> {
        let stream = Arc::new(Self::default());
        let writer = Arc::clone(&stream);
        std::thread::spawn(move || {
            if let Some(mut pipe) = pipe {
                let mut chunk = [0; 8192];
                while let Ok(length @ 1..) = pipe.read(&mut chunk) {
                    writer.lock().0.extend_from_slice(&chunk[..length]);
                    writer.changed.notify_all();
                }
            }
            writer.lock().1 = End::Closed;
            writer.changed.notify_all();
        });
        stream
    }

    fn lock(&self) -> MutexGuard<'_, (Vec<u8>, End)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.lock().0).into_owned()
    }

    /// Everything until the pipe closes, or until [`DRAIN`] is over: a daemon may hold the pipe for good.
    fn drain(&self) -> String {
        let wait = self.changed.wait_timeout_while(self.lock(), DRAIN, |state| state.1 == End::Open);
        drop(wait);
        self.text()
    }
}

#[expect(clippy::disallowed_methods, reason = "waiting for processes needs a clock")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
