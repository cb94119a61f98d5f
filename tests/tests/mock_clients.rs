//! The clients of mock-flink for other languages, in `docs/clients`, and their examples: each is run as its guide says.

use std::path::{Path, PathBuf};
use std::time::Duration;

use end_to_end::need::Need;
use end_to_end::run::{Invocation, TestRun};
use end_to_end::{binaries, require};

fn clients(language: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/clients").join(language)
}

/// A program in a directory with a copy of the client: none of it may end up in the checkout.
fn in_a_copy(run: &TestRun, program: &Path, language: &str) -> Invocation {
    let copy = run.path().join(format!("client-{language}"));
    std::fs::create_dir(&copy).unwrap();
    for entry in std::fs::read_dir(clients(language)).unwrap().map(Result::unwrap) {
        std::fs::copy(entry.path(), copy.join(entry.file_name())).unwrap();
    }
    run.command(program)
        .current_dir(copy)
        .env("MOCK_FLINK", binaries::mock_flink())
        .env("HOME", run.path())
        .timeout(Duration::from_secs(180))
}

#[test]
fn python() {
    let pytest = require!(Need::Pytest);
    let run = TestRun::new();
    let said = in_a_copy(&run, &pytest, "python").args(["-q", "-p", "no:cacheprovider"]).run().expect_code(0);
    assert!(said.stdout.contains("3 passed"), "{}", said.stdout);
    run.assert_no_process_left();
}

#[test]
fn go() {
    let go = require!(Need::Go);
    let run = TestRun::new();
    let said = in_a_copy(&run, &go, "go").args(["test", "-v", "./..."]).run().expect_code(0);
    assert!(said.stdout.contains("--- PASS: TestWhateverRunsIsCancelled"), "{}", said.stdout);
    run.assert_no_process_left();
}

#[test]
fn java() {
    let [java, javac] = require!(Need::Java, Need::Javac);
    let run = TestRun::new();
    in_a_copy(&run, &javac, "java")
        .args(["-Xlint:all", "-Werror", "MockFlink.java", "Example.java"])
        .run()
        .expect_code(0);
    let said = run
        .command(&java)
        .args(["-cp", "client-java", "Example"])
        .current_dir(run.path())
        .env("MOCK_FLINK", binaries::mock_flink())
        .run()
        .expect_code(0);
    assert!(said.stdout.contains("told so"), "{}", said.stdout);
    run.assert_no_process_left();
}

#[test]
fn curl() {
    require!(Need::Curl);
    let run = TestRun::new();
    let said = in_a_copy(&run, Path::new("bash"), "curl").arg("example.sh").run().expect_code(0);
    assert!(said.stdout.starts_with("s3://bucket/savepoints/savepoint-"), "{}", said.stdout);
    run.assert_no_process_left();
}
