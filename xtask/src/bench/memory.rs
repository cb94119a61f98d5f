//! `cargo xtask bench memory`: Flink's memory model in our code, beside Flink's own in a warm JVM. Both must come to the same sum.

use std::process::Command;
use std::time::Duration;

use end_to_end::cache;

use super::conf::java_program;
use super::row::Row;
use crate::error::XtaskError;
use crate::files::context;
use crate::version::FlinkVersion;
use crate::{flink, process};

/// TaskManagers whose memory is divided.
const EVALUATIONS: u32 = 10_000;
/// Runs of each, by turns; the fastest counts, since a collection of garbage doubles a run.
const RUNS: u32 = 7;
/// Not slower than the JVM.
const LEAST: f64 = 1.0;

/// Measures both.
pub(super) fn rows(version: FlinkVersion) -> Result<Vec<Row>, XtaskError> {
    let home = flink::get(&cache::directory().ok_or(XtaskError::NoCache)?, version)?;
    let build = ["build", "--quiet", "--release", "-p", "flinkops-tuning", "--example", "evaluate"];
    process::run(process::cargo().args(build))?;
    let scratch = tempfile::tempdir().map_err(context("create", &std::env::temp_dir()))?;
    let classes = java_program(&home, "BenchMemory", scratch.path())?;
    let mut theirs = process::command("java");
    theirs.arg("-cp").arg(classes).arg("BenchMemory").arg(EVALUATIONS.to_string());
    let mut ours = process::command(process::workspace().join("target/release/examples/evaluate"));
    ours.arg(EVALUATIONS.to_string());
    let ((mut their_time, their_sum), (mut our_time, our_sum)) = (answer(&mut theirs)?, answer(&mut ours)?);
    for _ in 1..RUNS {
        their_time = their_time.min(answer(&mut theirs)?.0);
        our_time = our_time.min(answer(&mut ours)?.0);
    }
    if their_sum != our_sum {
        let answer = format!("{our_sum} bytes of managed memory, Flink {their_sum}");
        return Err(XtaskError::Answer { what: process::line_of(&ours), answer });
    }
    let what = format!("memory model, {EVALUATIONS} evaluations in process");
    Ok(vec![Row::new(what, "the same in a warm JVM", "memory", LEAST).times(our_time, their_time)])
}

/// `NANOSECONDS SUM`.
fn answer(command: &mut Command) -> Result<(Duration, u64), XtaskError> {
    let said = process::capture(command)?;
    let mut words = said.split_whitespace().map(str::parse::<u64>);
    match (words.next(), words.next()) {
        (Some(Ok(nanos)), Some(Ok(sum))) => Ok((Duration::from_nanos(nanos), sum)),
        _ => Err(XtaskError::Answer { what: process::line_of(command), answer: said }),
    }
}
