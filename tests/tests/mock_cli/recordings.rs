//! `record`, `replay` and `diff`.

use std::os::unix::fs::PermissionsExt as _;

use end_to_end::http::ask_url;
use end_to_end::need::Need;
use end_to_end::run::TestRun;
use end_to_end::running::Running;
use end_to_end::{binaries, require};
use serde_json::Value;

use crate::support::{ask, get, interrupt, run, start};

fn cluster(test: &TestRun, version: &str) -> (Running, String) {
    let arguments = ["--port", "0", "--seed", "3", "--flink-version", version, "--scenario", "job-zoo"];
    let (program, [url]) = start(test, &arguments);
    (program, url)
}

/// What a client does that a recording is made of.
fn session(url: &str) -> Vec<(u16, String)> {
    let mut said =
        vec![ask("GET", &format!("{url}/overview"), ""), ask("GET", &format!("{url}/v1/config"), "")];
    let jobs: Value = get(&format!("{url}/jobs/overview"));
    let running = jobs["jobs"].as_array().unwrap().iter().find(|job| job["state"] == "RUNNING").unwrap();
    let job = running["jid"].as_str().unwrap();
    let (status, body) =
        ask("POST", &format!("{url}/jobs/{job}/savepoints"), r#"{"target-directory":"s3://a/b"}"#);
    let trigger: Value = serde_json::from_str(&body).unwrap();
    said.push((status, body));
    let poll = format!("{url}/jobs/{job}/savepoints/{}", trigger["request-id"].as_str().unwrap());
    loop {
        let (status, body) = ask("GET", &poll, "");
        let done = body.contains("COMPLETED");
        said.push((status, body));
        if done {
            break;
        }
    }
    said.push(ask("GET", &format!("{url}/jobs/{job}/nothing"), ""));
    said
}

#[test]
fn a_recording_is_played_as_it_was_recorded() {
    let test = TestRun::new();
    let file = test.path().join("session.recording");
    let file = file.to_str().unwrap();
    let (_cluster, url) = cluster(&test, "1.20");
    let (proxy, [recording]) = start(&test, &["record", "--target", &url, "--out", file, "--port", "0"]);
    let recorded = session(&recording);
    assert_eq!(interrupt(proxy), Some(130));
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);

    let (_player, [played]) = start(&test, &["replay", file, "--port", "0"]);
    assert_eq!(session(&played), recorded);
    let (status, body) = ask("GET", &format!("{played}/taskmanagers"), "");
    assert!(status == 404 && body.contains("The recording has no GET /taskmanagers; nearest: "), "{body}");

    // Another cluster answers the same requests alike, under its own ids; one of another version does not.
    for (version, code) in [("1.20", 0), ("2.3", 1)] {
        let ((_one, first), (_other, second)) = (cluster(&test, "1.20"), cluster(&test, version));
        let text = run(&test, &["diff", &first, &second, "--requests", file]).expect_code(code).stdout;
        assert!(code == 0 || text.contains("GET /jobs/overview\n"), "{text}");
    }
    let again = run(&test, &["record", "--target", &url, "--out", file, "--port", "0"]).expect_code(2);
    assert!(again.stderr.contains("name a file that is not there yet"), "{}", again.stderr);
}

#[test]
fn two_clusters_are_walked_through() {
    let test = TestRun::new();
    let (_one, first) = cluster(&test, "2.3");
    let (_other, second) = cluster(&test, "2.3");
    let text = run(&test, &["diff", &first, &second]).expect_code(0).stdout;
    let compared: usize = text.lines().last().unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!(compared > 200, "{text}");
    let (_third, third) = cluster(&test, "1.18");
    let said = run(&test, &["diff", &first, &third, "--json"]).expect_code(1);
    let report: Value = serde_json::from_str(&said.stdout).unwrap();
    let requests: Vec<&str> =
        report["different"].as_array().unwrap().iter().filter_map(|one| one["request"].as_str()).collect();
    assert!(requests.contains(&"GET /applications/overview"), "{requests:?}");
}

