//! `flinkops job plan|apply|history` as a process, against the mock-flink binary; and the jars that are too much for others.

use std::ffi::OsStr;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use end_to_end::run::{Output, TestRun};
use end_to_end::running::{Recipient, Running, Signal};
use end_to_end::{binaries, http};
use serde_json::Value;

/// A mock, and documents for it.
struct Site {
    run: TestRun,
    url: String,
    _mock: Running,
}

impl Site {
    fn new(arguments: &[&str]) -> Self {
        let run = TestRun::new();
        let mock =
            run.command(binaries::mock_flink()).args(["--port", "0", "--slots", "8"]).args(arguments).spawn();
        let url = mock.wait_for_stdout("listening on ").trim_start_matches("listening on ").to_owned();
        for name in ["one", "two"] {
            let mut zip =
                zip::ZipWriter::new(fs::File::create(run.path().join(format!("{name}.jar"))).unwrap());
            let options = zip::write::SimpleFileOptions::default();
            zip.start_file("META-INF/MANIFEST.MF", options).unwrap();
            zip.write_all(b"Main-Class: a.Orders\n").unwrap();
            zip.start_file("a/Orders.class", options).unwrap();
            zip.write_all(&[0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 55]).unwrap();
            zip.start_file(name, options).unwrap();
            zip.finish().unwrap();
        }
        Self { run, url, _mock: mock }
    }

    fn describe(&self, file: &str, name: &str, jar: &str, more: &str) {
        let text = format!(
            "apiVersion: flinkops/v1\nname: {name}\njar: {}\nsavepoints: s3://bucket/savepoints\n\
             health: {{runningFor: 0 ms, within: 20 s}}\n{more}",
            self.run.path().join(jar).display()
        );
        let file = self.run.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn job(&self, arguments: &[&str]) -> Output {
        self.run.command(binaries::flinkops()).args(["--url", &self.url, "job"]).args(arguments).run()
    }

    fn start(&self, arguments: &[&str]) -> Running {
        self.run.command(binaries::flinkops()).args(["--url", &self.url, "job"]).args(arguments).spawn()
    }

    #[track_caller]
    fn json(&self, arguments: &[&str], code: i32) -> Value {
        let output = self.job(&[arguments, &["-o", "json"]].concat()).expect_code(code);
        serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output}"))
    }

    /// Lets the mock do this to requests.
    fn fault(&self, fault: &str) {
        let (status, body) = http::ask_url("POST", &format!("{}/mock/faults", self.url), fault).unwrap();
        assert!((200..300).contains(&status), "{body}");
    }
}

#[test]
fn a_directory_of_jobs_is_planned_applied_and_pruned() {
    let site = Site::new(&[]);
    site.describe("jobs/a.yaml", "orders", "one.jar", "parallelism: 2\n");
    site.describe("jobs/b.yml", "report", "two.jar", "");
    fs::write(site.run.path().join("jobs/README.md"), "no document").unwrap();
    let planned = site.json(&["plan", "-f", "jobs"], 1);
    assert_eq!((&planned["changes"], &planned["jobs"][1]["name"]), (&2.into(), &"report".into()));
    assert_eq!(site.json(&["apply", "-f", "jobs", "--dry-run"], 1), planned);
    let applied = site.json(&["apply", "-f", "jobs"], 0);
    let row = &applied["jobs"][0];
    assert_eq!((&row["action"], &row["end"], &row["why"]), (&"create".into(), &"done".into(), &Value::Null));
    assert_eq!(site.json(&["plan", "-f", "jobs"], 0)["changes"], 0);
    assert!(row["job_id"].is_string(), "{applied}");

    site.describe("jobs/a.yaml", "orders", "two.jar", "parallelism: 3\n");
    let text = site.job(&["plan", "-f", "jobs"]).expect_code(1).stdout;
    assert!(text.contains("~ jar          one-") && text.contains("~ parallelism  2 -> 3"), "{text}");
    assert!(text.contains("nothing to do") && text.ends_with("1 of 2 jobs would change\n"), "{text}");
    let upgraded = site.job(&["apply", "-f", "jobs/a.yaml"]).expect_code(0);
    assert!(upgraded.stdout.contains("state: s3://bucket/savepoints/orders-"), "{upgraded}");
    assert!(
        upgraded.stderr.contains("orders: stopping ") && upgraded.stderr.contains("orders: healthy"),
        "{upgraded}"
    );
    assert_eq!(site.job(&["apply", "-f", "jobs", "-q"]).expect_code(0).stderr, "");

    let pruned = site.json(&["apply", "-f", "jobs/b.yml", "--prune"], 0);
    assert_eq!(
        (&pruned["jobs"][1]["name"], &pruned["jobs"][1]["action"]),
        (&"orders".into(), &"remove".into())
    );
    let history = site.json(&["history", "orders"], 0);
    let what: Vec<&str> =
        history["history"].as_array().unwrap().iter().map(|entry| entry["what"].as_str().unwrap()).collect();
    assert_eq!(what, ["create", "upgrade", "remove"]);
    assert_eq!(history["history"][2]["state"], pruned["jobs"][1]["state"]);
    let table = site.job(&["history"]).expect_code(0).stdout;
    assert_eq!(table.lines().count(), 5, "{table}");
    let journal = site.run.path().join("state-home/flinkops");
    assert_eq!(fs::metadata(&journal).unwrap().permissions().mode() & 0o777, 0o700);
    for file in fs::read_dir(&journal).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
    }
}

