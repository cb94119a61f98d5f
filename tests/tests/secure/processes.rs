//! Mistakes that need more than the set-up of TLS to be seen: whole processes of a real Flink 2.3.0.

use std::fs;
use std::path::Path;

use end_to_end::flink::Process;
use end_to_end::need::Need;
use end_to_end::run::TestRun;
use end_to_end::{binaries, exclusive, port, require};
use pki::profile::Role;
use serde_json::Value;

use super::cluster::{self, Cluster};
use super::workbench::{Bench, Estate, Leaf, PASSWORD};

/// A bench whose configuration starts on this machine.
fn runnable<'a>(estate: &'a Estate, root: &Path, home: &Path, ports: [u16; 2]) -> Bench<'a> {
    let mut bench = Bench::new(estate, root, "2.3");
    let guide = cluster::guide(home, bench.version, ports);
    for entry in guide.effective().filter(|entry| !entry.key.starts_with("security.")) {
        bench.doc.set(&entry.key, &entry.value).unwrap();
    }
    bench
}

fn check(run: &TestRun, bench: &Bench<'_>, connect: &str) -> Value {
    let output = run
        .command(binaries::flinkops())
        .args(["secure", "check", "--flink-version", "2.3", "-o", "json", connect])
        .arg(bench.root.join("one"))
        .run();
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{output}"))
}

