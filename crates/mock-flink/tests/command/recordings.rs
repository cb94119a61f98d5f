//! `record`, `replay` and `diff`.

use std::os::unix::fs::PermissionsExt as _;

use crate::support::{Program, ask, get, run};
use serde_json::Value;

fn cluster(version: &str) -> (Program, String) {
    let mut program =
        Program::start(&["--port", "0", "--seed", "3", "--flink-version", version, "--scenario", "job-zoo"]);
    let url = program.url();
    (program, url)
}

/// What a client does that a recording is made of.
fn session(url: &str) -> Vec<(u16, String)> {
    let mut said = vec![ask("GET", &format!("{url}/overview"), ""), ask("GET", &format!("{url}/v1/config"), "")];
    let jobs: Value = get(&format!("{url}/jobs/overview"));
    let running = jobs["jobs"].as_array().unwrap().iter().find(|job| job["state"] == "RUNNING").unwrap();
    let job = running["jid"].as_str().unwrap();
    let (status, body) = ask("POST", &format!("{url}/jobs/{job}/savepoints"), r#"{"target-directory":"s3://a/b"}"#);
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
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("session.recording");
    let file = file.to_str().unwrap();
    let (_cluster, url) = cluster("1.20");
    let mut proxy = Program::start(&["record", "--target", &url, "--out", file, "--port", "0"]);
    let recorded = session(&proxy.url());
    assert_eq!(proxy.interrupt(), Some(130));
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);

    let mut player = Program::start(&["replay", file, "--port", "0"]);
    let played = player.url();
    assert_eq!(session(&played), recorded);
    let (status, body) = ask("GET", &format!("{played}/taskmanagers"), "");
    assert!(status == 404 && body.contains("The recording has no GET /taskmanagers; nearest: "), "{body}");

    // Another cluster answers the same requests alike, under its own ids; one of another version does not.
    for (version, code) in [("1.20", 0), ("2.3", 1)] {
        let (_other, other) = cluster(version);
        let (_third, third) = cluster("1.20");
        let output = run(&["diff", &third, &other, "--requests", file]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(code), "{text}");
        assert!(code == 0 || text.contains("GET /jobs/overview\n"), "{text}");
    }
    let again = run(&["record", "--target", &url, "--out", file, "--port", "0"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("cannot create the recording"));
}

#[test]
fn two_clusters_are_walked_through() {
    let ((_one, first), (_other, second), (_third, third)) = (cluster("2.3"), cluster("2.3"), cluster("1.18"));
    let output = run(&["diff", &first, &second]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{text}");
    let compared: usize = text.lines().last().unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!(compared > 200, "{text}");
    let output = run(&["diff", &first, &third, "--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    let requests: Vec<&str> =
        report["different"].as_array().unwrap().iter().filter_map(|one| one["request"].as_str()).collect();
    assert!(requests.contains(&"GET /applications/overview"), "{requests:?}");
}

#[test]
fn who_is_not_there_is_named() {
    let (_cluster, url) = cluster("2.3");
    let output = run(&["diff", &url, "http://127.0.0.1:9"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(error.contains("cannot connect to http://127.0.0.1:9"), "{error}");
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("r");
    let mut proxy =
        Program::start(&["record", "--target", "http://127.0.0.1:9", "--out", file.to_str().unwrap(), "--port", "0"]);
    let (status, body) = ask("GET", &format!("{}/overview", proxy.url()), "");
    assert!(status == 502 && body.contains("cannot connect to http://127.0.0.1:9"), "{body}");
    drop(proxy);
    assert_eq!(std::fs::read_to_string(&file).unwrap().lines().count(), 1);
}
