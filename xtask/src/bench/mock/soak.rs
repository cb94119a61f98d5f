//! `cargo xtask bench soak`: mock-flink under load for minutes; its memory must not grow.

use std::net::SocketAddr;
use std::time::Duration;

use end_to_end::run::TestRun;

use super::contender::mock;
use super::http::Connection;
use super::load;
use crate::error::XtaskError;
use crate::process;
use crate::version::FlinkVersion;

/// Caches fill, and the journal of requests gets its full length.
const WARM_UP: Duration = Duration::from_secs(20);
/// How long one path is asked, before the memory is looked at.
const TURN: Duration = Duration::from_secs(5);
/// It may grow by so much: what the allocator keeps is not the same at every moment.
const MOST: f64 = 1.1;
/// What is asked, in turns.
const PATHS: [&str; 6] =
    ["/overview", "/jobs/overview", "/jobs", "/taskmanagers", "/config", "/jobmanager/config"];

/// Loads a mock with jobs in every state for so long, and fails where it takes more memory at the end than after its warm-up.
///
/// # Errors
/// It does not build, start or answer, or its memory grows.
pub fn soak(version: FlinkVersion, time: Duration) -> Result<(), XtaskError> {
    process::run(process::cargo().args(["build", "--quiet", "--release", "--bin", "mock-flink"]))?;
    let program = process::workspace().join("target/release/mock-flink");
    let run = TestRun::new();
    let contender = mock(&run, &program, version, &["--scenario", "job-zoo"])?;
    load::run(contender.address, "/jobs/overview", WARM_UP)?;
    let start = process::now();
    let mut seen = Vec::new();
    let mut turns = PATHS.iter().cycle();
    while start.elapsed() < time {
        let path = turns.next().copied().unwrap_or_default();
        let per_second = load::run(contender.address, path, TURN)?;
        operations(contender.address)?;
        let resident = contender.resident()?;
        seen.push(resident);
        println!(
            "{:>5} s  {path:<20} {per_second:>8.0}/s  {:>6} KiB",
            start.elapsed().as_secs(),
            resident / 1024
        );
    }
    verdict(&seen)
}

/// What comes and goes: a job's savepoint, and faults.
fn operations(address: SocketAddr) -> Result<(), XtaskError> {
    let mut connection = Connection::open(address)?;
    let fault = r#"{"on":"GET /nothing","when":{"nth":1},"do":{"status":{"code":503}}}"#;
    for _ in 0..100 {
        connection.post("/mock/faults", fault)?;
    }
    let mut clear = process::command("curl");
    clear.args(["-sS", "--fail-with-body", "--noproxy", "*", "--max-time", "20", "-X", "DELETE"]);
    process::capture(clear.arg(format!("http://{address}/mock/faults"))).map(drop)
}

/// The last third of what was seen, beside the first.
fn verdict(seen: &[u64]) -> Result<(), XtaskError> {
    let third = (seen.len() / 3).max(1);
    let median = |part: &[u64]| {
        let mut sorted = part.to_vec();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied().unwrap_or(0)
    };
    let (first, last) =
        (median(&seen[..third.min(seen.len())]), median(&seen[seen.len().saturating_sub(third)..]));
    #[expect(clippy::cast_precision_loss, reason = "bytes of a process are far below 2^52")]
    let grown = last as f64 / (first as f64).max(1.0);
    println!("memory at the end is {grown:.3} of that at the beginning");
    if grown <= MOST {
        return Ok(());
    }
    Err(XtaskError::TooSlow(format!(
        "the mock's memory grew from {first} to {last} bytes; it may grow to {MOST} of it"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growing_memory_is_told() {
        assert!(verdict(&[100, 100, 103, 102, 104, 105]).is_ok());
        assert!(verdict(&[100, 102, 110, 120, 130, 140]).is_err());
    }
}
