//! `flinkops job …` against the mock-flink binary and against servers that are none.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use end_to_end::binaries;
use end_to_end::run::{Output, TestRun};
use end_to_end::running::{Recipient, Running, Signal};
use serde_json::Value;

/// A mock in the background, and its address.
fn mock(run: &TestRun, arguments: &[&str]) -> (Running, String) {
    let running = run.command(binaries::mock_flink()).args(["--port", "0"]).args(arguments).spawn();
    let line = running.wait_for_stdout("listening on ");
    let url = line.trim_start_matches("listening on ").to_owned();
    (running, url)
}

fn flinkops(run: &TestRun, arguments: &[&str]) -> Output {
    run.command(binaries::flinkops()).args(arguments).run()
}

#[test]
fn an_empty_cluster_has_no_jobs() {
    let run = TestRun::new();
    for version in ["1.18", "1.20", "2.3"] {
        let (running, url) = mock(&run, &["--flink-version", version]);
        let listed = flinkops(&run, &["job", "list", "--url", &url]).expect_code(0);
        assert_eq!((listed.stdout.as_str(), listed.stderr.as_str()), ("no jobs\n", ""));
        let json = flinkops(&run, &["job", "list", "--url", &url, "-o", "json"]).expect_code(0);
        assert_eq!(serde_json::from_str::<Value>(&json.stdout).unwrap(), serde_json::json!({"jobs": []}));
        let unknown = "0123456789abcdef0123456789abcdef";
        let shown = flinkops(&run, &["job", "show", unknown, "--url", &url]).expect_code(4);
        assert!(
            shown.stderr.contains(unknown) && shown.stderr.contains("flinkops job list --all"),
            "{shown}"
        );
        running.signal(Signal::Terminate, Recipient::Process);
        running.wait();
        run.assert_no_process_left();
    }
}

#[test]
fn nobody_there_is_exit_code_3() {
    let run = TestRun::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let output = flinkops(&run, &["job", "list", "--url", &format!("http://{free}")]).expect_code(3);
    assert!(output.stderr.contains(&free.to_string()), "{output}");
}

/// Answers every request with the same bytes.
fn server(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let mut request = [0; 4096];
            let _ = connection.read(&mut request);
            let _ = connection.write_all(answer.as_bytes());
        }
    });
    url
}

#[test]
fn an_answer_that_is_not_json_is_shown() {
    let run = TestRun::new();
    let url = server(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 15\r\nconnection: close\r\n\r\n<h1>Welcome</h1",
    );
    let output = flinkops(&run, &["job", "list", "--url", &url]);
    assert!(matches!(output.code, Some(3 | 4)), "{output}");
    assert!(output.stderr.contains("<h1>Welcome"), "{output}");
    assert_eq!(output.stderr.matches("error:").count(), 1, "{output}");
}

#[test]
fn a_wrong_store_password_and_an_unreadable_store() {
    let run = TestRun::new();
    run.command(binaries::flinkops()).args(["quickstart", "--out", "out", "-q"]).run().expect_code(0);
    let list = |identity: &str, password: &str| {
        run.command(binaries::flinkops())
            .args(["job", "list", "--url", "https://localhost:1", "--cacert", "out/pki/ca.pem"])
            .args(["--identity", identity, "--identity-password-from", "env:STORE_PASSWORD"])
            .env("STORE_PASSWORD", password)
            .run()
            .expect_code(2)
    };
    let wrong = list("out/stores/client.keystore.p12", "not-the-password");
    assert!(
        wrong.stderr.contains("out/stores/client.keystore.p12") && wrong.stderr.contains("password"),
        "{wrong}"
    );
    assert!(!wrong.to_string().replace(&wrong.command, "").contains("not-the-password"), "{wrong}");
    let missing = list("out/stores/none.p12", "x");
    assert!(missing.stderr.contains("out/stores/none.p12"), "{missing}");
    fs::write(run.path().join("garbage.p12"), b"this is no store").unwrap();
    let garbage = list("garbage.p12", "x");
    assert!(garbage.stderr.contains("garbage.p12"), "{garbage}");
}

#[test]
fn contexts_name_clusters() {
    let run = TestRun::new();
    let (_mock, url) = mock(&run, &[]);
    let config = run.path().join("contexts.yaml");
    fs::write(&config, format!("current-context: lab\ncontexts:\n- name: lab\n  url: {url}\n")).unwrap();
    let with = |arguments: &[&str]| {
        run.command(binaries::flinkops()).env("FLINKOPS_CONFIG", &config).args(arguments).run()
    };
    with(&["job", "list"]).expect_code(0);
    with(&["--context", "lab", "job", "list"]).expect_code(0);
    let unknown = with(&["job", "list", "--context", "prod"]).expect_code(2);
    assert!(
        unknown.stderr.contains("no context `prod`") && unknown.stderr.contains("it has: lab"),
        "{unknown}"
    );
    let none = flinkops(&run, &["job", "list"]).expect_code(2);
    assert!(none.stderr.contains("--url"), "{none}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let run = TestRun::new();
    let shell = format!("{} completions bash | head -n 1", binaries::flinkops().display());
    let output = run.command("bash").args(["-o", "pipefail", "-c", &shell]).run().expect_code(0);
    assert_eq!(output.stderr, "");
}
