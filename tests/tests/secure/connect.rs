//! `secure check --connect` against endpoints that need nothing from outside: `mock-flink` with certificates.

use std::fs;
use std::path::Path;

use end_to_end::binaries;
use end_to_end::run::{Output, TestRun};
use end_to_end::running::Running;
use pki::profile::Role;
use pki::store::{self, Format, WriteOptions};
use serde_json::Value;

use super::workbench::{Bench, Estate, Leaf, PASSWORD};

/// Serves with the REST store of a bench.
fn serve(run: &TestRun, bench: &Bench<'_>, more: &[&str]) -> (Running, String) {
    let bytes = fs::read(bench.tls("rest.keystore.p12")).unwrap();
    let store = store::read(&bytes, &ops_core::secret::Secret::new(PASSWORD)).unwrap();
    let pem = store::encode(&store, Format::Pem, &WriteOptions::new(jiff::Timestamp::now())).unwrap();
    let file = bench.tls("served.pem");
    fs::write(&file, pem).unwrap();
    let ca = bench.tls("ca.pem");
    fs::write(&ca, pki::pem::certificates(&[bench.estate.ours().certificate().clone()])).unwrap();
    let mut command = run.command(binaries::mock_flink()).args(["--port", "0", "--tls-cert"]).arg(&file);
    command = command.arg("--tls-key").arg(&file);
    for argument in more {
        command = if *argument == "CA" { command.arg(&ca) } else { command.arg(argument) };
    }
    listening(command.spawn())
}

fn listening(process: Running) -> (Running, String) {
    let line = process.wait_for_stdout("listening on");
    let port = line.rsplit(':').next().unwrap().trim_end_matches('/').to_owned();
    (process, format!("--connect=localhost:{port}"))
}

fn check(run: &TestRun, bench: &Bench<'_>, connect: &str) -> (Vec<String>, Output) {
    let output = run
        .command(binaries::flinkops())
        .args(["secure", "check", "--flink-version", "2.3", "-o", "json", connect])
        .arg(bench.root.join("one"))
        .run();
    let report: Value = serde_json::from_str(&output.stdout).unwrap_or_default();
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    (findings.iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect(), output)
}

fn bench<'a>(estate: &'a Estate, root: &Path) -> Bench<'a> {
    let bench = Bench::new(estate, root, "2.3");
    bench.write();
    bench
}

#[test]
fn an_endpoint_is_judged_by_what_it_serves() {
    let estate = Estate::new();
    let run = TestRun::new();
    let right = bench(&estate, &run.path().join("right"));
    let (mutual, connect) = serve(&run, &right, &["--tls-client-ca", "CA"]);
    let (found, output) = check(&run, &right, &connect);
    assert!(found.is_empty(), "{output}");
    // The store is renewed, and the process still has the old one.
    right.issue("rest", &estate.leaf(Role::RestServer));
    assert_eq!(check(&run, &right, &connect).0, ["SC091"]);
    drop(mutual);

    let (_one_way, connect) = serve(&run, &right, &[]);
    let (found, output) = check(&run, &right, &connect);
    assert_eq!(found, ["SC093"], "{output}");
    assert!(output.stdout.contains("HTTP/1.") && output.stdout.contains("200 OK"), "{output}");

    let expired = bench(&estate, &run.path().join("expired"));
    let leaf = Leaf { from: -60, days: 30, host: "elsewhere.example", ..estate.leaf(Role::RestServer) };
    expired.issue("rest", &leaf);
    let (_expired, connect) = serve(&run, &expired, &["--tls-client-ca", "CA"]);
    let (found, output) = check(&run, &expired, &connect);
    assert_eq!(found.iter().filter(|code| *code == "SC092").count(), 2, "{output}");

    let (_plain, connect) = listening(run.command(binaries::mock_flink()).args(["--port", "0"]).spawn());
    assert_eq!(check(&run, &right, &connect).0, ["SC090"]);
}

#[test]
fn no_endpoint_is_an_error_of_its_own() {
    let estate = Estate::new();
    let run = TestRun::new();
    let right = bench(&estate, &run.path().join("right"));
    let [port] = end_to_end::port::free();
    let (_, output) = check(&run, &right, &format!("--connect=localhost:{port}"));
    assert_eq!(output.code, Some(3), "{output}");
    assert!(output.stderr.contains("cannot connect to localhost"), "{output}");
    let (_, output) = check(&run, &right, "--connect=localhost");
    assert_eq!(output.code, Some(2), "{output}");
}