#[test]
fn what_is_wrong_with_documents_is_said_before_anything_is_done() {
    let site = Site::new(&[]);
    site.describe("good.yaml", "orders", "one.jar", "");
    site.describe("same.yaml", "orders", "two.jar", "");
    site.describe("jarless.yaml", "jarless", "none.jar", "");
    site.describe("text.yaml", "text", "good.yaml", "");
    site.describe("wrong.yaml", "wrong", "one.jar", "helth: {}\n");
    site.describe("secret.yaml", "secret", "one.jar", "secrets: {s3.secret-key: env:NOT_SET}\n");
    fs::create_dir(site.run.path().join("empty")).unwrap();
    for (arguments, expected) in [
        (
            &["-f", "good.yaml", "-f", "same.yaml"][..],
            "good.yaml and same.yaml describe the same job, `orders`",
        ),
        (
            &["-f", "wrong.yaml", "-f", "good.yaml"],
            "wrong.yaml:6:1: there is no field `helth` here; did you mean `health`?",
        ),
        (&["-f", "none.yaml"], "cannot read none.yaml"),
        (&["-f", "empty"], "there is no .yaml file in empty"),
        (&["-f", "good.yaml", "-f", "wrong.yaml", "--from", "file:/s"], "wrong.yaml"),
        (&[], "no description is given"),
        (&["--prune"], "--file"),
        (&["--resume", "-f", "good.yaml"], "--resume"),
    ] {
        let refused = site.job(&[&["apply"], arguments].concat()).expect_code(2);
        assert!(refused.stderr.contains(expected), "{arguments:?}: {refused}");
    }
    for (file, expected) in [
        ("jarless.yaml", "none.jar: No such file or directory"),
        ("text.yaml", "good.yaml is no jar: it is a text file"),
        ("secret.yaml", "the value of `s3.secret-key`: the environment variable NOT_SET is not set"),
    ] {
        // One that cannot be applied does not keep the others from it.
        let applied = site.json(&["apply", "-f", file, "-f", "good.yaml"], 2);
        assert!(applied["jobs"][0]["why"].as_str().unwrap().contains(expected), "{applied}");
        assert!(["done", "unchanged"].contains(&applied["jobs"][1]["end"].as_str().unwrap()), "{applied}");
    }
    let unknown = site.job(&["history", "ordres"]).expect_code(2);
    assert!(
        unknown.stderr.contains("the journal knows no job `ordres`") && unknown.stderr.contains("orders")
    );
    // A journal that is none.
    fs::write(
        site.run.path().join("text.db"),
        "this is no database, and long enough to be seen as none".repeat(40),
    )
    .unwrap();
    let refused = site.job(&["plan", "-f", "good.yaml", "--journal", "text.db"]).expect_code(2);
    assert!(refused.stderr.contains("the journal text.db: file is not a database"), "{refused}");
}

/// Every file below a directory, whole.
fn everything(directory: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in fs::read_dir(directory).unwrap().flatten() {
        let path = entry.path();
        all.extend(if path.is_dir() { everything(&path) } else { fs::read(&path).unwrap() });
    }
    all
}

