//! What people and other watchers do is left alone.

use std::fs;
use std::time::Duration;

use end_to_end::need::Need;
use end_to_end::run::{Output, TestRun};
use end_to_end::running::{Recipient, Running, Signal};
use end_to_end::{binaries, http, port, require};
use serde_json::Value;

use crate::post::Post;

const SCENARIO: &str = "
cluster: {flink-version: '2.3', task-managers: 2, slots: 4, seed: 7, configuration: {execution.checkpointing.dir: 's3://bucket/checkpoints', execution.checkpointing.interval: 300ms, execution.checkpointing.externalized-checkpoint-retention: RETAIN_ON_CANCELLATION, restart-strategy.type: none}}
programs:
  - class: com.example.Orders
    job: orders
    vertices:
      - {operators: ['Source: orders'], rate: 100}
      - {operators: [count], inputs: [0]}
";

/// A mock cluster, a described job, and what is done about it.
pub(crate) struct Place {
    pub(crate) run: TestRun,
    url: String,
    mock: Running,
}

impl Place {
    pub(crate) fn new() -> Self {
        let run = TestRun::new();
        fs::write(run.path().join("scenario.yaml"), SCENARIO).unwrap();
        let jar = zip::ZipWriter::new(fs::File::create(run.path().join("orders.jar")).unwrap());
        let mut jar = jar;
        let plain = zip::write::SimpleFileOptions::default();
        jar.start_file("META-INF/MANIFEST.MF", plain).unwrap();
        std::io::Write::write_all(&mut jar, b"Manifest-Version: 1.0\nMain-Class: com.example.Orders\n")
            .unwrap();
        jar.finish().unwrap();
        let text = "apiVersion: flinkops/v1\nname: orders\njar: orders.jar\nparallelism: 2\n\
                    health: {runningFor: 200 ms, firstCheckpoint: false, within: 20 s}\n";
        fs::write(run.path().join("orders.yaml"), text).unwrap();
        let [port] = port::free();
        let (mock, url) = Self::start_mock(&run, port);
        Self { run, url, mock }
    }

    fn start_mock(run: &TestRun, port: u16) -> (Running, String) {
        let mock = run
            .command(binaries::mock_flink())
            .args(["--port", &port.to_string(), "--scenario", "scenario.yaml"])
            .timeout(Duration::from_secs(120))
            .spawn();
        let url = mock.wait_for_stdout("listening on ").rsplit(' ').next().unwrap().to_owned();
        (mock, url)
    }

    /// The JobManager is killed, and started again without its jobs.
    fn again(&mut self) {
        self.mock.signal(Signal::Kill, Recipient::Process);
        let port = self.url.rsplit(':').next().unwrap().parse().unwrap();
        std::thread::sleep(Duration::from_secs(1));
        self.mock = Self::start_mock(&self.run, port).0;
    }

    /// A watcher; its own clock ticks fast.
    fn watch(&self, more: &[&str]) -> Running {
        self.run
            .command(binaries::flinkops())
            .args(["--url", &self.url, "-o", "json", "recover", "watch", "-f", "orders.yaml"])
            .args(["--journal", "journal.db", "--interval", "200ms", "--pause", "300ms"])
            .args(more)
            .timeout(Duration::from_secs(120))
            .spawn()
    }

    pub(crate) fn flinkops(&self, arguments: &[&str]) -> Output {
        self.run.command(binaries::flinkops()).args(["--url", &self.url]).args(arguments).run()
    }

    fn jobs(&self) -> Vec<(String, String)> {
        let output = self.flinkops(&["job", "list", "--all", "-o", "json"]).expect_code(0);
        let listed: Value = serde_json::from_str(&output.stdout).unwrap();
        let jobs = listed["jobs"].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        jobs.map(|job| (text(&job["id"]), text(&job["state"]))).collect()
    }

