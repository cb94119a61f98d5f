//! `cargo xtask bench cli`: whole processes side by side, `flinkops job list` and Flink's own `bin/flink list`, against
//! one mock cluster with the same jobs. Fails when a promise of the README is not kept.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::files::context;
use crate::version::{Dialect, FlinkVersion};
use end_to_end::cache;
use serde_json::{Value, json};

use super::format::Format;
use super::jar::write_jar;
use super::row::Row;
use super::spread::Spread;
use crate::error::XtaskError;
use crate::{flink, process};

/// `flinkops job list` answers faster than a person notices.
const MOST: Duration = Duration::from_millis(30);
/// At least so many times faster than Flink's own command line, which starts a JVM.
const LEAST_RATIO: f64 = 150.0;
/// Runs of each before the measuring starts: file caches fill.
const WARM_UP: u32 = 2;
/// How many jobs there are to list.
const JOBS: usize = 3;

/// Measures both, and prints the times; as JSON `{"flink_version","runs","flinkops":{…},"flink":{…},"ratio"}`, in
/// milliseconds.
///
/// # Errors
/// Something does not build, start or list the jobs; or flinkops is slower than promised.
pub fn cli(version: FlinkVersion, runs: u32, format: Format) -> Result<(), XtaskError> {
    let (ours, theirs) = measure(version, runs)?;
    report(version, &ours, &theirs, format)
}

/// The line of the table.
pub(super) fn rows(version: FlinkVersion) -> Result<Vec<Row>, XtaskError> {
    let (ours, theirs) = measure(version, 15)?;
    let row = Row::new("whole process `job list`", "`bin/flink list`", "cli", LEAST_RATIO);
    Ok(vec![row.times(Spread::of(&ours).median, Spread::of(&theirs).median)])
}

/// The times of both.
fn measure(version: FlinkVersion, runs: u32) -> Result<(Vec<Duration>, Vec<Duration>), XtaskError> {
    let cache = cache::directory().ok_or(XtaskError::NoCache)?;
    let home = flink::get(&cache, version)?;
    let mut build = process::cargo();
    process::run(build.args(["build", "--quiet", "--release", "--bin", "flinkops", "--bin", "mock-flink"]))?;
    let release = process::workspace().join("target/release");
    let scratch = tempfile::tempdir().map_err(context("create", &std::env::temp_dir()))?;
    let cluster = Cluster::start(&release.join("mock-flink"), version)?;
    let jobs = submit_jobs(&cluster.url, scratch.path())?;

    let conf = write_conf(&cluster.url, version, &home, scratch.path())?;
    let mut ours = process::command(release.join("flinkops"));
    ours.args(["job", "list", "--url", &cluster.url]);
    let mut theirs = process::command(home.join("bin/flink"));
    theirs.arg("list").env("FLINK_CONF_DIR", &conf).env("FLINK_LOG_DIR", scratch.path());

    let (mut ours, mut theirs) = (Contender::new(ours), Contender::new(theirs));
    for round in 0..WARM_UP + runs {
        // Alternating, so that whatever else the machine does meets both.
        for contender in [&mut theirs, &mut ours] {
            contender.run(&jobs, if round < WARM_UP { Phase::WarmUp } else { Phase::Measured })?;
        }
    }
    Ok((ours.times, theirs.times))
}

/// A running mock cluster; killed when dropped.
struct Cluster {
    process: Child,
    url: String,
}

impl Cluster {
    fn start(program: &Path, version: FlinkVersion) -> Result<Self, XtaskError> {
        let mut command = process::command(program);
        command.args(["--port", "0", "--flink-version", &version.to_string()]).stdout(Stdio::piped());
        let mut process = command.spawn().map_err(|source| process::start_error(&command, source))?;
        let mut line = String::new();
        if let Some(stdout) = process.stdout.take() {
            BufReader::new(stdout).read_line(&mut line).map_err(|e| process::start_error(&command, e))?;
        }
        let url = line.trim().strip_prefix("listening on ").unwrap_or_default().to_owned();
        let cluster = Self { process, url };
        if cluster.url.is_empty() {
            return Err(XtaskError::Answer { what: process::line_of(&command), answer: line });
        }
        Ok(cluster)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ended = self.process.kill();
        let _status = self.process.wait();
    }
}

/// Submits the jobs by curl: the bench must not depend on the commands it measures.
fn submit_jobs(url: &str, scratch: &Path) -> Result<Vec<String>, XtaskError> {
    let jar = write_jar(scratch)?;
    let uploaded = curl(&["-F", &format!("jarfile=@{}", jar.display()), &format!("{url}/jars/upload")])?;
    let file = text_of(&uploaded, "filename")?;
    let id = file.rsplit('/').next().unwrap_or_default();
    let run = format!("{url}/jars/{id}/run");
    (0..JOBS)
        .map(|_| {
            let answer = curl(&["-H", "content-type: application/json", "-d", "{}", &run])?;
            text_of(&answer, "jobid")
        })
        .collect()
}

