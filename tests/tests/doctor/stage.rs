//! A real Flink to which things can be done, and what the doctor says of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use end_to_end::flink::{self, Process, stock_value};
use end_to_end::run::{Output, TestRun};
use end_to_end::running::{Recipient, Running, Signal};
use end_to_end::{binaries, http, official, port};
use serde_json::Value;

/// The longest that a process may live.
const LIFE: Duration = Duration::from_secs(600);

pub(crate) struct Stage {
    pub(crate) run: TestRun,
    pub(crate) home: PathBuf,
    pub(crate) version: &'static str,
    pub(crate) rest: u16,
    job_manager: Option<Running>,
    task_manager: Option<Running>,
    pub(crate) jar: PathBuf,
    starts: usize,
}

impl Stage {
    /// A JobManager and a TaskManager with 16 slots, configured with these lines too.
    pub(crate) fn set(home: &Path, version: &'static str, more: &str) -> Self {
        let run = TestRun::new();
        let [rest, rpc] = port::free::<2>();
        let (conf, own) = (run.path().join("conf"), run.path().display());
        fs::create_dir_all(&conf).unwrap();
        fs::create_dir_all(run.path().join("tmp")).unwrap();
        let (directory, retention) = match version.starts_with("1.") {
            true => ("state.checkpoints.dir", "execution.checkpointing.externalized-checkpoint-retention"),
            false => {
                ("execution.checkpointing.dir", "execution.checkpointing.externalized-checkpoint-retention")
            }
        };
        let mut text = format!(
            "jobmanager.rpc.address: localhost\njobmanager.rpc.port: {rpc}\nrest.address: localhost\nrest.port: {rest}\n\
             rest.bind-address: 127.0.0.1\ntaskmanager.host: localhost\ntaskmanager.numberOfTaskSlots: 16\n\
             taskmanager.memory.process.size: 1600m\ntaskmanager.memory.managed.size: 128m\n\
             taskmanager.memory.network.min: 16m\ntaskmanager.memory.network.max: 16m\n\
             jobmanager.memory.process.size: 1000m\nio.tmp.dirs: {own}/tmp\n\
             execution.checkpointing.interval: 1s\nexecution.checkpointing.tolerable-failed-checkpoints: 1000\n\
             {retention}: RETAIN_ON_CANCELLATION\n{directory}: file://{own}/checkpoints\n\
             restart-strategy.type: fixed-delay\nrestart-strategy.fixed-delay.attempts: 1000\n\
             restart-strategy.fixed-delay.delay: 1s\nheartbeat.interval: 1000\nheartbeat.timeout: 8000\n\
             metrics.fetcher.update-interval: 1000\n{more}"
        );
        if version.starts_with("1.18") {
            text = text.replace("restart-strategy.type:", "restart-strategy:");
        }
        if let Some(opened) = stock_value(home, "env.java.opts.all") {
            text.push_str(&format!("env.java.opts.all: {opened}\n"));
        }
        let legacy = version.starts_with("1.18");
        fs::write(conf.join(if legacy { "flink-conf.yaml" } else { "config.yaml" }), text).unwrap();
        let jar = official::jar_of(&run, home, version, "FaultyJob");
        let mut stage = Self {
            run,
            home: home.to_owned(),
            version,
            rest,
            job_manager: None,
            task_manager: None,
            jar,
            starts: 0,
        };
        stage.start_job_manager();
        stage.start_task_manager();
        stage
    }

    fn start(&mut self, process: Process, name: &str) -> Running {
        self.starts += 1;
        let name = format!("{name}-{}", self.starts);
        flink::start(&self.run, &self.home, process, &self.run.path().join("conf"), &name, LIFE)
    }

    pub(crate) fn start_job_manager(&mut self) {
        self.job_manager = Some(self.start(Process::JobManager, "jm"));
    }

    pub(crate) fn start_task_manager(&mut self) {
        self.task_manager = Some(self.start(Process::TaskManager, "tm"));
    }

    /// Kills the JobManager with -9.
    pub(crate) fn kill_job_manager(&mut self) {
        if let Some(running) = self.job_manager.take() {
            running.signal(Signal::Kill, Recipient::Group);
            running.wait();
        }
    }

    /// Kills the TaskManager with -9.
    pub(crate) fn kill_task_manager(&mut self) {
        if let Some(running) = self.task_manager.take() {
            running.signal(Signal::Kill, Recipient::Group);
            running.wait();
        }
    }

