//! Processes of a real Flink, each with a conf directory of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::run::TestRun;
use crate::running::Running;

/// Into the file that the system property names, and into the one that Flink's scripts choose and Flink serves over REST.
const LOGGING: &str = "\
rootLogger.level = INFO
rootLogger.appenderRef.file.ref = File
rootLogger.appenderRef.own.ref = Own
appender.file.name = File
appender.file.type = File
appender.file.append = true
appender.file.fileName = ${sys:test.log}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d %-5p %c{1} - %m%n
appender.own.name = Own
appender.own.type = File
appender.own.append = true
appender.own.fileName = ${sys:log.file}
appender.own.layout.type = PatternLayout
appender.own.layout.pattern = %d %-5p %c{1} - %m%n
";

/// What a process does in the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Process {
    /// It leads.
    JobManager,
    /// It works.
    TaskManager,
}

/// Starts a process in the foreground, which logs into [`log`].
///
/// # Panics
/// It cannot be started, or `conf` is not writable.
pub fn start(
    run: &TestRun,
    home: &Path,
    process: Process,
    conf: &Path,
    name: &str,
    timeout: Duration,
) -> Running {
    let script = match process {
        Process::JobManager => "jobmanager.sh",
        Process::TaskManager => "taskmanager.sh",
    };
    fs::write(conf.join("log4j-console.properties"), LOGGING)
        .unwrap_or_else(|error| panic!("cannot write into {}: {error}", conf.display()));
    run.command(home.join("bin").join(script))
        .arg("start-foreground")
        .env("FLINK_CONF_DIR", conf)
        .env("FLINK_LOG_DIR", run.path())
        .env("FLINK_PID_DIR", run.path().join(format!("pid-{name}")))
        .env("JVM_ARGS", format!("-Dtest.log={}", log(run, name).display()))
        .env_remove("FLINK_HOME")
        .timeout(timeout)
        .spawn()
}

/// The log of the process of this name.
pub fn log(run: &TestRun, name: &str) -> PathBuf {
    run.path().join(format!("{name}.log"))
}

/// The value of a key in the configuration that came with a distribution, in either dialect: the JVM options that let it
/// run on Java 17, most of all.
pub fn stock_value(home: &Path, key: &str) -> Option<String> {
    let last = key.rsplit('.').next()?;
    ["flink-conf.yaml", "config.yaml"].iter().find_map(|file| {
        let text = fs::read_to_string(home.join("conf").join(file)).ok()?;
        let value = |line: &str| {
            let line = line.trim();
            let value = line.strip_prefix(key).or_else(|| line.strip_prefix(last))?;
            value.strip_prefix(": ").map(str::to_owned)
        };
        text.lines().find_map(value)
    })
}
