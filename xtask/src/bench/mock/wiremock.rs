//! WireMock: the jar that its npm package carries, told to answer `/overview` from a file.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use end_to_end::run::TestRun;
use end_to_end::{cache, port};

use super::contender::Contender;
use crate::error::XtaskError;
use crate::files::context;
use crate::process;

const VERSION: &str = "3.13.2";
const LIFE: Duration = Duration::from_secs(600);

/// What it answers: an overview of the size that a real one has.
const STUB: &str = r#"{
  "request": { "method": "GET", "urlPath": "/overview" },
  "response": {
    "status": 200,
    "headers": { "content-type": "application/json; charset=UTF-8" },
    "jsonBody": {
      "taskmanagers": 1, "slots-total": 1, "slots-available": 1, "jobs-running": 0, "jobs-finished": 0,
      "jobs-cancelled": 0, "jobs-failed": 0, "flink-version": "2.3.0", "flink-commit": "0000000"
    }
  }
}"#;

const JOBS_STUB: &str = r#"{
  "request": { "method": "GET", "urlPath": "/jobs/overview" },
  "response": {
    "status": 200,
    "headers": { "content-type": "application/json; charset=UTF-8" },
    "bodyFileName": "jobs.json"
  }
}"#;

/// WireMock without its request journal, which would grow with every request.
/// It answers `/jobs/overview` with these bytes.
pub(super) fn start(run: &TestRun, jobs: &[u8]) -> Result<Contender, XtaskError> {
    let jar = jar()?;
    let mappings = run.path().join("wiremock/mappings");
    fs::create_dir_all(&mappings).map_err(context("create", &mappings))?;
    let stub = mappings.join("overview.json");
    fs::write(&stub, STUB).map_err(context("write", &stub))?;
    let files = run.path().join("wiremock/__files");
    fs::create_dir_all(&files).map_err(context("create", &files))?;
    fs::write(files.join("jobs.json"), jobs).map_err(context("write", &files))?;
    let stub = mappings.join("jobs.json");
    fs::write(&stub, JOBS_STUB).map_err(context("write", &stub))?;
    let [port] = port::free();
    let command = run.command("java").arg("-jar").arg(jar).args(["--port", &port.to_string()]);
    let command = command.args(["--bind-address", "127.0.0.1", "--no-request-journal", "--disable-banner"]);
    let command = command.arg("--root-dir").arg(run.path().join("wiremock")).timeout(LIFE);
    let started = process::now();
    let process = command.spawn();
    Contender::await_answer(process, SocketAddr::from((Ipv4Addr::LOCALHOST, port)), started)
}

/// The jar in the cache, fetched once.
fn jar() -> Result<PathBuf, XtaskError> {
    let directory = cache::directory().ok_or(XtaskError::NoCache)?.join(format!("wiremock-{VERSION}"));
    let jar = directory.join(format!("package/build/wiremock-standalone-{VERSION}.jar"));
    if jar.is_file() {
        return Ok(jar);
    }
    fs::create_dir_all(&directory).map_err(context("create", &directory))?;
    let package = format!("wiremock@{VERSION}");
    let mut npm = process::command("npm");
    process::capture(npm.args(["pack", "--silent", &package]).current_dir(&directory))?;
    let archive = directory.join(format!("wiremock-{VERSION}.tgz"));
    unpack(&archive, &directory)?;
    if jar.is_file() {
        Ok(jar)
    } else {
        Err(XtaskError::Answer { what: package, answer: "no jar in it".to_owned() })
    }
}

fn unpack(archive: &Path, directory: &Path) -> Result<(), XtaskError> {
    let bad = |e: std::io::Error| XtaskError::Archive { path: archive.to_owned(), reason: e.to_string() };
    let file = fs::File::open(archive).map_err(context("read", archive))?;
    tar::Archive::new(flate2::read::GzDecoder::new(file)).unpack(directory).map_err(bad)
}
