//! The order of the measurements.

use std::path::Path;
use std::time::Duration;

use end_to_end::cache;
use end_to_end::run::TestRun;

use super::contender::{Contender, mock, real};
use super::report::{self, Measured, Numbers};
use super::{http, load, wiremock};
use crate::bench::format::Format;
use crate::bench::spread::Spread;
use crate::error::XtaskError;
use crate::version::FlinkVersion;
use crate::{flink, process};

/// Starts of mock-flink; those of the others take seconds each.
const STARTS: usize = 15;
/// How long each is asked, after it has warmed up.
const LOAD: Duration = Duration::from_secs(4);
/// A JVM compiles what is asked often; it gets the time to.
const WARM_UP: Duration = Duration::from_secs(6);
/// Jobs of the large cluster.
pub(super) const JOBS: usize = 10_000;
/// How often they are listed.
const LISTS: usize = 40;

/// Measures all three, and prints; as JSON
/// `{"flink_version","mock":{…},"jobmanager":{…},"wiremock":{…},"ratios":{…},"jobs":{"count","resident_mb","list":{…}}}`.
///
/// # Errors
/// Something does not build, start or answer; or mock-flink is slower or larger than promised.
pub fn mock_flink(version: FlinkVersion, format: Format) -> Result<(), XtaskError> {
    let home = flink::get(&cache::directory().ok_or(XtaskError::NoCache)?, version)?;
    let mut build = process::cargo();
    process::run(build.args(["build", "--quiet", "--release", "--bin", "mock-flink"]))?;
    let program = process::workspace().join("target/release/mock-flink");
    let run = TestRun::new();

    let ours = {
        let mut starts = Vec::new();
        for _ in 1..STARTS {
            starts.push(mock(&run, &program, version, &[])?.answered_after);
        }
        let contender = mock(&run, &program, version, &[])?;
        starts.push(contender.answered_after);
        Measured { start: Spread::of(&starts), ..measure(&contender, Duration::from_millis(500))? }
    };
    let jobs = large(&run, &program, version)?;
    let theirs = measure(&real(&run, &home, version)?, WARM_UP)?;
    let wiremock = measure(&wiremock::start(&run)?, WARM_UP)?;
    let numbers = Numbers { version, ours, theirs, wiremock, jobs };
    numbers.print(format);
    numbers.verdict()
}

/// What a contender takes, and what it answers.
fn measure(contender: &Contender, warm_up: Duration) -> Result<Measured, XtaskError> {
    let idle = contender.resident()?;
    load::run(contender.address, warm_up)?;
    let per_second = load::run(contender.address, LOAD)?;
    Ok(Measured { start: Spread::of(&[contender.answered_after]), idle, per_second })
}

/// A cluster with many running jobs.
fn large(run: &TestRun, program: &Path, version: FlinkVersion) -> Result<report::Jobs, XtaskError> {
    let contender = mock(run, program, version, &["--task-managers", "10", "--slots", "1000"])?;
    contender.run_jobs(run.path(), JOBS)?;
    let mut times = Vec::new();
    let mut connection = http::Connection::open(contender.address)?;
    for _ in 0..LISTS {
        let start = process::now();
        let answer = connection.get("/jobs/overview")?;
        times.push(start.elapsed());
        let listed = answer.windows(6).filter(|part| part == b"\"jid\":").count();
        if listed != JOBS {
            return Err(XtaskError::Answer {
                what: "/jobs/overview".to_owned(),
                answer: format!("{listed} jobs"),
            });
        }
    }
    Ok(report::Jobs { resident: contender.resident()?, list: Spread::of(&times) })
}
