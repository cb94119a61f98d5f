//! A real Flink with a JobManager and two TaskManagers, wired by `monitor reporter`, and a real Prometheus that scrapes it by
//! `monitor scrape` and judges it by `monitor alerts`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use end_to_end::flink::{self, Process, stock_value};
use end_to_end::run::{Output, TestRun};
use end_to_end::running::{Recipient, Running, Signal};
use end_to_end::{binaries, http, official, port};
use serde_json::Value;

use crate::server::Server;

/// The longest that a process may live.
const LIFE: Duration = Duration::from_secs(420);

/// Short windows, so that a test sees an alert come and go.
const SETTINGS: [&str; 9] = [
    "FlinkJobRestartLoop.for=8s",
    "FlinkJobRestartLoop.window=30s",
    "FlinkJobRestartLoop.restarts=2",
    "FlinkJobRestarted.window=20s",
    "FlinkCheckpointsFailing.window=20s",
    "FlinkJobNotRunning.for=10s",
    "FlinkTaskManagersLost.for=3s",
    "FlinkProcessUnreachable.for=3s",
    "FlinkSlotsExhausted.for=10s",
];

pub(crate) struct Stage {
    pub(crate) run: TestRun,
    home: PathBuf,
    pub(crate) server: Server,
    rest: u16,
    _job_manager: Running,
    task_managers: Vec<Running>,
    pub(crate) job: String,
}

impl Stage {
    /// Everything runs, a job with checkpoints too.
    pub(crate) fn set(home: &Path, version: &str, prometheus: &Path) -> Self {
        let run = TestRun::new();
        let [rest, rpc] = port::free::<2>();
        let metrics = row_of_ports();
        let conf = configure(&run, home, version, (rest, rpc), metrics);
        let start = |process, name: &str| {
            let started = flink::start(&run, home, process, &conf, name, LIFE);
            (started, port_of_page(&run, name))
        };
        let (job_manager, of_job_manager) = start(Process::JobManager, "jm");
        let (task_managers, of_task_managers): (Vec<Running>, Vec<u16>) =
            ["tm-1", "tm-2"].map(|name| start(Process::TaskManager, name)).into_iter().unzip();
        let jar = official::jar_of(&run, home, version, "MonitoredJob");
        let server = watched(&run, version, (of_job_manager, &of_task_managers), prometheus);
        let mut stage = Self {
            run,
            home: home.to_owned(),
            server,
            rest,
            _job_manager: job_manager,
            task_managers,
            job: String::new(),
        };
        stage.await_rest("/taskmanagers", |answer| {
            answer["taskmanagers"].as_array().is_some_and(|all| all.len() == 2)
        });
        let flag = stage.flag().display().to_string();
        let url = format!("http://127.0.0.1:{rest}");
        let submit = [
            "--url",
            &url,
            "job",
            "submit",
            "-p",
            "2",
            "-o",
            "json",
            &jar.display().to_string(),
            "--",
            &flag,
        ];
        let submitted = stage.flinkops(&submit).expect_code(0);
        let submitted: Value = serde_json::from_str(&submitted.stdout).unwrap();
        submitted["job_id"].as_str().unwrap().clone_into(&mut stage.job);
        stage.await_checkpoints(3);
        stage
    }

    pub(crate) fn flinkops(&self, arguments: &[&str]) -> Output {
        self.run.command(binaries::flinkops()).args(arguments).run()
    }

    /// While it exists, the job throws.
    pub(crate) fn flag(&self) -> PathBuf {
        self.run.path().join("throw")
    }

    /// The directory of the job's checkpoints.
    pub(crate) fn checkpoints(&self) -> PathBuf {
        self.run.path().join("checkpoints").join(&self.job)
    }

    /// Waits until so many more checkpoints are complete.
    pub(crate) fn await_checkpoints(&self, more: u64) {
        let path = format!("/jobs/{}/checkpoints", self.job);
        let count = |answer: &Value| answer["counts"]["completed"].as_u64();
        let before = count(&self.ask(&path)).unwrap_or(0);
        self.await_rest(&path, |answer| count(answer).is_some_and(|now| now >= before + more));
    }