fn curl(arguments: &[&str]) -> Result<Value, XtaskError> {
    let mut command = process::command("curl");
    // Never through a proxy: the cluster is here.
    command.args(["-sS", "--fail-with-body", "--noproxy", "*", "--max-time", "20"]).args(arguments);
    let answer = process::capture(&mut command)?;
    let unexpected = |_| XtaskError::Answer { what: process::line_of(&command), answer: answer.clone() };
    serde_json::from_str(&answer).map_err(unexpected)
}

fn text_of(answer: &Value, key: &str) -> Result<String, XtaskError> {
    let unexpected =
        || XtaskError::Answer { what: "the mock cluster".to_owned(), answer: answer.to_string() };
    answer[key].as_str().map(str::to_owned).ok_or_else(unexpected)
}

/// A conf directory that leads Flink's command line to the cluster.
fn write_conf(url: &str, version: FlinkVersion, home: &Path, scratch: &Path) -> Result<PathBuf, XtaskError> {
    let unexpected = || XtaskError::Answer { what: "mock-flink".to_owned(), answer: url.to_owned() };
    let (host, port) =
        url.strip_prefix("http://").and_then(|rest| rest.rsplit_once(':')).ok_or_else(unexpected)?;
    let conf = scratch.join("conf");
    fs::create_dir(&conf).map_err(context("create", &conf))?;
    let text = match version.dialect() {
        Dialect::Legacy => {
            format!("rest.address: {host}\nrest.port: {port}\njobmanager.rpc.address: {host}\n")
        }
        Dialect::Yaml => {
            format!("rest:\n  address: {host}\n  port: {port}\njobmanager:\n  rpc:\n    address: {host}\n")
        }
    };
    let file = conf.join(version.dialect().file_name());
    fs::write(&file, text).map_err(context("write", &file))?;
    let (from, to) = (home.join("conf/log4j-cli.properties"), conf.join("log4j-cli.properties"));
    fs::copy(&from, &to).map_err(context("copy", &from))?;
    Ok(conf)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    WarmUp,
    Measured,
}

/// A command and how long it took each time.
struct Contender {
    command: Command,
    times: Vec<Duration>,
}

impl Contender {
    fn new(command: Command) -> Self {
        Self { command, times: Vec::new() }
    }

    /// Runs it once. What does not list every job has not done the work, and its time means nothing.
    fn run(&mut self, jobs: &[String], phase: Phase) -> Result<(), XtaskError> {
        let start = process::now();
        let said = process::capture(&mut self.command)?;
        let time = start.elapsed();
        if !jobs.iter().all(|job| said.contains(job)) {
            return Err(XtaskError::Answer { what: process::line_of(&self.command), answer: said });
        }
        if phase == Phase::Measured {
            self.times.push(time);
        }
        Ok(())
    }
}

fn report(
    version: FlinkVersion,
    ours: &[Duration],
    theirs: &[Duration],
    format: Format,
) -> Result<(), XtaskError> {
    let runs = ours.len();
    let (ours, theirs) = (Spread::of(ours), Spread::of(theirs));
    let ratio = theirs.median.as_secs_f64() / ours.median.as_secs_f64().max(f64::MIN_POSITIVE);
    match format {
        Format::Table => {
            println!("whole processes, {runs} runs each, Flink {version}");
            println!("{:<20} {:>10} {:>10} {:>10}", "", "median ms", "min ms", "max ms");
            println!("{}\n{}", ours.row("flinkops job list"), theirs.row("bin/flink list"));
            println!("ratio of the medians: {ratio:.0}");
        }
        Format::Json => {
            let rounded = (ratio * 10.0).round() / 10.0;
            let version = version.to_string();
            let answer = json!({
                "flink_version": version, "runs": runs, "flinkops": ours.json(), "flink": theirs.json(),
                "ratio": rounded,
            });
            println!("{answer:#}");
        }
    }
    verdict(ours.median, ratio)
}

fn verdict(median: Duration, ratio: f64) -> Result<(), XtaskError> {
    if median >= MOST {
        return Err(XtaskError::TooSlow(format!(
            "flinkops job list took {median:?}; promised is less than {MOST:?}"
        )));
    }
    if ratio < LEAST_RATIO {
        let promised =
            format!("flinkops is {ratio:.1} times as fast as bin/flink; promised is {LEAST_RATIO}");
        return Err(XtaskError::TooSlow(promised));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_promises_are_judged() {
        let ms = Duration::from_millis;
        assert!(verdict(ms(29), 150.0).is_ok());
        assert!(verdict(ms(30), 500.0).is_err());
        assert!(verdict(ms(5), 149.9).is_err());
    }

    #[test]
    fn the_conf_leads_to_the_cluster() {
        let scratch = tempfile::tempdir().unwrap();
        let home = scratch.path().join("home");
        fs::create_dir_all(home.join("conf")).unwrap();
        fs::write(home.join("conf/log4j-cli.properties"), "").unwrap();
        let version = FlinkVersion::new(1, 18, 1);
        let conf = write_conf("http://127.0.0.1:4711", version, &home, scratch.path()).unwrap();
        let text = fs::read_to_string(conf.join("flink-conf.yaml")).unwrap();
        assert!(text.contains("rest.address: 127.0.0.1\nrest.port: 4711\n"));
        assert!(write_conf("4711", version, &home, scratch.path()).is_err());
    }
}
