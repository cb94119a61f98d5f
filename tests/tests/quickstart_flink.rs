//! `flinkops quickstart --flink-home` on real Flinks.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use end_to_end::need::Need;
use end_to_end::run::TestRun;
use end_to_end::running::{Recipient, Signal};
use end_to_end::{binaries, exclusive, require};
use serde_json::Value;

/// Two cores share two JVMs' start and a compiler.
const PATIENCE: Duration = Duration::from_secs(300);

fn fingerprint(dir: &Path) -> Vec<(PathBuf, u64)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let metadata = entry.metadata().unwrap();
        if metadata.is_dir() {
            all.extend(fingerprint(&entry.path()));
        } else {
            all.push((entry.path(), metadata.len()));
        }
    }
    all.sort();
    all
}

fn the_whole_story(home: &Path, key_type: &str) {
    let _alone = exclusive::real_flink();
    let before = fingerprint(home);
    let run = TestRun::new();
    let output = run
        .command(binaries::flinkops())
        .args(["quickstart", "-o", "json", "--key-type", key_type, "--flink-home"])
        .arg(home)
        .timeout(PATIENCE)
        .run()
        .expect_code(0);
    run.assert_no_process_left();
    let report: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(report["mode"], "flink-home");
    let steps: Vec<&str> =
        report["steps"].as_array().unwrap().iter().map(|step| step["name"].as_str().unwrap()).collect();
    assert_eq!(
        steps,
        [
            "read", "check", "issue", "wire", "start", "refuse", "submit", "running", "save", "rescale",
            "crash", "stop", "end"
        ]
    );
    for savepoint in report["savepoints"].as_array().unwrap() {
        let path = savepoint.as_str().unwrap().trim_start_matches("file:").trim_start_matches("//");
        assert!(Path::new(path).join("_metadata").is_file(), "{path}");
    }
    assert_eq!(fingerprint(home), before, "the Flink home was changed");
}

#[test]
fn flink_1_18_with_rsa_keys() {
    let [home, _java, _javac] = require!(Need::Flink("1.18.1"), Need::Java, Need::Javac);
    the_whole_story(&home, "rsa-2048");
}

#[test]
fn flink_1_18_with_ec_keys() {
    let [home, _java, _javac] = require!(Need::Flink("1.18.1"), Need::Java, Need::Javac);
    the_whole_story(&home, "p-256");
}

#[test]
fn flink_1_20_with_rsa_keys() {
    let [home, _java, _javac] = require!(Need::Flink("1.20.5"), Need::Java, Need::Javac);
    the_whole_story(&home, "rsa-2048");
}

#[test]
fn flink_1_20_with_ec_keys() {
    let [home, _java, _javac] = require!(Need::Flink("1.20.5"), Need::Java, Need::Javac);
    the_whole_story(&home, "p-256");
}

#[test]
fn flink_2_3_with_rsa_keys() {
    let [home, _java, _javac] = require!(Need::Flink("2.3.0"), Need::Java, Need::Javac);
    the_whole_story(&home, "rsa-2048");
}

#[test]
fn flink_2_3_with_ec_keys() {
    let [home, _java, _javac] = require!(Need::Flink("2.3.0"), Need::Java, Need::Javac);
    the_whole_story(&home, "p-256");
}

/// While the cluster runs, curl is let in with the client certificate only; then flinkops is killed without warning,
/// and its processes go with it.
#[test]
fn strangers_stay_out_and_a_kill_leaves_no_process() {
    let [home, _java, _javac, curl] = require!(Need::Flink("1.20.5"), Need::Java, Need::Javac, Need::Curl);
    let _alone = exclusive::real_flink();
    let run = TestRun::new();
    let running = run
        .command(binaries::flinkops())
        .args(["quickstart", "--out", "out", "--flink-home"])
        .arg(&home)
        .timeout(PATIENCE)
        .spawn();
    let line = running.wait_for_stdout("ok start");
    let url =
        line.split_whitespace().find(|word| word.starts_with("https://")).unwrap().trim_end_matches(':');
    let out = run.path().join("out");
    let ask = || run.command(&curl).args(["-sS", "--max-time", "20", "--cacert"]).arg(out.join("pki/ca.pem"));
    let overview = format!("{url}/overview");
    let stranger = ask().arg(&overview).run();
    assert!(stranger.code != Some(0) && stranger.stdout.is_empty(), "{stranger}");
    let store = fs::read_to_string(out.join("stores/client.keystore.password")).unwrap();
    let config = format!(
        "cert-type = P12\ncert = {}:{}\n",
        out.join("stores/client.keystore.p12").display(),
        store.trim()
    );
    let known = ask().args(["--config", "-"]).arg(&overview).stdin(config).run().expect_code(0);
    assert!(known.stdout.contains("slots-total"), "{known}");

    running.wait_for_stdout("ok running");
    assert!(run.processes().len() >= 4, "JobManager, two TaskManagers and flinkops itself");
    running.signal(Signal::Kill, Recipient::Process);
    run.assert_no_process_left();
    assert_eq!(running.wait().signal, Some(9));
}

#[test]
fn an_interrupt_stops_every_process() {
    let [home, _java, _javac] = require!(Need::Flink("2.3.0"), Need::Java, Need::Javac);
    let _alone = exclusive::real_flink();
    let run = TestRun::new();
    let running = run
        .command(binaries::flinkops())
        .args(["quickstart", "--flink-home"])
        .arg(&home)
        .timeout(PATIENCE)
        .spawn();
    running.wait_for_stdout("ok running");
    running.signal(Signal::Interrupt, Recipient::Group);
    running.wait().expect_code(130);
    run.assert_no_process_left();
}