    /// Kills the last TaskManager, and gives it to the caller to be replaced.
    pub(crate) fn kill_task_manager(&mut self) {
        let task_manager = self.task_managers.pop().unwrap();
        task_manager.signal(Signal::Kill, Recipient::Group);
    }

    /// Starts another one in its place.
    pub(crate) fn start_task_manager(&mut self) {
        let conf = self.run.path().join("conf");
        let started = flink::start(&self.run, &self.home, Process::TaskManager, &conf, "tm-again", LIFE);
        self.task_managers.push(started);
    }

    fn ask(&self, path: &str) -> Value {
        http::get(self.rest, path).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    fn await_rest(&self, path: &str, holds: impl Fn(&Value) -> bool) {
        let started = now();
        while started.elapsed() < Duration::from_secs(90) {
            if holds(&self.ask(path)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("{path}: {}", self.ask(path));
    }

    /// Waits until Prometheus has more than so many names of Flink; all of them.
    pub(crate) fn await_names(&self, count: usize) -> Vec<String> {
        let started = now();
        loop {
            let names = self.server.data("label/__name__/values");
            let names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
            let flink: Vec<String> =
                names.filter(|name| name.starts_with("flink_")).map(str::to_owned).collect();
            if flink.len() > count {
                return flink;
            }
            assert!(started.elapsed() < Duration::from_secs(60), "{} names: {flink:?}", flink.len());
            std::thread::sleep(Duration::from_millis(500));
        }
    }

    /// Waits until Prometheus has a series of this name.
    pub(crate) fn await_series(&self, name: &str) {
        let started = now();
        while self.server.data(&format!("series?match[]={name}")).as_array().is_none_or(Vec::is_empty) {
            assert!(started.elapsed() < Duration::from_secs(30), "{name} is not recorded");
            std::thread::sleep(Duration::from_millis(250));
        }
    }

    /// Waits until the expected alerts fire, watches on, and asserts that no other has fired meanwhile.
    pub(crate) fn await_alerts(&self, expected: &[&str]) {
        let expected: BTreeSet<String> = expected.iter().map(|name| (*name).to_owned()).collect();
        let mut seen = BTreeSet::new();
        let started = now();
        while !expected.is_subset(&seen) {
            seen.extend(self.server.firing());
            assert!(started.elapsed() < Duration::from_secs(90), "expected {expected:?}, fired: {seen:?}");
            std::thread::sleep(Duration::from_millis(250));
        }
        for _ in 0..12 {
            seen.extend(self.server.firing());
            std::thread::sleep(Duration::from_millis(250));
        }
        assert_eq!(seen, expected);
    }

    /// Waits until nothing fires.
    pub(crate) fn await_silence(&self) {
        let started = now();
        loop {
            let firing = self.server.firing();
            if firing.is_empty() {
                return;
            }
            assert!(started.elapsed() < Duration::from_secs(120), "{firing:?}");
            std::thread::sleep(Duration::from_millis(250));
        }
    }
}

fn configure(
    run: &TestRun,
    home: &Path,
    version: &str,
    (rest, rpc): (u16, u16),
    (first, last): (u16, u16),
) -> PathBuf {
    let (conf, own) = (run.path().join("conf"), run.path().display());
    fs::create_dir_all(&conf).unwrap();
    let legacy = version.starts_with("1.18");
    let directory =
        if version.starts_with("1.") { "state.checkpoints.dir" } else { "execution.checkpointing.dir" };
    let mut text = format!(
        "jobmanager.rpc.address: localhost\njobmanager.rpc.port: {rpc}\nrest.address: localhost\nrest.port: {rest}\n\
         rest.bind-address: 127.0.0.1\ntaskmanager.host: localhost\ntaskmanager.numberOfTaskSlots: 1\n\
         taskmanager.memory.process.size: 1000m\njobmanager.memory.process.size: 900m\nio.tmp.dirs: {own}/tmp\n\
         execution.checkpointing.interval: 1s\nexecution.checkpointing.tolerable-failed-checkpoints: 1000\n\
         {directory}: file://{own}/checkpoints\nrestart-strategy.type: fixed-delay\n\
         restart-strategy.fixed-delay.attempts: 1000\nrestart-strategy.fixed-delay.delay: 1s\n\
         heartbeat.interval: 1000\nheartbeat.timeout: 15000\n\
         metrics.scope.task: custom.<host>.<task_name>.<subtask_index>\nmetrics.scope.delimiter: \"-\"\n"
    );
    if let Some(opened) = stock_value(home, "env.java.opts.all") {
        text.push_str(&format!("env.java.opts.all: {opened}\n"));
    }
    fs::create_dir_all(run.path().join("tmp")).unwrap();
    fs::write(conf.join(if legacy { "flink-conf.yaml" } else { "config.yaml" }), text).unwrap();
    // Each process takes the first that is free, whatever else runs on this machine.
    let ports = format!("{first}-{last}");
    run.command(binaries::flinkops())
        .args(["monitor", "reporter", "--port", &ports, "--flink-version", version, "--write", "conf"])
        .run()
        .expect_code(0);
    conf
}

/// Prometheus, by what flinkops writes.
fn watched(
    run: &TestRun,
    version: &str,
    (of_job_manager, of_task_managers): (u16, &[u16]),
    prometheus: &Path,
) -> Server {
    let cluster = format!(
        "apiVersion: flinkops/v1\nname: live\nflinkVersion: '{version}'\nmetrics: {{prometheus: {of_job_manager}}}\n\
         jobManagers:\n  hosts: [localhost]\ntaskManagers:\n  - hosts: [localhost]\n"
    );
    fs::write(run.path().join("cluster.yaml"), cluster).unwrap();
    let flinkops = |arguments: &[&str]| {
        run.command(binaries::flinkops()).args(["monitor"]).args(arguments).run().expect_code(0)
    };
    flinkops(&["scrape", "--targets", ".", "--out", "scrape.yml"]);
    let mut alerts = vec!["alerts", "--out", "rules.yml"];
    alerts.extend(SETTINGS.iter().flat_map(|setting| ["--set", *setting]));
    flinkops(&alerts);
    // There are two TaskManagers on this host, each where a port was free.
    let targets = run.path().join("flink-live.json");
    let text = fs::read_to_string(&targets).unwrap();
    let foreseen = format!("\"localhost:{}\"", of_job_manager + 1);
    assert!(text.contains(&foreseen), "{text}");
    let real: Vec<String> = of_task_managers.iter().map(|port| format!("\"localhost:{port}\"")).collect();
    fs::write(&targets, text.replace(&foreseen, &real.join(", "))).unwrap();
    let scrape = fs::read_to_string(run.path().join("scrape.yml")).unwrap();
    let global = "global:\n  scrape_interval: 1s\n  evaluation_interval: 1s\nrule_files: [rules.yml]\n";
    fs::write(run.path().join("prometheus.yml"), format!("{global}{scrape}")).unwrap();
    Server::start(run, prometheus, LIFE)
}

/// First and last of some ports in a row, which no other test is given.
fn row_of_ports() -> (u16, u16) {
    let row = || port::free::<12>();
    let whole = |row: &[u16; 12]| row[0] < row[11];
    let row = Some(row()).filter(whole).unwrap_or_else(row);
    (row[0], row[11])
}

/// The port on which a process shows its metrics, as it says in its log.
fn port_of_page(run: &TestRun, name: &str) -> u16 {
    let log = flink::log(run, name);
    for _ in 0..900 {
        let text = fs::read_to_string(&log).unwrap_or_default();
        let said = text.split("PrometheusReporter HTTP server on port ").nth(1);
        let port = said.and_then(|said| said.split('.').next()).and_then(|port| port.parse().ok());
        if let Some(port) = port {
            return port;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{name} has not said in {} where its metrics are", log.display());
}

#[expect(clippy::disallowed_methods, reason = "waiting for a cluster needs a clock")]
fn now() -> Instant {
    Instant::now()
}
