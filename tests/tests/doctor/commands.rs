//! The command: what it takes, what it prints, how it ends.

use std::fs;
use std::time::Duration;

use end_to_end::binaries;
use end_to_end::run::{Output, TestRun};
use end_to_end::running::Running;
use serde_json::Value;

const SCENARIO: &str = "
cluster: {flink-version: '2.3', task-managers: 2, slots: 4, seed: 7, virtual-time: true, age: 10 min, configuration: {s3.secret-key: hunter2, env.java.opts.all: '-Dstore.password=hunter2'}}
programs:
  - class: com.example.Broken
    job: broken
    fails: {after: 20 s, class: java.io.IOException, message: 'No space left on device, s3://key:hunter2@bucket/x'}
    vertices:
      - {operators: ['Source: orders'], rate: 100}
      - {operators: [count], inputs: [0]}
jobs:
  - {class: com.example.Broken, parallelism: 2}
";

fn mock(run: &TestRun) -> (Running, String) {
    fs::write(run.path().join("broken.yaml"), SCENARIO).unwrap();
    let mock = run
        .command(binaries::mock_flink())
        .args(["--port", "0", "--scenario", "broken.yaml"])
        .timeout(Duration::from_secs(120))
        .spawn();
    let url = mock.wait_for_stdout("listening on ").rsplit(' ').next().unwrap().to_owned();
    (mock, url)
}

fn doctor(run: &TestRun, arguments: &[&str]) -> Output {
    run.command(binaries::flinkops()).arg("doctor").args(arguments).run()
}

#[test]
fn a_bundle_says_the_same_without_the_cluster_and_without_secrets() {
    let run = TestRun::new();
    let (mock, url) = mock(&run);
    let live =
        doctor(&run, &["broken", "--url", &url, "--bundle", "seen.tar.gz", "-o", "json"]).expect_code(1);
    drop(mock);
    let later = doctor(&run, &["--bundle-in", "seen.tar.gz", "-o", "json"]).expect_code(1);
    let [live, later]: [Value; 2] = [live, later].map(|output| serde_json::from_str(&output.stdout).unwrap());
    let codes = |told: &Value| {
        let findings = told["findings"].as_array().unwrap().iter();
        findings.map(|one| (one["code"].clone(), one["severity"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(codes(&live), codes(&later));
    assert_eq!(live["findings"][0]["code"], "DR153", "{live:#}");
    let packed = run.path().join("seen.tar.gz");
    let text = run.command("tar").args(["-xzOf"]).arg(&packed).run().expect_code(0).stdout;
    assert!(text.contains("No space left on device") && !text.contains("hunter2"), "{text}");
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&packed).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn what_is_found_is_told_with_the_next_command() {
    let run = TestRun::new();
    let (_mock, url) = mock(&run);
    let text = doctor(&run, &["broken", "--url", &url]).expect_code(1).stdout;
    for part in [
        "error DR153",
        "No space left on device",
        "why    There",
        "then   1. ",
        "flinkops recover savepoint inspect",
        "requests to the cluster",
    ] {
        let part = part.replace("why    There", "why    Checkpoints, savepoints or logs");
        assert!(text.contains(&part), "{part}: {text}");
    }
    assert_eq!(doctor(&run, &["broken", "--url", &url, "--fail-on", "error"]).code, Some(1));
    let lost = doctor(&run, &["orders", "--url", &url, "-o", "json"]).expect_code(1);
    let lost: Value = serde_json::from_str(&lost.stdout).unwrap();
    assert_eq!(lost["findings"][0]["code"], "DR318", "{lost:#}");
}

#[test]
fn logs_and_configuration_need_no_cluster() {
    let run = TestRun::new();
    fs::create_dir_all(run.path().join("logs/tm")).unwrap();
    let line = "2026-11-27 10:00:00,000 ERROR TaskManagerRunner - Terminating\n\
                org.apache.flink.util.FlinkException: failed\n\
                Caused by: javax.security.auth.login.LoginException: Unable to obtain password from user\n\
                \tat java.base/x.Y.z(Y.java:1)\n";
    fs::write(run.path().join("logs/tm/flink-taskmanager.log"), line).unwrap();
    fs::write(run.path().join("flink-conf.yaml"), "taskmanager.numberOfTaskSlot: 4\n").unwrap();
    let output = doctor(
        &run,
        &["--logs", "logs", "--conf", "flink-conf.yaml", "--flink-version", "1.18", "-o", "json"],
    )
    .expect_code(1);
    let told: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(told["findings"][0]["code"], "DR141", "{told:#}");
    let seen = told["findings"][0]["evidence"].to_string();
    assert!(seen.contains("logs/tm/flink-taskmanager.log:1"), "{seen}");
    let codes: Vec<&str> =
        told["findings"].as_array().unwrap().iter().filter_map(|one| one["code"].as_str()).collect();
    assert!(codes.contains(&"DR506"), "{codes:?}");
    assert_eq!(told["requests"], 0);
}

#[test]
fn bad_input_gets_one_clear_error() {
    let run = TestRun::new();
    fs::write(run.path().join("none.tar.gz"), b"nonsense").unwrap();
    fs::create_dir(run.path().join("empty")).unwrap();
    for (arguments, code, said) in [
        (&["--bundle-in", "none.tar.gz"][..], 2, "it is no bundle of `flinkops doctor --bundle`"),
        (&["--bundle-in", "nothing"], 2, "cannot read nothing"),
        (&["--logs", "empty"], 2, "there is no log in empty"),
        (&["--logs", "nowhere"], 2, "cannot read nowhere"),
        (&["--explain", "DR000"], 2, "`DR000` is not a code of `doctor`"),
        (&["--url", "nonsense"], 2, "nonsense"),
        (&["--url", "http://127.0.0.1:9", "--prometheus", "x"], 2, "`x` is no address of a Prometheus"),
    ] {
        let output = doctor(&run, arguments).expect_code(code);
        assert!(output.stderr.contains(said), "{arguments:?}: {output}");
    }
    let gone = doctor(&run, &["--url", "http://127.0.0.1:9"]).expect_code(3);
    assert!(gone.stdout.contains("DR320"), "{gone}");
    let explained = doctor(&run, &["--explain", "dr153"]).expect_code(0);
    assert!(explained.stdout.starts_with("DR153 storage-full (failure, error)"), "{explained}");
}

#[test]
fn the_page_of_codes_is_what_the_command_says() {
    let run = TestRun::new();
    let page = doctor(&run, &["--explain", "all"]).expect_code(0).stdout;
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/doctor-codes.md");
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        page == kept,
        "docs/doctor-codes.md is old: flinkops doctor --explain all > docs/doctor-codes.md"
    );
}
