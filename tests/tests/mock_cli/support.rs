//! Running mock-flink, and asking what it serves.

use std::time::Duration;

use end_to_end::binaries;
use end_to_end::http::ask_url;
use end_to_end::run::{Output, TestRun};
use end_to_end::running::{Recipient, Running, Signal};
use serde_json::Value;

/// How long a program may run.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs it to its end.
pub(crate) fn run(test: &TestRun, arguments: &[&str]) -> Output {
    test.command(binaries::mock_flink()).args(arguments).timeout(PATIENCE).run()
}

/// Starts it; where it listens, in as many places as it should.
pub(crate) fn start<const N: usize>(test: &TestRun, arguments: &[&str]) -> (Running, [String; N]) {
    let program = test.command(binaries::mock_flink()).args(arguments).timeout(PATIENCE).spawn();
    let lines = program.wait_for_stdout_lines("listening on ", N);
    let urls = lines.iter().map(|line| line.split([' ', ',']).nth(2).unwrap_or_default().to_owned());
    let urls: Vec<String> = urls.collect();
    (program, urls.try_into().unwrap())
}

/// Ends it as a shell does; its exit code.
pub(crate) fn interrupt(program: Running) -> Option<i32> {
    program.signal(Signal::Interrupt, Recipient::Process);
    program.wait().code
}

/// Asks; the status and the body.
pub(crate) fn ask(method: &str, url: &str, body: &str) -> (u16, String) {
    ask_url(method, url, body).unwrap_or_else(|error| panic!("{method} {url}: {error}"))
}

/// The JSON of an answer.
pub(crate) fn get(url: &str) -> Value {
    let (status, body) = ask("GET", url, "");
    serde_json::from_str(&body).unwrap_or_else(|error| panic!("{url}: {status} {error}: {body}"))
}
