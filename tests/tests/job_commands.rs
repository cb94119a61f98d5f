//! `flinkops job …` against the mock-flink binary and against servers that are none.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use end_to_end::run::{Output, TestRun};
use end_to_end::running::{Recipient, Running, Signal};
use end_to_end::{binaries, http};
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

/// What a verb says in JSON.
fn said(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output}"))
}

#[test]
fn jobs_have_names_and_names_can_mean_several() {
    let run = TestRun::new();
    let scenario = "programs: [{class: a.Orders, job: orders}, {class: a.Report, job: report, finishes-after: 1 s}]\n\
                    jobs: [{class: a.Orders, count: 2}, {class: a.Report}]\n\
                    cluster: {age: 1 min, slots: 4, seed: 3}\n";
    fs::write(run.path().join("scenario.yaml"), scenario).unwrap();
    let (_mock, url) = mock(&run, &["--scenario", "scenario.yaml"]);
    let job = |arguments: &[&str], code| {
        flinkops(&run, &[&["job"], arguments, &["--url", &url]].concat()).expect_code(code)
    };
    let ids: Vec<String> = said(&job(&["list", "-o", "json"], 0))["jobs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect();
    let listed = |more: &[&str]| -> Vec<String> {
        let list = said(&job(&[&["list", "--all", "-o", "json"], more].concat(), 0));
        list["jobs"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(listed(&["--name", "REP"]), ["report"]);
    assert_eq!(listed(&["--sort", "name"]), ["orders", "orders", "report"]);
    assert_eq!(listed(&["--sort", "state"]), ["report", "orders", "orders"]);
    assert!(job(&["list", "--watch", "-o", "json"], 2).stderr.contains("has no end"));
    let watching =
        run.command(binaries::flinkops()).args(["job", "list", "--url", &url, "--watch", "1"]).spawn();
    assert_eq!(watching.wait_for_stdout_lines("RUNNING", 4).len(), 4);
    drop(watching);
    let ambiguous = job(&["cancel", "orders"], 2).stderr;
    assert!(
        ids.iter().all(|id| ambiguous.contains(id.as_str())) && ambiguous.contains("give more of the id")
    );
    job(&["cancel", &ids[0][..8]], 0);
    // One of the two has ended; the other is meant now.
    job(&["cancel", "orders"], 0);
    assert_eq!(said(&job(&["show", "report", "-o", "json"], 0))["state"], "FINISHED");
    let nearest = job(&["stop", "ordres"], 2).stderr;
    assert!(nearest.contains("no job is called `ordres`; there are"), "{nearest}");
}

#[test]
fn an_adaptive_job_is_scaled_while_it_runs() {
    let run = TestRun::new();
    let scenario = "programs: [{class: a.Orders, job: orders}]\njobs: [{class: a.Orders, parallelism: 2}]\n";
    fs::write(run.path().join("scenario.yaml"), scenario).unwrap();
    let adaptive =
        ["--conf", "jobmanager.scheduler=adaptive", "--slots", "6", "--flink-version", "2.3", "--conf"];
    let at_once = ["jobmanager.adaptive-scheduler.executing.cooldown-after-rescaling=0 s"];
    let (_mock, url) = mock(&run, &[&["--scenario", "scenario.yaml"], &adaptive[..], &at_once].concat());
    let job = |arguments: &[&str], code| {
        flinkops(&run, &[&["job"], arguments, &["--url", &url, "-o", "json"]].concat()).expect_code(code)
    };
    let planned = said(&job(&["scale", "orders", "-p", "4", "--dry-run"], 0));
    assert_eq!((&planned["how"], &planned["done"]), (&"in-place".into(), &false.into()));
    let scaled = said(&job(&["scale", "orders", "-p", "4"], 0));
    assert_eq!(scaled["vertices"].as_array().unwrap().len(), 2, "{scaled}");
    let shown = said(&job(&["show", "orders"], 0));
    assert!(shown["vertices"].as_array().unwrap().iter().all(|vertex| vertex["parallelism"] == 4), "{shown}");
    let vertex = shown["vertices"][1]["id"].as_str().unwrap();
    let scaled = said(&job(&["scale", "orders", "--vertex", &format!("{vertex}=1")], 0));
    assert_eq!((&scaled["vertices"][0]["from"], &scaled["vertices"][0]["to"]), (&4.into(), &1.into()));
    let unknown = job(&["scale", "orders", "--vertex", "0123456789abcdef0123456789abcdef=1"], 2).stderr;
    assert!(unknown.contains(vertex), "{unknown}");
    let beyond = job(&["scale", "orders", "-p", "1000"], 4).stderr;
    assert!(beyond.contains("maximum parallelism of 128"), "{beyond}");
    // There are no slots for so many: the requirement stays, and that is said.
    let waiting = job(&["scale", "orders", "-p", "20", "--timeout", "1"], 5).stderr;
    assert!(waiting.contains("the scheduler follows once there are slots"), "{waiting}");
}

#[test]
fn jars_are_kept_once_and_deleted_by_name() {
    let run = TestRun::new();
    let (_mock, url) = mock(&run, &[]);
    let jar = |arguments: &[&str], code| {
        flinkops(&run, &[&["jar"], arguments, &["--url", &url, "-o", "json"]].concat()).expect_code(code)
    };
    let mut zip = zip::ZipWriter::new(fs::File::create(run.path().join("orders.jar")).unwrap());
    zip.start_file("META-INF/MANIFEST.MF", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(b"Main-Class: a.Orders\n").unwrap();
    zip.finish().unwrap();
    fs::copy(run.path().join("orders.jar"), run.path().join("copy.jar")).unwrap();
    let first = said(&jar(&["upload", "orders.jar"], 0));
    let again = said(&jar(&["upload", "orders.jar"], 0));
    assert_eq!((&again["reused"], &again["jar_id"]), (&true.into(), &first["jar_id"]));
    assert_eq!(said(&jar(&["upload", "copy.jar"], 0))["reused"], false);
    let listed = said(&jar(&["list"], 0));
    let names: Vec<&str> =
        listed["jars"].as_array().unwrap().iter().map(|jar| jar["name"].as_str().unwrap()).collect();
    assert!(names[0].starts_with("copy-") && names[1].starts_with("orders-"), "{names:?}");
    assert_eq!(listed["jars"][0]["entry_classes"][0], "a.Orders");
    jar(&["delete", names[0], "none.jar"], 2);
    assert_eq!(said(&jar(&["delete", "--all", "--dry-run"], 0))["jars"].as_array().unwrap().len(), 2);
    jar(&["delete", names[0]], 0);
    jar(&["delete", first["jar_id"].as_str().unwrap()], 0);
    assert_eq!(said(&jar(&["list"], 0))["jars"], serde_json::json!([]));

    for (name, bytes, kind) in [
        ("text.jar", &b"key: value\n"[..], "a text file"),
        ("A.class", b"\xca\xfe\xba\xbe\0\0\0\x3d", "a single Java class"),
        ("empty.jar", b"", "an empty file"),
    ] {
        fs::write(run.path().join(name), bytes).unwrap();
        let refused = jar(&["upload", name], 2).stderr;
        assert!(refused.contains(&format!("{name} is no jar: it is {kind}")), "{refused}");
    }
}

/// A class file of this Java release: its head is all that is read.
fn class_file(java: u8) -> Vec<u8> {
    vec![0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, java + 44]
}

#[test]
fn a_jar_is_looked_into_before_a_cluster_is() {
    let run = TestRun::new();
    let write = |name: &str, entries: &[(&str, &[u8])]| {
        let mut zip = zip::ZipWriter::new(fs::File::create(run.path().join(name)).unwrap());
        for (name, bytes) in entries {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap();
    };
    let inspect = |arguments: &[&str], code| {
        flinkops(&run, &[&["jar", "inspect"], arguments, &["-o", "json"]].concat()).expect_code(code)
    };
    let manifest = b"Main-Class: a.Orders\n";
    write("good.jar", &[("META-INF/MANIFEST.MF", manifest), ("a/Orders.class", &class_file(11))]);
    let good = said(&inspect(&["good.jar", "--java", "11"], 0));
    assert_eq!(
        (&good["entry_class"], &good["java"], &good["classes"]),
        (&"a.Orders".into(), &11.into(), &1.into())
    );
    write(
        "bad.jar",
        &[
            ("META-INF/MANIFEST.MF", manifest),
            ("META-INF/maven/org.apache.flink/flink-connector-kafka/pom.properties", b"version=3.2.0-1.19\n"),
            ("META-INF/versions/21/a/New.class", &class_file(21)),
            ("a/Other.class", &class_file(17)),
            ("org/apache/flink/runtime/Task.class", &class_file(8)),
            ("org/apache/flink/connector/kafka/Source.class", &class_file(8)),
        ],
    );
    let bad = said(&inspect(&["bad.jar", "--java", "11"], 1));
    assert_eq!(bad["flink_artifacts"]["flink-connector-kafka"], "3.2.0-1.19");
    let messages: Vec<&str> =
        bad["findings"].as_array().unwrap().iter().map(|one| one["message"].as_str().unwrap()).collect();
    assert_eq!(
        messages,
        [
            "the manifest names a.Orders, which is not in the jar",
            "a.Other is compiled for Java 17, and the cluster runs on Java 11",
            "it packs 1 class of Flink itself (org.apache.flink.runtime)",
        ]
    );
    fs::create_dir_all(run.path().join("home/lib")).unwrap();
    write("home/lib/flink-dist-9.9.jar", &[("a/Orders.class", b""), ("b/Own.class", b"")]);
    let twice = said(&inspect(&["good.jar", "--flink-home", "home"], 1));
    assert!(
        twice["findings"][0]["message"]
            .as_str()
            .unwrap()
            .starts_with("it shares 1 class with the distribution")
    );
    fs::write(run.path().join("broken.jar"), b"PK\x03\x04 and no more").unwrap();
    let broken = inspect(&["broken.jar"], 2).stderr;
    assert!(broken.contains("broken.jar is no jar, or a broken one"), "{broken}");
    assert!(inspect(&["good.jar", "--flink-home", "."], 2).stderr.contains("a Flink home is needed"));
}

#[test]
fn a_job_s_logs_are_those_of_the_processes_that_run_it() {
    let run = TestRun::new();
    let scenario = "programs: [{class: a.Orders, job: orders}]\n\
                    jobs: [{class: a.Orders}]\ncluster: {task-managers: 3, age: 1 min}\n";
    fs::write(run.path().join("scenario.yaml"), scenario).unwrap();
    let (_mock, url) = mock(&run, &["--scenario", "scenario.yaml"]);
    let logs = |more: &[&str], code| {
        flinkops(&run, &[&["job", "logs", "orders", "--url", &url], more].concat()).expect_code(code)
    };
    let both = said(&logs(&["-o", "json"], 0));
    let sources: Vec<&str> =
        both["logs"].as_array().unwrap().iter().map(|log| log["source"].as_str().unwrap()).collect();
    assert!(
        sources.len() == 2 && sources[0] == "JobManager" && sources[1].starts_with("TaskManager "),
        "{sources:?}"
    );
    let all = said(&logs(&["-o", "json", "--of", "job-manager", "-n", "0"], 0));
    let all = all["logs"][0]["lines"].as_array().unwrap().clone();
    assert!(all.iter().any(|line| line.as_str().unwrap().contains("orders")), "{all:?}");
    let latest = logs(&["--of", "job-manager", "--lines", "2"], 0).stdout;
    let expected: Vec<&str> = all[all.len() - 2..].iter().map(|line| line.as_str().unwrap()).collect();
    assert_eq!(latest.lines().collect::<Vec<_>>(), [&["==> JobManager <=="], &expected[..]].concat());
    assert!(logs(&["--follow", "-o", "json"], 2).stderr.contains("has no end"));

    let following = run
        .command(binaries::flinkops())
        .args(["job", "logs", "orders", "--url", &url, "--of", "job-manager", "--lines", "1", "--follow"])
        .spawn();
    following.wait_for_stdout("==> JobManager <==");
    let id = said(&flinkops(&run, &["job", "list", "-o", "json", "--url", &url]))["jobs"][0]["id"].clone();
    flinkops(&run, &["job", "cancel", id.as_str().unwrap(), "--url", &url]).expect_code(0);
    following.wait_for_stdout("CANCELED");
}

#[test]
fn an_interrupted_wait_is_taken_up_again() {
    let run = TestRun::new();
    let scenario = "programs: [{class: a.Orders, job: orders}]\n\
                    jobs: [{class: a.Orders}]\ncluster: {age: 1 min, virtual-time: true, seed: 3}\n";
    fs::write(run.path().join("scenario.yaml"), scenario).unwrap();
    // Time stands still: what was begun goes on until the test says so.
    let (_mock, url) = mock(&run, &["--scenario", "scenario.yaml"]);
    let directory = run.path().join("savepoints").display().to_string();
    for verb in ["savepoint", "stop"] {
        let begun = ["job", verb, "orders", "--dir", &directory, "--url", &url];
        let waiting = run.command(binaries::flinkops()).args(begun).spawn();
        let asked =
            || http::ask_url("GET", &format!("{url}/mock/requests?on=GET%20/jobs/*/savepoints/*"), "");
        while asked().unwrap().1 == r#"{"requests":[]}"# {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        waiting.signal(Signal::Interrupt, Recipient::Process);
        let interrupted = waiting.wait().expect_code(130);
        let again =
            interrupted.stderr.split("flinkops job ").nth(1).unwrap().split(" waits on").next().unwrap();
        let again: Vec<&str> = again.split(' ').collect();
        assert_eq!((again[0], again[2]), (verb, "--trigger"), "{interrupted}");
        http::ask_url("POST", &format!("{url}/mock/clock/advance"), r#"{"duration":"1 min"}"#).unwrap();
        let options = ["--dir", &directory, "--url", &url, "-o", "json"];
        let taken = said(&flinkops(&run, &[&["job"], &again[..], &options].concat()).expect_code(0));
        assert!(taken["savepoint"].as_str().unwrap().contains("savepoint-"), "{taken}");
        // One for each verb: asked twice, begun once.
        let count = fs::read_dir(run.path().join("savepoints")).unwrap().count();
        assert_eq!(count, if verb == "savepoint" { 1 } else { 2 });
        http::ask_url("DELETE", &format!("{url}/mock/requests"), "").unwrap();
    }
}