#[test]
fn secrets_reach_the_cluster_and_nothing_else() {
    const CANARY: &str = "canary-7f3a";
    let site = Site::new(&[]);
    fs::write(site.run.path().join("key"), format!("{CANARY}-file\n")).unwrap();
    let secrets = "secrets: {s3.secret-key: env:S3_KEY, my.password: 'file:key'}\n";
    site.describe("jobs/orders.yaml", "orders", "one.jar", &secrets.replace("file:key", "file:../key"));
    let command = |arguments: &[&str]| {
        let command =
            site.run.command(binaries::flinkops()).args(["--url", &site.url, "job"]).args(arguments);
        command.env("S3_KEY", format!("{CANARY}-env")).run()
    };
    let applied = command(&["apply", "-f", "jobs", "-v", "-o", "json"]).expect_code(0);
    let planned = command(&["plan", "-f", "jobs"]).expect_code(0);
    let history = command(&["history", "-o", "json"]).expect_code(0);
    let (_, requests) = http::ask_url("GET", &format!("{}/mock/requests", site.url), "").unwrap();
    assert!(requests.contains("canary-7f3a-env") && requests.contains("canary-7f3a-file"), "{requests}");
    for output in [applied, planned, history] {
        assert!(!output.stdout.contains(CANARY) && !output.stderr.contains(CANARY), "{output}");
    }
    let kept = everything(&site.run.path().join("state-home"));
    assert!(!kept.windows(CANARY.len()).any(|bytes| bytes == CANARY.as_bytes()));
    assert!(kept.windows(10).any(|bytes| bytes == b"env:S3_KEY"));
}