    pub(crate) fn flinkops(&self, arguments: &[&str]) -> Output {
        let url = format!("http://127.0.0.1:{}", self.rest);
        self.run.command(binaries::flinkops()).args(["--url", &url]).args(arguments).run()
    }

    /// Starts a job of this name and mode; its id. It need not come to run.
    pub(crate) fn submit(&self, name: &str, parallelism: &str, mode: &[&str]) -> String {
        self.restore(name, parallelism, mode, &[])
    }

    /// Starts it with further options of `job submit`.
    pub(crate) fn restore(&self, name: &str, parallelism: &str, mode: &[&str], options: &[&str]) -> String {
        let jar = self.jar.display().to_string();
        let mut arguments = vec!["job", "submit", "-p", parallelism, "--timeout", "4"];
        arguments.extend(options);
        arguments.extend([jar.as_str(), "--", name]);
        arguments.extend(mode);
        let output = self.flinkops(&arguments);
        let overview = self.ask("/jobs/overview");
        let job = overview["jobs"].as_array().into_iter().flatten().find(|job| job["name"] == name);
        job.and_then(|job| job["jid"].as_str()).unwrap_or_else(|| panic!("{name}: {output}")).to_owned()
    }

    pub(crate) fn cancel(&self, job: &str) {
        self.flinkops(&["job", "cancel", job]);
    }

    pub(crate) fn ask(&self, path: &str) -> Value {
        http::get(self.rest, path).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    /// Waits until the answer is so.
    pub(crate) fn wait(&self, path: &str, holds: impl Fn(&Value) -> bool) {
        let started = now();
        while started.elapsed() < Duration::from_secs(90) {
            if holds(&self.ask(path)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("{path} of Flink {}: {}", self.version, self.ask(path));
    }

    /// Waits for slots.
    pub(crate) fn wait_for_slots(&self, free: u64) {
        self.wait("/overview", |answer| answer["slots-available"].as_u64() >= Some(free));
    }

    /// Waits for so many complete checkpoints.
    pub(crate) fn wait_for_checkpoints(&self, job: &str, count: u64) {
        let completed = |answer: &Value| answer["counts"]["completed"].as_u64();
        self.wait(&format!("/jobs/{job}/checkpoints"), |answer| completed(answer) >= Some(count));
    }

    /// What the doctor says.
    pub(crate) fn doctor(&self, arguments: &[&str]) -> Value {
        let mut all = vec!["doctor", "-o", "json"];
        all.extend(arguments);
        let output = self.flinkops(&all);
        serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{output}"))
    }

    /// Waits until the doctor's first finding about the job is one of these.
    pub(crate) fn expect(&self, fault: &str, arguments: &[&str], codes: &[&str]) {
        let started = now();
        let mut told;
        loop {
            told = self.doctor(arguments);
            let first = told["findings"][0]["code"].as_str().unwrap_or("nothing");
            if codes.contains(&first) {
                let seconds = started.elapsed().as_secs();
                eprintln!(
                    "{} {fault}: {first} {} after {seconds} s, {} requests",
                    self.version, told["findings"][0]["message"], told["requests"]
                );
                return;
            }
            if started.elapsed() > Duration::from_secs(45) {
                break;
            }
            std::thread::sleep(Duration::from_millis(1000));
        }
        let short: Vec<String> = told["findings"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|one| format!("{} {} {}", one["severity"], one["code"], one["message"]))
            .collect();
        panic!("Flink {}, {fault}: expected {codes:?}, found {short:#?}", self.version);
    }
}

/// Mounts a file system of this size at a directory of the run; unmounted in the end. `None` where that is not allowed.
pub(crate) struct Mount<'a> {
    run: &'a TestRun,
    pub(crate) at: PathBuf,
}

impl<'a> Mount<'a> {
    pub(crate) fn small(run: &'a TestRun, name: &str, size: &str) -> Option<Self> {
        let at = run.path().join(name);
        fs::create_dir_all(&at).unwrap();
        let size = format!("size={size}");
        let mounted = run.command("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&at).run();
        (mounted.code == Some(0)).then_some(Self { run, at })
    }

    pub(crate) fn make_read_only(&self) {
        self.run.command("mount").args(["-o", "remount,ro"]).arg(&self.at).run().expect_code(0);
    }
}

impl Drop for Mount<'_> {
    fn drop(&mut self) {
        self.run.command("umount").arg("-l").arg(&self.at).run();
    }
}

#[expect(clippy::disallowed_methods, reason = "waiting for a cluster needs a clock")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