    /// Waits for so many jobs in this state.
    pub(crate) fn wait(&self, state: &str, count: usize) -> String {
        for _ in 0..200 {
            let jobs = self.jobs();
            let found: Vec<_> = jobs.iter().filter(|(_, found)| found == state).collect();
            if found.len() == count {
                return found.last().map(|(id, _)| id.clone()).unwrap_or_default();
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("not {count} jobs {state}: {:?}", self.jobs());
    }

    /// The job fails for good, as its program throws.
    pub(crate) fn fail(&self, job: &str) {
        let url = format!("{}/mock/jobs/{job}/fail", self.url);
        let (status, answer) = http::ask_url("POST", &url, "{\"message\": \"on purpose\"}").unwrap();
        assert!((200..300).contains(&status), "{status} {answer}");
    }
}

fn end(watcher: Running) -> Output {
    watcher.signal(Signal::Terminate, Recipient::Process);
    watcher.wait().expect_code(0)
}

#[test]
fn a_job_that_somebody_stopped_stays_so() {
    let place = Place::new();
    let watcher = place.watch(&[]);
    let first = place.wait("RUNNING", 1);
    place.flinkops(&["job", "cancel", &first]).expect_code(0);
    watcher.wait_for_stdout("\"event\":\"stays\"");
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(place.wait("RUNNING", 0), "");
    // Another watcher that comes later knows it, too.
    end(watcher);
    let watcher = place.watch(&[]);
    watcher.wait_for_stdout("\"event\":\"stays\"");
    // Somebody starts it again: it is watched again.
    place.flinkops(&["job", "apply", "-f", "orders.yaml", "--journal", "journal.db"]).expect_code(0);
    watcher.wait_for_stdout("\"event\":\"running\"");
    end(watcher);
}

#[test]
fn two_watchers_start_one_copy() {
    let place = Place::new();
    let [one, two] = [place.watch(&["--memory", "one"]), place.watch(&["--memory", "two"])];
    place.wait("RUNNING", 1);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(place.jobs().len(), 1, "{:?}", place.jobs());
    // The one that has the lease is killed; the other takes over and finds the job as it is.
    one.signal(Signal::Kill, Recipient::Process);
    one.wait();
    two.wait_for_stdout("\"event\":\"running\"");
    assert_eq!(place.jobs().len(), 1);
    end(two);
}

#[test]
fn a_failed_job_comes_back_and_everybody_is_told() {
    let place = Place::new();
    let post = Post::open();
    fs::write(place.run.path().join("hook"), &post.url).unwrap();
    let [listen] = port::free();
    let address = format!("127.0.0.1:{listen}");
    let watcher = place.watch(&["--webhook-from", "file:hook", "--listen", &address]);
    let first = place.wait("RUNNING", 1);
    watcher.wait_for_stdout("\"event\":\"running\"");
    // It has completed a checkpoint.
    std::thread::sleep(Duration::from_millis(1500));
    place.fail(&first);
    place.wait("FAILED", 1);
    let second = place.wait("RUNNING", 1);
    assert_ne!(first, second);
    watcher.wait_for_stdout_lines("\"event\":\"running\"", 2);
    let message = post.wait("down");
    assert!(message.contains("is FAILED") || message.contains("never started"), "{message}");
    post.wait("running");
    let metrics = http::get(listen, "/metrics").unwrap();
    for line in [
        "flinkops_watch_cluster_reachable 1",
        "flinkops_watch_job_phase{job=\"orders\",phase=\"running\"} 1",
        "flinkops_watch_restarts_total{job=\"orders\"} 2",
        "flinkops_watch_last_recovery_seconds{job=\"orders\"}",
    ] {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
    let health: Value = serde_json::from_str(&http::get(listen, "/healthz").unwrap()).unwrap();
    assert_eq!(health["jobs"]["orders"]["phase"], "running", "{health}");
    let output = end(watcher);
    assert!(!format!("{output}").contains("hunter2"), "{output}");
}

#[test]
fn state_that_is_lost_is_no_reason_to_begin_with_nothing() {
    let mut place = Place::new();
    let kept = fs::read_to_string(place.run.path().join("scenario.yaml")).unwrap();
    fs::write(
        place.run.path().join("scenario.yaml"),
        kept.replace("execution.checkpointing.dir: 's3://bucket/checkpoints', ", ""),
    )
    .unwrap();
    place.again();
    let watcher = place.watch(&[]);
    place.wait("RUNNING", 1);
    watcher.wait_for_stdout("\"event\":\"running\"");
    std::thread::sleep(Duration::from_secs(2));
    place.again();
    let said = watcher.wait_for_stdout("\"event\":\"given-up\"");
    assert!(said.contains("none was retained"), "{said}");
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(place.jobs(), []);
    end(watcher);
}

#[test]
fn a_job_that_fails_again_and_again_is_started_with_pauses() {
    let place = Place::new();
    let watcher = place.watch(&["--budget", "3"]);
    for _ in 0..2 {
        let job = place.wait("RUNNING", 1);
        place.fail(&job);
        watcher.wait_for_stdout("\"event\":\"restarting\"");
        place.wait("RUNNING", 1);
    }
    let job = place.wait("RUNNING", 1);
    place.fail(&job);
    place.wait("FAILED", 3);
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(place.wait("RUNNING", 0), "");
    let output = end(watcher);
    assert!(output.stdout.contains("all that the budget allows"), "{output}");
}

#[test]
fn the_unit_is_one_for_systemd() {
    let analyze = require!(Need::SystemdAnalyze);
    let run = TestRun::new();
    let unit = run
        .command(binaries::flinkops())
        .args(["recover", "watch", "-f", "jobs with blanks", "--url", "http://jm:8081", "--systemd-unit"])
        .run()
        .expect_code(0);
    fs::write(run.path().join("flinkops-watch.service"), &unit.stdout).unwrap();
    let judged = run.command(analyze).args(["verify", "--man=no", "./flinkops-watch.service"]).run();
    assert!(judged.code == Some(0) && judged.stderr.is_empty(), "{judged}");
    assert!(unit.stdout.contains(&format!("\"{}/jobs with blanks\"", run.path().display())), "{unit}");
}

#[test]
fn bad_input_gets_one_clear_error() {
    let place = Place::new();
    fs::write(place.run.path().join("file"), "nonsense").unwrap();
    fs::write(place.run.path().join("hook"), "hunter2").unwrap();
    for (arguments, said) in [
        (&[][..], "no description is given"),
        (&["-f", "nothing.yaml"], "nothing.yaml"),
        (&["-f", "orders.yaml", "--memory", "file"], "file"),
        (&["-f", "orders.yaml", "--webhook-from", "file:hook"], "the webhook's address is none"),
        (&["-f", "orders.yaml", "--interval", "soon"], "soon"),
        (&["-f", "orders.yaml", "--interval", "0s"], "more than nothing is needed"),
    ] {
        let mut all = vec!["recover", "watch", "--journal", "journal.db"];
        all.extend(arguments);
        let output = place.flinkops(&all).expect_code(2);
        assert!(
            output.stderr.contains(said) && !output.stderr.contains("hunter2"),
            "{arguments:?}: {output}"
        );
    }
}

#[test]
fn a_memory_that_cannot_be_kept_for_a_while_ends_no_watcher() {
    let place = Place::new();
    let watcher = place.watch(&["--memory", "memory"]);
    let first = place.wait("RUNNING", 1);
    watcher.wait_for_stdout("\"event\":\"running\"");
    // A file stands where its directory was.
    let (memory, aside) = (place.run.path().join("memory"), place.run.path().join("aside"));
    fs::rename(&memory, &aside).unwrap();
    fs::write(&memory, "").unwrap();
    watcher.wait_for_stdout("nothing is done until this is mended");
    place.fail(&first);
    std::thread::sleep(Duration::from_secs(2));
    place.wait("RUNNING", 0);
    fs::remove_file(&memory).unwrap();
    fs::rename(&aside, &memory).unwrap();
    assert_ne!(place.wait("RUNNING", 1), first);
    end(watcher);
}
