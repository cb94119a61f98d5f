//! One test's run: a directory of its own, processes marked as its own, and the promise that none outlives it.

use std::ffi::OsStr;
use std::fmt;
use std::io::Write as _;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::environment::TEST_RUN;
use crate::residue::{self, Leftover};
use crate::running::{Running, now};

/// How long a command may take before it is killed and its test fails, unless the test says otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a process that was told to stop may take to be gone.
const SETTLE: Duration = Duration::from_secs(5);

/// A test's directory and processes. Dropping it kills every process of the run and removes the directory.
#[derive(Debug)]
pub struct TestRun {
    id: String,
    directory: tempfile::TempDir,
}

/// A command that is about to be run. Its standard input is empty unless given; its output is captured.
#[derive(Debug)]
#[must_use = "nothing is started before `run` or `spawn`"]
pub struct Invocation {
    command: Command,
    stdin: Vec<u8>,
    timeout: Duration,
    run: String,
}

/// How a command ended.
#[derive(Clone, Debug)]
pub struct Output {
    /// The command line, for messages.
    pub command: String,
    /// The exit code; `None` when a signal ended the process.
    pub code: Option<i32>,
    /// The signal that ended the process.
    pub signal: Option<i32>,
    /// Everything on standard output; bytes that are not UTF-8 are replaced.
    pub stdout: String,
    /// Everything on standard error; bytes that are not UTF-8 are replaced.
    pub stderr: String,
    /// From the start to the end of the process.
    pub elapsed: Duration,
}

impl TestRun {
    /// A new run with an empty directory.
    ///
    /// # Panics
    /// The temporary directory is not writable.
    #[expect(clippy::new_without_default, reason = "it touches the disk; a default should not")]
    pub fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let directory =
            tempfile::Builder::new().prefix("flinkops-test-").tempdir().expect("no temporary directory");
        let name = directory.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        let id = format!("{name}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        Self { id, directory }
    }

    /// The run's directory.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// A command of this run: started in the run's directory, in a process group of its own, away from the
    /// user's flinkops configuration.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Invocation {
        let mut command = new_command(program.as_ref());
        command
            .current_dir(self.path())
            .env(TEST_RUN, &self.id)
            .env("XDG_CONFIG_HOME", self.path().join("config-home"))
            .env("XDG_STATE_HOME", self.path().join("state-home"))
            .env_remove("FLINKOPS_CONFIG")
            .env_remove("FLINKOPS_JOURNAL")
            .process_group(0)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Invocation { command, stdin: Vec::new(), timeout: DEFAULT_TIMEOUT, run: self.id.clone() }
    }

    /// The run's processes that live now.
    pub fn processes(&self) -> Vec<Leftover> {
        residue::of_run(&self.id)
    }

    /// Fails unless every process of the run ends within a few seconds.
    ///
    /// # Panics
    /// Some process lives on; the message lists their command lines.
    pub fn assert_no_process_left(&self) {
        let start = now();
        let mut scans_without_any = 0;
        loop {
            let left = self.processes();
            // Twice: a process that starts another and ends, while the list is read, may hide both once.
            scans_without_any = if left.is_empty() { scans_without_any + 1 } else { 0 };
            if scans_without_any == 2 {
                return;
            }
            if start.elapsed() > SETTLE {
                let list: Vec<_> = left.iter().map(|p| format!("  {} {}", p.pid, p.command)).collect();
                panic!("{} processes were left behind:\n{}", left.len(), list.join("\n"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for TestRun {
    fn drop(&mut self) {
        residue::kill_all(&self.id);
    }
}

impl Invocation {
    /// Adds an argument.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Removes an environment variable.
    pub fn env_remove(mut self, name: impl AsRef<OsStr>) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Starts in this directory instead of the run's.
    pub fn current_dir(mut self, directory: impl AsRef<Path>) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// What the command reads on standard input.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// How long the command may take instead of [`DEFAULT_TIMEOUT`].
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Runs the command to its end.
    ///
    /// # Panics
    /// It cannot be started, or does not end in time; then its whole process group is killed.
    pub fn run(self) -> Output {
        self.spawn().wait()
    }

    /// Starts the command in the background.
    ///
    /// # Panics
    /// It cannot be started.
    pub fn spawn(mut self) -> Running {
        self.command.stdin(if self.stdin.is_empty() { Stdio::null() } else { Stdio::piped() });
        let line = line_of(&self.command);
        let mut child = self.command.spawn().unwrap_or_else(|e| panic!("cannot start {line}: {e}"));
        if let Some(mut pipe) = child.stdin.take() {
            let bytes = std::mem::take(&mut self.stdin);
            // A command may end without reading its input: that is its business.
            std::thread::spawn(move || pipe.write_all(&bytes).unwrap_or_default());
        }
        Running::watch(child, line, self.timeout, self.run)
    }
}

impl Output {
    pub(crate) fn new(command: String, status: ExitStatus, streams: [String; 2], elapsed: Duration) -> Self {
        let [stdout, stderr] = streams;
        Self { command, code: status.code(), signal: status.signal(), stdout, stderr, elapsed }
    }

    /// The output, if the command ended with this code.
    ///
    /// # Panics
    /// It ended otherwise; the message shows everything it said.
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "$ {}", self.command)?;
        match (self.code, self.signal) {
            (Some(code), _) => writeln!(f, "exit code {code} after {:?}", self.elapsed)?,
            (None, signal) => {
                writeln!(f, "ended by signal {} after {:?}", signal.unwrap_or(0), self.elapsed)?
            }
        }
        write!(f, "--- stdout\n{}\n--- stderr\n{}", self.stdout.trim_end(), self.stderr.trim_end())
    }
}

/// What `program argument` says on both streams, if it starts and succeeds.
pub(crate) fn probe(program: &Path, argument: &str) -> Option<String> {
    let output = new_command(program.as_os_str()).arg(argument).stdin(Stdio::null()).output().ok()?;
    let said = [output.stdout, output.stderr].concat();
    output.status.success().then(|| String::from_utf8_lossy(&said).into_owned())
}

#[expect(clippy::disallowed_methods, reason = "this module is the one that starts processes for the tests")]
fn new_command(program: &OsStr) -> Command {
    Command::new(program)
}

fn line_of(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
