//! `cargo xtask bench conf`: `flinkops conf lint` on a thousand keys, beside a JVM that only loads the same file. Whole processes.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use end_to_end::cache;

use super::row::Row;
use super::spread::Spread;
use crate::error::XtaskError;
use crate::files::context;
use crate::version::FlinkVersion;
use crate::{flink, process};

/// Keys of the file.
const KEYS: usize = 1_000;
const RUNS: usize = 15;
const WARM_UP: usize = 2;
/// Linting is so many times faster than loading at least.
const LEAST: f64 = 50.0;

/// Measures both.
pub(super) fn rows(version: FlinkVersion) -> Result<Vec<Row>, XtaskError> {
    let home = flink::get(&cache::directory().ok_or(XtaskError::NoCache)?, version)?;
    process::run(process::cargo().args(["build", "--quiet", "--release", "--bin", "flinkops"]))?;
    let scratch = tempfile::tempdir().map_err(context("create", &std::env::temp_dir()))?;
    let conf = scratch.path().join("conf");
    fs::create_dir(&conf).map_err(context("create", &conf))?;
    let file = conf.join(version.dialect().file_name());
    fs::write(&file, text()).map_err(context("write", &file))?;
    let classes = java_program(&home, "BenchConf", scratch.path())?;

    let mut ours = process::command(process::workspace().join("target/release/flinkops"));
    ours.args(["conf", "lint", "--flink-version", &version.to_string()]).arg(&conf);
    let mut theirs = process::command("java");
    theirs.arg("-cp").arg(classes).arg("BenchConf").arg(&conf);
    let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
    for round in 0..WARM_UP + RUNS {
        let times = [timed(&mut theirs, &[0])?, timed(&mut ours, &[0, 1])?];
        if round >= WARM_UP {
            their_times.push(times[0]);
            our_times.push(times[1]);
        }
    }
    let row = Row::new(
        format!("lint of {KEYS} keys, whole process"),
        "a JVM that loads the same file",
        "conf",
        LEAST,
    );
    Ok(vec![row.times(Spread::of(&our_times).median, Spread::of(&their_times).median)])
}

/// A configuration of so many keys, in both dialects.
fn text() -> String {
    let mut text = String::new();
    for index in 0..KEYS {
        let _ = writeln!(text, "containerized.master.env.VARIABLE_{index}: value {index}");
    }
    text
}

/// Compiles a program of `xtask/java` against a Flink; the class path with both.
pub(super) fn java_program(home: &Path, name: &str, scratch: &Path) -> Result<String, XtaskError> {
    let libraries = format!("{}/lib/*", home.display());
    let source = process::workspace().join(format!("xtask/java/{name}.java"));
    let mut javac = process::command("javac");
    process::capture(javac.arg("-cp").arg(&libraries).arg("-d").arg(scratch).arg(source))?;
    Ok(format!("{}:{libraries}", scratch.display()))
}

/// How long a whole process takes; it must end with one of these codes.
fn timed(command: &mut Command, codes: &[i32]) -> Result<Duration, XtaskError> {
    let start = process::now();
    let output = command.output().map_err(|source| process::start_error(command, source))?;
    let time = start.elapsed();
    if output.status.code().is_some_and(|code| codes.contains(&code)) {
        return Ok(time);
    }
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    Err(XtaskError::Command { line: process::line_of(command), status: output.status, output: said })
}
