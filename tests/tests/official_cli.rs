//! Flink's own command line against mock-flink: every verb, for three versions. It ends with the same codes and says the
//! same lines as to a real cluster, ids, times and paths apart; what it said there is recorded by `cargo xtask transcripts`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use end_to_end::need::Need;
use end_to_end::official::{self, Session};
use end_to_end::run::TestRun;
use end_to_end::{binaries, require};

/// How the jobs of the jar end by themselves, by their names.
const SCENARIO: &str = "\
description: The jobs of ConformanceJobs.java.
cluster: {slots: 8}
programs:
  - class: ConformanceJobs
    job: conformance forever
    vertices:
      - {operators: [numbers], rate: 190, busy: 0.9, accumulators: {seen: IntCounter}}
      - {operators: [count], inputs: [0], selectivity: 0, busy: 0.1}
    when:
      - {argument: finish, job: conformance finish, finishes-after: 400 ms}
      - argument: fail
        job: conformance fail
        fails: {after: 50 ms, class: java.lang.IllegalArgumentException, message: failed on purpose}
";

fn says_the_same(home: &Path, version: &str) {
    let run = TestRun::new();
    let jar = official::jobs_jar(&run, home, version);
    fs::write(run.path().join("scenario.yaml"), SCENARIO).unwrap();
    let mock = run
        .command(binaries::mock_flink())
        .args(["--port", "0", "--flink-version", version, "--scenario", "scenario.yaml", "--conf"])
        .arg(format!("web.tmpdir={}", run.path().display()))
        .timeout(Duration::from_secs(900))
        .spawn();
    let port =
        mock.wait_for_stdout("listening on ").rsplit(':').next().and_then(|port| port.parse().ok()).unwrap();
    let session = Session { run: &run, home, version, port, jar: &jar };
    let said = session.transcript();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/official-cli/{version}.txt"));
    let recorded =
        fs::read_to_string(&fixture).unwrap_or_else(|error| panic!("{}: {error}", fixture.display()));
    let differences = differences(&recorded, &said);
    assert!(differences.is_empty(), "{differences}");
}

/// The commands whose transcripts differ, with both.
fn differences(recorded: &str, said: &str) -> String {
    let mut text = String::new();
    let (recorded, said): (Vec<_>, Vec<_>) =
        (recorded.split("$ flink ").collect(), said.split("$ flink ").collect());
    assert_eq!(recorded.len(), said.len(), "as many commands were recorded");
    for (real, mock) in recorded.iter().zip(&said) {
        if real != mock {
            write!(text, "--- to a real cluster\n$ flink {real}--- to mock-flink\n$ flink {mock}").unwrap();
        }
    }
    text
}

#[test]
fn flink_1_18() {
    let [home, _java, _javac] = require!(Need::Flink("1.18.1"), Need::Java, Need::Javac);
    says_the_same(&home, "1.18.1");
}

#[test]
fn flink_1_20() {
    let [home, _java, _javac] = require!(Need::Flink("1.20.5"), Need::Java, Need::Javac);
    says_the_same(&home, "1.20.5");
}

#[test]
fn flink_2_3() {
    let [home, _java, _javac] = require!(Need::Flink("2.3.0"), Need::Java, Need::Javac);
    says_the_same(&home, "2.3.0");
}
