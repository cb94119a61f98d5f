//! A cluster, a jar, and `flinkops job …` against them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use end_to_end::run::{Output, TestRun};
use end_to_end::running::Running;
use end_to_end::{binaries, flink, official, port};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(300);

/// What the jobs' jar does, for mock-flink, which runs no Java.
const SCENARIO: &str = "\
description: The programs of the jobs' jar.
programs:
  - class: ConformanceJobs
    when:
      - {argument: throw, throws: {class: java.lang.IllegalStateException, message: thrown in main}}
      - {argument: fail, fails: {after: 50 ms, class: java.lang.IllegalArgumentException, message: failed on purpose}}
";

pub(crate) struct Desk {
    run: TestRun,
    url: String,
    jar: PathBuf,
    /// They end with the desk.
    _processes: Vec<Running>,
}

impl Desk {
    /// mock-flink, and a jar of the version.
    pub(crate) fn mock(home: &Path, version: &str) -> Self {
        let run = TestRun::new();
        let jar = official::jobs_jar(&run, home, version);
        fs::write(run.path().join("scenario.yaml"), SCENARIO).unwrap();
        let mock = run
            .command(binaries::mock_flink())
            .args(["--port", "0", "--slots", "4", "--flink-version", version, "--scenario", "scenario.yaml"])
            .timeout(PATIENCE)
            .spawn();
        let line = mock.wait_for_stdout("listening on ");
        let url = line.trim_start_matches("listening on ").to_owned();
        Self { run, url, jar, _processes: vec![mock] }
    }

    /// JobManager and TaskManager of a distribution; `more` is added to their configuration.
    pub(crate) fn real(home: &Path, version: &str, more: &str) -> Self {
        let run = TestRun::new();
        let jar = official::jobs_jar(&run, home, version);
        let [rest, rpc] = port::free();
        let java = flink::stock_value(home, "env.java.opts.all").unwrap_or_default();
        let text = format!(
            "env.java.opts.all: {java}\njobmanager.rpc.address: localhost\njobmanager.rpc.port: {rpc}\n\
             jobmanager.memory.process.size: 1024m\ntaskmanager.host: localhost\ntaskmanager.numberOfTaskSlots: 4\n\
             taskmanager.memory.process.size: 1200m\nrest.address: localhost\nrest.bind-address: localhost\n\
             rest.port: {rest}\n{more}",
        );
        let mut processes = Vec::new();
        for (name, process) in [("jm", flink::Process::JobManager), ("tm", flink::Process::TaskManager)] {
            let conf = run.path().join("conf").join(name);
            fs::create_dir_all(&conf).unwrap();
            let file = if version.starts_with("1.18") { "flink-conf.yaml" } else { "config.yaml" };
            fs::write(conf.join(file), &text).unwrap();
            processes.push(flink::start(&run, home, process, &conf, name, PATIENCE));
        }
        let desk = Self { run, url: format!("http://localhost:{rest}"), jar, _processes: processes };
        desk.await_task_manager();
        desk
    }

    #[expect(clippy::disallowed_methods, reason = "a real cluster takes real time")]
    fn await_task_manager(&self) {
        let registered = || {
            let url = format!("{}/taskmanagers", self.url);
            let answer = self.run.command("curl").args(["-sS", "--max-time", "5", &url]).run();
            answer.stdout.contains("\"freeSlots\":4")
        };
        let started = std::time::Instant::now();
        while !registered() {
            assert!(started.elapsed() < PATIENCE, "no TaskManager registers");
            std::thread::sleep(Duration::from_millis(300));
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.run.path().join(name)
    }

    /// `flinkops job …`, which must end with this code.
    #[track_caller]
    pub(crate) fn job(&self, arguments: &[&str], code: i32) -> Output {
        self.flinkops("job", arguments, code)
    }

    /// `flinkops NOUN …`, which must end with this code.
    #[track_caller]
    pub(crate) fn flinkops(&self, noun: &str, arguments: &[&str], code: i32) -> Output {
        let command = self.run.command(binaries::flinkops()).args(["--url", &self.url, noun]).args(arguments);
        command.timeout(Duration::from_secs(60)).run().expect_code(code)
    }

    /// `flinkops job …` in the background.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        self.run.command(binaries::flinkops()).args(["--url", &self.url, "job"]).args(arguments).spawn()
    }

    pub(crate) fn run(&self) -> &TestRun {
        &self.run
    }

    /// The jobs' jar.
    pub(crate) fn jar(&self) -> String {
        self.jar.display().to_string()
    }

    /// Its answer as JSON.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str], code: i32) -> Value {
        let output = self.job(&[arguments, &["-o", "json"]].concat(), code);
        serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output}"))
    }

    #[track_caller]
    pub(crate) fn try_submit(&self, options: &[&str], mode: &str, code: i32) -> Output {
        let jar = self.jar.display().to_string();
        let mut command = self.run.command(binaries::flinkops()).args(["job", "submit", &jar]).args(options);
        command = command.args(["--url", &self.url, "-o", "json", "--", mode]);
        command.timeout(Duration::from_secs(60)).run().expect_code(code)
    }

    /// Submits a job that fails, before or after it was seen to run; its id.
    #[track_caller]
    pub(crate) fn submit_failing(&self, mode: &str) -> String {
        let failed = || -> Vec<String> {
            let listed = self.json(&["list", "--state", "failed"], 0);
            let ids = listed["jobs"].as_array().unwrap().iter();
            ids.map(|job| job["id"].as_str().unwrap().to_owned()).collect()
        };
        let (jar, before) = (self.jar(), failed());
        let command =
            self.run.command(binaries::flinkops()).args(["--url", &self.url, "job", "submit", &jar]);
        let output = command.args(["--", mode]).timeout(Duration::from_secs(60)).run();
        assert!(matches!(output.code, Some(0 | 4)), "{output}");
        for _ in 0..200 {
            if let Some(id) = failed().into_iter().find(|id| !before.contains(id)) {
                return id;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("no job has failed: {output}");
    }

    /// Submits a job; its id.
    #[track_caller]
    pub(crate) fn submit(&self, options: &[&str], mode: &str) -> String {
        let output = self.try_submit(options, mode, 0);
        let answer: Value = serde_json::from_str(&output.stdout).unwrap();
        answer["job_id"].as_str().unwrap().to_owned()
    }

    /// The state of a job, as lists show it.
    #[track_caller]
    pub(crate) fn state(&self, id: &str) -> String {
        let listed = self.json(&["list", "--all"], 0);
        let job = listed["jobs"].as_array().unwrap().iter().find(|job| job["id"] == id);
        job.unwrap_or_else(|| panic!("{id} is not in {listed}"))["state"].as_str().unwrap().to_owned()
    }

    /// There is a savepoint at this path.
    #[track_caller]
    pub(crate) fn assert_savepoint(&self, path: &Value) {
        let path = path.as_str().unwrap().trim_start_matches("file:").trim_start_matches("//");
        assert!(Path::new(path).join("_metadata").is_file(), "{path}");
    }
}