#[test]
fn the_second_is_told_who_was_first_and_an_interruption_how_to_go_on() {
    let site = Site::new(&[]);
    site.describe("orders.yaml", "orders", "one.jar", "");
    site.job(&["apply", "-f", "orders.yaml"]).expect_code(0);
    site.describe("orders.yaml", "orders", "two.jar", "");
    site.fault(r#"{"on":"POST /jobs/*/stop","when":{"first":1},"do":{"latency":{"fixed":"3 s"}}}"#);
    let first = site.start(&["apply", "-f", "orders.yaml"]);
    first.wait_for_stderr("orders: stopping");
    let second = site.json(&["apply", "-f", "orders.yaml"], 4);
    let why = second["jobs"][0]["why"].as_str().unwrap();
    assert!(why.contains('@') && why.contains(" has been working on `orders` since 20"), "{why}");
    first.signal(Signal::Interrupt, Recipient::Process);
    let interrupted = first.wait();
    assert_eq!(interrupted.code, Some(130), "{interrupted}");
    assert!(interrupted.stderr.contains("flinkops job apply --resume brings it to its end"), "{interrupted}");
    let planned = site.json(&["plan", "-f", "orders.yaml"], 1);
    assert_eq!(planned["jobs"][0]["action"], "resume", "{planned}");
    let resumed = site.json(&["apply", "--resume"], 0);
    assert_eq!(
        (&resumed["jobs"][0]["action"], &resumed["jobs"][0]["end"]),
        (&"resume".into(), &"done".into())
    );
    assert_eq!(site.json(&["apply", "-f", "orders.yaml"], 0)["jobs"][0]["end"], "unchanged");
    assert!(site.job(&["apply", "--resume"]).expect_code(0).stdout.contains("nothing was broken off"));
}

#[test]
fn a_cluster_that_is_gone_is_no_reason_to_forget() {
    let site = Site::new(&[]);
    site.describe("orders.yaml", "orders", "one.jar", "");
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{free}");
    let command =
        site.run.command(binaries::flinkops()).args(["--url", &url, "job", "apply", "-f", "orders.yaml"]);
    let refused = command.run().expect_code(3);
    assert!(refused.stdout.contains("cannot connect"), "{refused}");
}

#[test]
fn a_job_is_shown_with_what_it_has_to_do() {
    let site = Site::new(&["--flink-version", "2.3"]);
    site.describe("orders.yaml", "orders", "one.jar", "flink: {execution.checkpointing.interval: 1 s}\n");
    site.job(&["apply", "-f", "orders.yaml"]).expect_code(0);
    let shown = site.json(&["show", "orders"], 0);
    let vertex = &shown["vertices"][0];
    assert!(vertex["back_pressure"].is_string() && vertex["busy"].is_number(), "{shown}");
    assert_eq!(shown["checkpoints"]["interval_ms"], 1000, "{shown}");
    assert_eq!(shown["checkpoints"]["recent"][0]["status"], "COMPLETED", "{shown}");
    let text = site.job(&["show", "orders"]).expect_code(0).stdout;
    assert!(text.contains("checkpoints: every 1.0 s, ") && text.contains("BACK-PRESSURE"), "{text}");
}

#[test]
fn a_jar_is_held_against_the_cluster_that_is_named() {
    let site = Site::new(&["--flink-version", "1.20"]);
    let mut zip = zip::ZipWriter::new(fs::File::create(site.run.path().join("new.jar")).unwrap());
    for (name, bytes) in [
        ("META-INF/MANIFEST.MF", &b"Main-Class: a.Orders\n"[..]),
        ("a/Orders.class", &[0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 65]),
        ("META-INF/maven/org.apache.flink/flink-json/pom.properties", b"version=1.17.2\n"),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
    let inspect = ["--url", &site.url, "jar", "inspect", "new.jar", "-o", "json"];
    let output = site.run.command(binaries::flinkops()).args(inspect).run().expect_code(1);
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    let messages: Vec<&str> =
        found["findings"].as_array().unwrap().iter().map(|one| one["message"].as_str().unwrap()).collect();
    assert!(
        messages[0].starts_with("it packs flink-json 1.17.2, and the cluster runs Flink 1.20"),
        "{messages:?}"
    );
    assert_eq!(messages[1], "a.Orders is compiled for Java 21, and the cluster runs on Java 17");
    site.describe("new.yaml", "new", "new.jar", "");
    let refused = site.job(&["plan", "-f", "new.yaml"]).expect_code(2);
    assert!(
        refused.stderr.contains("needs Java 21 (class a.Orders), and the cluster runs Java 17"),
        "{refused}"
    );
}

#[test]
fn names_and_arguments_are_what_they_are() {
    let site = Site::new(&[]);
    let name = OsStr::from_bytes(b"b\xff d.jar");
    fs::copy(site.run.path().join("one.jar"), site.run.path().join(name)).unwrap();
    let command =
        site.run.command(binaries::flinkops()).args(["--url", &site.url, "job", "submit"]).arg(name);
    command.args(["--", "--in", "a b, c", "", "d'e\"f"]).run().expect_code(0);
    let (_, requests) = http::ask_url("GET", &format!("{}/mock/requests", site.url), "").unwrap();
    assert!(
        requests.contains(r#"\"programArgsList\":[\"--in\",\"a b, c\",\"\",\"d'e\\\"f\"]"#),
        "{requests}"
    );
}

/// Takes whatever is sent, answers the jar list and the upload.
fn sink() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            std::thread::spawn(move || {
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && connection.read(&mut byte).is_ok_and(|read| read == 1) {
                    head.push(byte[0]);
                }
                let head = String::from_utf8_lossy(&head).to_lowercase();
                let length =
                    head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<u64>().ok());
                let body = (&mut connection).take(length.unwrap_or(0));
                std::io::copy(&mut { body }, &mut std::io::sink()).unwrap();
                let answer = match head.starts_with("get") {
                    true => r#"{"address":"x","files":[]}"#,
                    false => r#"{"filename":"/upload/u_big.jar","status":"success"}"#,
                };
                let head = format!(
                    "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                    answer.len()
                );
                connection.write_all((head + answer).as_bytes()).unwrap();
            });
        }
    });
    url
}

#[test]
fn a_big_jar_needs_no_big_memory() {
    let run = TestRun::new();
    let file = fs::File::create(run.path().join("big.jar")).unwrap();
    (&file).write_all(b"PK\x03\x04").unwrap();
    // As many bytes as there are, and hardly any on the disk.
    file.set_len(2 << 30).unwrap();
    let url = sink();
    let shell = "ulimit -v 400000; exec \"$@\"";
    let command = run.command("sh").args(["-c", shell, "sh"]).arg(binaries::flinkops());
    let command = command.args(["--url", &url, "jar", "upload", "big.jar"]);
    let output = command.timeout(std::time::Duration::from_secs(240)).run().expect_code(0);
    assert_eq!(output.stdout, "u_big.jar\n");
}
