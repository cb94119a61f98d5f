//! A real Flink as processes of this machine: one JobManager, some TaskManagers, all of them ended when
//! flinkops ends, however it ends.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use ops_core::files::{self, Access};
use ops_core::ids::TaskManagerId;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

use super::FlinkHome;
use crate::commands::guard;
use crate::failure::Failure;

/// How long a process may take to end by itself.
const GRACE: Duration = Duration::from_secs(10);
/// How much of a log is shown when a cluster does not come up.
const TAIL_LINES: usize = 12;
const TAIL_BYTES: u64 = 64 << 10;

/// Logging of the processes: to their standard output, which goes into a file each.
const LOGGING: &str = "\
rootLogger.level = INFO
rootLogger.appenderRef.console.ref = Console
appender.console.name = Console
appender.console.type = CONSOLE
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %c{1} - %m%n
";

/// The processes of one cluster.
#[derive(Debug)]
pub(crate) struct Processes {
    home: FlinkHome,
    conf: PathBuf,
    logs: PathBuf,
    pids: PathBuf,
    running: Vec<Process>,
    started: usize,
}

#[derive(Debug)]
struct Process {
    name: String,
    log: PathBuf,
    child: Child,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    JobManager,
    TaskManager,
}

impl Kind {
    /// A TaskManager gets the process's name as its id, so that it can be found among the cluster's.
    fn arguments(self, name: &str) -> Vec<String> {
        match self {
            Self::JobManager => Vec::new(),
            Self::TaskManager => vec!["-D".to_owned(), format!("taskmanager.resource-id={name}")],
        }
    }

    fn script(self) -> &'static str {
        match self {
            Self::JobManager => "jobmanager.sh",
            Self::TaskManager => "taskmanager.sh",
        }
    }
}

impl Processes {
    /// Prepares a cluster that reads its configuration from `conf`; nothing is started yet.
    pub(crate) fn prepare(home: FlinkHome, conf: &Path, run: &Path) -> Result<Self, Failure> {
        let (logs, pids) = (run.join("logs"), run.join("pids"));
        files::create_directory(&logs, Access::Private)?;
        files::create_directory(&pids, Access::Private)?;
        files::write(&conf.join("log4j-console.properties"), LOGGING.as_bytes(), Access::Private)?;
        Ok(Self { home, conf: conf.to_owned(), logs, pids, running: Vec::new(), started: 0 })
    }

    /// Where the logs are.
    pub(crate) fn logs(&self) -> &Path {
        &self.logs
    }

    /// Starts the JobManager and so many TaskManagers.
    pub(crate) fn start(&mut self, task_managers: usize) -> Result<(), Failure> {
        self.spawn(Kind::JobManager, "jobmanager".to_owned())?;
        (0..task_managers).try_for_each(|_| self.start_task_manager())
    }

    /// Starts one more TaskManager.
    pub(crate) fn start_task_manager(&mut self) -> Result<(), Failure> {
        self.started += 1;
        self.spawn(Kind::TaskManager, format!("taskmanager-{}", self.started))
    }

    fn spawn(&mut self, kind: Kind, name: String) -> Result<(), Failure> {
        let log = self.logs.join(format!("{name}.log"));
        files::write(&log, b"", Access::Private)?;
        let open = || File::options().append(true).open(&log).map_err(files::context("write", &log));
        let own = std::env::current_exe()
            .map_err(|error| Failure::usage(format!("cannot find myself: {error}")))?;
        let script = self.home.root().join("bin").join(kind.script());
        #[expect(
            clippy::disallowed_methods,
            reason = "quickstart is the adapter that starts Flink's processes"
        )]
        let command = std::process::Command::new(own);
        let mut command = Command::from(command);
        command
            .arg(guard::NAME)
            .arg("--parent")
            .arg(std::process::id().to_string())
            .arg("--")
            .arg(&script)
            .arg("start-foreground")
            .args(kind.arguments(&name))
            .env("FLINK_CONF_DIR", &self.conf)
            .env("FLINK_LOG_DIR", &self.logs)
            .env("FLINK_PID_DIR", &self.pids)
            .env_remove("FLINK_HOME")
            .env_remove("FLINK_PROPERTIES")
            .stdin(Stdio::null())
            .stdout(open()?)
            .stderr(open()?)
            .process_group(0)
            .kill_on_drop(true);
        let child = command
            .spawn()
            .map_err(|error| Failure::usage(format!("cannot start {}: {error}", script.display())))?;
        self.running.push(Process { name, log, child });
        Ok(())
    }

    /// Fails if a process that should be running has ended.
    pub(crate) fn check(&mut self) -> Result<(), Failure> {
        for process in &mut self.running {
            if let Ok(Some(status)) = process.child.try_wait() {
                return Err(process.ended(status));
            }
        }
        Ok(())
    }

    /// The end of every log, for a cluster that does not come up.
    pub(crate) fn last_words(&self) -> String {
        self.running
            .iter()
            .map(|process| format!("{}:\n{}\n", process.log.display(), tail(&process.log)))
            .collect()
    }

    /// Kills a TaskManager as a crash would.
    pub(crate) async fn kill_task_manager(&mut self, id: &TaskManagerId) -> Result<(), Failure> {
        let at = self.running.iter().position(|process| process.name == id.as_str());
        let mut process = at
            .map(|at| self.running.remove(at))
            .ok_or_else(|| Failure::usage(format!("TaskManager {id} is not one that quickstart started")))?;
        process.signal(Signal::KILL);
        // The status tells nothing: it was killed.
        let _ = process.child.wait().await;
        Ok(())
    }

    /// Ends every process: TaskManagers and JobManager are asked, and killed if they do not go.
    pub(crate) async fn stop(&mut self) {
        for process in &self.running {
            process.signal(Signal::TERM);
        }
        for mut process in std::mem::take(&mut self.running) {
            if tokio::time::timeout(GRACE, process.child.wait()).await.is_err() {
                process.signal(Signal::KILL);
                let _ = process.child.wait().await;
            }
        }
    }
}

impl Process {
    /// Signals the process and everything it started.
    fn signal(&self, signal: Signal) {
        let id = self.child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        if let Some(group) = id {
            // It may have ended in between, and that is what is wanted.
            let _ = kill_process_group(group, signal);
        }
    }

    fn ended(&self, status: ExitStatus) -> Failure {
        Failure::new(crate::exit::UNREACHABLE, format!("the {} ended by itself: {status}", self.name))
            .evidence(tail(&self.log))
            .help(format!("the whole log is {}", self.log.display()))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}

/// The last lines of a file.
fn tail(path: &Path) -> String {
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = File::open(path)?;
        let start = file.metadata()?.len().saturating_sub(TAIL_BYTES);
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}
