//! The order of the measurements.

use std::path::Path;
use std::time::Duration;

use end_to_end::cache;
use end_to_end::run::TestRun;

use super::contender::{Contender, mock, real};
use super::report::{self, Measured, Numbers};
use super::{http, load, wiremock};
use crate::bench::format::Format;
use crate::bench::row::Row;
use crate::bench::spread::Spread;
use crate::error::XtaskError;
use crate::metrics::jar;
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
/// Jobs of the list that is asked for all the time.
const LISTED: usize = 100;
/// How often the many are listed.
const LISTS: usize = 40;

/// Measures all three, and prints; as JSON
/// `{"flink_version","mock":{…},"jobmanager":{…},"wiremock":{…},"ratios":{…},"jobs":{"count","resident_mb","list":{…}}}`.
///
/// # Errors
/// Something does not build, start or answer; or mock-flink is slower or larger than promised.
pub fn mock_flink(version: FlinkVersion, format: Format) -> Result<(), XtaskError> {
    let numbers = numbers(version)?;
    numbers.print(format);
    numbers.verdict()
}

/// The lines of the table.
pub(in crate::bench) fn rows(version: FlinkVersion) -> Result<Vec<Row>, XtaskError> {
    Ok(numbers(version)?.rows())
}

fn numbers(version: FlinkVersion) -> Result<Numbers, XtaskError> {
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
    let listing = mock(&run, &program, version, &["--slots", "1000"])?;
    listing.run_jobs(run.path(), None, LISTED)?;
    let ours = Measured { lists_per_second: list(&listing, Duration::from_millis(500))?, ..ours };
    let body = http::Connection::open(listing.address)?.get("/jobs/overview")?.to_vec();
    drop(listing);
    let jobs = large(&run, &program, version)?;
    let theirs = {
        let contender = real(&run, &home, version)?;
        let measured = measure(&contender, WARM_UP)?;
        let source = process::workspace().join("xtask/java/ConformanceJobs.java");
        let jar = jar(&run, &home, &version.to_string(), &source, "jobs");
        // Without TaskManagers they wait for slots, and are listed all the same.
        contender.run_jobs(run.path(), Some(&jar), LISTED)?;
        Measured { lists_per_second: list(&contender, WARM_UP)?, ..measured }
    };
    let wiremock = {
        let contender = wiremock::start(&run, &body)?;
        let measured = measure(&contender, WARM_UP)?;
        Measured { lists_per_second: list(&contender, WARM_UP)?, ..measured }
    };
    Ok(Numbers { version, ours, theirs, wiremock, jobs })
}

/// How many lists of [`LISTED`] jobs it answers a second.
fn list(contender: &Contender, warm_up: Duration) -> Result<f64, XtaskError> {
    let answer = http::Connection::open(contender.address)?.get("/jobs/overview")?.to_vec();
    let listed = answer.windows(6).filter(|part| part == b"\"jid\":").count();
    if listed != LISTED {
        let answer = format!("{listed} jobs instead of {LISTED}");
        return Err(XtaskError::Answer { what: "/jobs/overview".to_owned(), answer });
    }
    load::run(contender.address, "/jobs/overview", warm_up)?;
    load::run(contender.address, "/jobs/overview", LOAD)
}

/// What a contender takes, and what it answers.
fn measure(contender: &Contender, warm_up: Duration) -> Result<Measured, XtaskError> {
    let idle = contender.resident()?;
    load::run(contender.address, "/overview", warm_up)?;
    let per_second = load::run(contender.address, "/overview", LOAD)?;
    Ok(Measured { start: Spread::of(&[contender.answered_after]), idle, per_second, lists_per_second: 0.0 })
}

/// A cluster with many running jobs.
fn large(run: &TestRun, program: &Path, version: FlinkVersion) -> Result<report::Jobs, XtaskError> {
    let contender = mock(run, program, version, &["--task-managers", "10", "--slots", "1000"])?;
    contender.run_jobs(run.path(), None, JOBS)?;
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