#[test]
fn who_is_not_there_is_named() {
    const NOBODY: &str = "http://127.0.0.1:9";
    let test = TestRun::new();
    let (_cluster, url) = cluster(&test, "2.3");
    let error = run(&test, &["diff", &url, NOBODY]).expect_code(2).stderr;
    assert!(error.contains("cannot connect to http://127.0.0.1:9"), "{error}");
    let file = test.path().join("nothing.recording");
    let shown = file.display().to_string();
    let (_proxy, [proxy]) = start(&test, &["record", "--target", NOBODY, "--out", &shown, "--port", "0"]);
    let (status, body) = ask("GET", &format!("{proxy}/overview"), "");
    assert!(status == 502 && body.contains("cannot connect to http://127.0.0.1:9"), "{body}");
    assert_eq!(std::fs::read_to_string(&file).unwrap().lines().count(), 1);
}

/// Certificates for a server on localhost and for a client, made by our own command line.
fn certificates(test: &TestRun) {
    let pki = |arguments: &[&str]| {
        test.command(binaries::flinkops())
            .arg("pki")
            .args(arguments)
            .current_dir(test.path())
            .run()
            .expect_code(0)
    };
    pki(&["init", "--dir", "pki"]);
    for more in [
        &["rest", "--role", "rest-server", "--san", "dns:localhost"][..],
        &["client", "--role", "rest-client"],
    ] {
        pki(&[&["issue", "--dir", "pki", "--format", "pem", "--out", "tls", "--name"], more].concat());
    }
}

#[test]
fn both_sides_of_the_proxy_can_have_certificates() {
    let curl = require!(Need::Curl);
    let test = TestRun::new();
    certificates(&test);
    let file = |name: &str| test.path().join("tls").join(name).display().to_string();
    let (ca, rest, rest_key) = (file("ca.pem"), file("rest.pem"), file("rest.key"));
    let server = ["--tls-cert", &rest, "--tls-key", &rest_key, "--tls-client-ca", &ca];
    let (_cluster, [target]) = start(&test, &[&["--port", "0"], &server[..]].concat());
    let recording = test.path().join("tls.recording").display().to_string();
    let (client, client_key) = (file("client.pem"), file("client.key"));
    let trust = ["--target-ca", &ca, "--target-cert", &client, "--target-key", &client_key];
    let record = ["record", "--target", &target, "--out", &recording, "--port", "0"];
    let (_proxy, [proxy]) = start(&test, &[&record[..], &trust, &server].concat());
    assert!(proxy.starts_with("https://localhost:"), "{proxy}");
    let said = test
        .command(&curl)
        .args(["-sS", "--cacert", &ca, "--cert", &client, "--key", &client_key, &format!("{proxy}/config")])
        .run()
        .expect_code(0);
    assert!(said.stdout.contains("flink-version"), "{}", said.stdout);
    assert!(std::fs::read_to_string(&recording).unwrap().contains("\"target\":\"/config\""));
    // Without its certificate, the proxy is nobody to the cluster.
    let alone = test.path().join("alone.recording").display().to_string();
    let record = ["record", "--target", &target, "--out", &alone, "--port", "0", "--target-ca", &ca];
    let (_proxy, [proxy]) = start(&test, &record);
    assert_eq!(ask("GET", &format!("{proxy}/config"), "").0, 502);
}

#[test]
fn a_recording_that_cannot_be_written_is_neither_left_behind_nor_kept_quiet() {
    let test = TestRun::new();
    let (_cluster, url) = cluster(&test, "2.3");
    let taken = url.rsplit(':').next().unwrap().to_owned();
    let file = test.path().join("none.recording");
    let shown = file.display().to_string();
    let error = run(&test, &["record", "--target", &url, "--out", &shown, "--port", &taken]).expect_code(2);
    assert!(error.stderr.contains("cannot listen on") && !file.exists(), "{}", error.stderr);

    // The disk is full: nothing beyond the first kilobyte can be written.
    let script =
        format!("ulimit -f 1; trap '' XFSZ; exec \"$0\" record --target {url} --out {shown} --port 0");
    let proxy = test.command("bash").args(["-c", &script]).arg(binaries::mock_flink()).spawn();
    let line = proxy.wait_for_stdout("listening on ");
    let proxied = line.split([' ', ',']).nth(2).unwrap().to_owned();
    // Its answer comes all the same.
    for _ in 0..20 {
        if ask_url("GET", &format!("{proxied}/jobs/overview"), "").is_err() {
            break;
        }
    }
    let ended = proxy.wait().expect_code(2);
    assert!(ended.stderr.contains("cannot write the recording"), "{}", ended.stderr);
}