fn codes(report: &Value) -> Vec<&str> {
    report["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

/// The JobManager ends by itself, and says why.
#[test]
fn a_job_manager_that_cannot_start_ends() {
    let [home, _java] = require!(Need::Flink("2.3.0"), Need::Java);
    let _alone = exclusive::real_flink();
    let estate = Estate::new();
    let run = TestRun::new();
    let mut cluster = Cluster::new(&run, &home);
    type Make = fn(&mut Bench<'_>);
    let cases: [(&str, &str, Make); 3] = [
        ("protocols", "TLSv1.2,TLSv1.3", |b| b.set("security.ssl.protocol", "TLSv1.2,TLSv1.3")),
        ("pin", "length is 32 but expected 20", |b| {
            b.set("security.ssl.internal.cert.fingerprint", &"AB:".repeat(32)[..95]);
        }),
        ("password", "security.ssl.internal.truststore-password or ", |b| {
            b.unset("security.ssl.internal.truststore-password")
        }),
    ];
    let [a, b, c, d, e, f] = port::free();
    for ((name, _, make), ports) in cases.into_iter().zip([[a, b], [c, d], [e, f]]) {
        let mut bench = runnable(&estate, &run.path().join(name), &home, ports);
        make(&mut bench);
        bench.write();
        cluster.start(Process::JobManager, &bench.root.join("one/conf"), name);
    }
    for (process, (name, says, _)) in cluster.processes.drain(..).zip(cases) {
        let ended = process.wait();
        let log = fs::read_to_string(end_to_end::flink::log(&run, name)).unwrap_or_default();
        assert!(ended.code != Some(0), "{name}: {ended}");
        let said = format!("{log}\n{}\n{}", ended.stdout, ended.stderr);
        assert!(said.contains(says), "{name}: no `{says}` in\n{said}");
    }
    run.assert_no_process_left();
}

/// TaskManagers with an expired certificate and with one of a foreign authority never register, and one with a good
/// certificate does. The JobManager says nothing but warnings.
#[test]
fn a_task_manager_with_a_bad_certificate_never_registers() {
    let [home, _java, curl] = require!(Need::Flink("2.3.0"), Need::Java, Need::Curl);
    let _alone = exclusive::real_flink();
    let estate = Estate::new();
    let run = TestRun::new();
    let [rest, rpc] = port::free();
    let bench = runnable(&estate, &run.path().join("jm-host"), &home, [rest, rpc]);
    bench.issue("expired", &Leaf { from: -60, days: 30, ..estate.leaf(Role::Internal) });
    bench.issue("foreign", &Leaf { authority: estate.other(), ..estate.leaf(Role::Internal) });
    bench.issue("good", &estate.leaf(Role::Internal));
    bench.write();
    let mut cluster = Cluster::new(&run, &home);
    cluster.start(Process::JobManager, &bench.root.join("one/conf"), "jm");
    for name in ["good", "expired", "foreign"] {
        let mut doc = bench.doc.clone();
        let store = bench.tls(&format!("{name}.keystore.p12"));
        doc.set("security.ssl.internal.keystore", store.to_str().unwrap()).unwrap();
        cluster::write(&run.path().join(name), &doc);
        cluster.start(Process::TaskManager, &run.path().join(name), name);
    }
    let ca = run.path().join("ca.pem");
    fs::write(&ca, pki::pem::certificates(&[estate.ours().certificate().clone()])).unwrap();
    fs::write(bench.tls("client.keystore.password"), PASSWORD).unwrap();
    let identity = cluster::identity(&bench.root.join("tls"), "client", &ca);
    let overview = format!("https://localhost:{rest}/overview");
    let registered = || cluster::ask(&run, &curl, &overview, &identity)?["taskmanagers"].as_u64();
    cluster.wait("the registration of the good TaskManager", || registered().filter(|count| *count > 0));
    for name in ["expired", "foreign"] {
        cluster.wait("the refusal", || {
            let log = cluster.log(name);
            ["has failed", "Could not resolve ResourceManager"]
                .iter()
                .any(|sign| log.contains(sign))
                .then_some(())
        });
    }
    assert_eq!(registered(), Some(1));
    assert!(!cluster.log("jm").contains(" ERROR "), "the JobManager takes it for no more than a warning");

    // The running endpoint is what the configuration says, until its keystore is renewed without a restart.
    let connect = format!("--connect=localhost:{rest}");
    let report = check(&run, &bench, &connect);
    assert_eq!(codes(&report), [""; 0], "{report:#}");
    bench.issue("rest", &estate.leaf(Role::RestServer));
    let report = check(&run, &bench, &connect);
    assert_eq!(codes(&report), ["SC091"], "{report:#}");
    cluster.stop();
    run.assert_no_process_left();
}

/// What is open is open: anybody uploads a jar; and without client certificates the suites that are set count for nothing.
#[test]
fn an_open_rest_endpoint_takes_jars_from_anybody() {
    let [home, _java, curl] = require!(Need::Flink("2.3.0"), Need::Java, Need::Curl);
    let _alone = exclusive::real_flink();
    let estate = Estate::new();
    let run = TestRun::new();
    let mut cluster = Cluster::new(&run, &home);
    let [a, b, c, d] = port::free();
    let switches = [
        ("plain", "security.ssl.rest.enabled", [a, b]),
        ("anonymous", "security.ssl.rest.authentication-enabled", [c, d]),
    ];
    let benches = switches.map(|(name, switch, ports)| {
        let mut bench = runnable(&estate, &run.path().join(name), &home, ports);
        bench.set(switch, "false");
        bench.write();
        cluster.start(Process::JobManager, &bench.root.join("one/conf"), name);
        (bench, ports[0])
    });
    fs::write(run.path().join("evil.jar"), "PK").unwrap();
    for ((bench, rest), (name, ..)) in benches.iter().zip(switches) {
        let scheme = if name == "plain" { "http" } else { "https" };
        let url = format!("{scheme}://localhost:{rest}/jars/upload");
        let uploaded = cluster.wait("the upload", || {
            let form = "form = \"jarfile=@evil.jar\"\ninsecure\n";
            cluster::ask(&run, &curl, &url, form)
        });
        assert_eq!(uploaded["status"], "success", "{uploaded}");
        let report = check(&run, bench, &format!("--connect=localhost:{rest}"));
        let found = codes(&report);
        let expected: &[&str] = match name {
            "plain" => &["SC040", "SC042", "SC090"],
            // Java's own preferences hold, suites without forward secrecy among them; EC keys leave none of those.
            _ => &["SC041", "SC042", "SC093"],
        };
        for code in expected {
            assert!(found.contains(code), "{name}: {code} is missing in {report:#}");
        }
    }
    cluster.stop();
    run.assert_no_process_left();
}
