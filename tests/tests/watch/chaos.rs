//! Everything is killed, again and again; the job's count is exact in the end. The time is short unless the environment says
//! otherwise: `FLINKOPS_CHAOS_MINUTES`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use end_to_end::flink::{self, Process, stock_value};
use end_to_end::need::Need;
use end_to_end::run::TestRun;
use end_to_end::running::{Recipient, Running, Signal};
use end_to_end::{binaries, environment, exclusive, http, official, port, require};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::Value;

const LIFE: Duration = Duration::from_secs(1800);

/// Kills in a short run.
const KILLS: usize = 9;

struct Arena {
    run: TestRun,
    home: PathBuf,
    rest: u16,
    job_manager: Option<Running>,
    task_manager: Option<Running>,
    watcher: Option<Running>,
    starts: usize,
}

impl Arena {
    fn set(home: &Path, version: &str) -> Self {
        let run = TestRun::new();
        let [rest, rpc] = port::free::<2>();
        let (conf, own) = (run.path().join("conf"), run.path().display());
        fs::create_dir_all(&conf).unwrap();
        fs::create_dir_all(run.path().join("tmp")).unwrap();
        let old = version.starts_with("1.");
        let (directory, retained) = match old {
            true => ("state.checkpoints.dir", "state.checkpoints.num-retained"),
            false => ("execution.checkpointing.dir", "execution.checkpointing.num-retained"),
        };
        let text = format!(
            "jobmanager.rpc.address: localhost\njobmanager.rpc.port: {rpc}\nrest.address: localhost\nrest.port: {rest}\n\
             rest.bind-address: 127.0.0.1\ntaskmanager.host: localhost\ntaskmanager.numberOfTaskSlots: 4\n\
             taskmanager.memory.process.size: 1100m\njobmanager.memory.process.size: 900m\nio.tmp.dirs: {own}/tmp\n\
             execution.checkpointing.interval: 500ms\n{directory}: file://{own}/checkpoints\n{retained}: 3\n\
             execution.checkpointing.externalized-checkpoint-retention: RETAIN_ON_CANCELLATION\n\
             restart-strategy.type: none\nheartbeat.interval: 1000\nheartbeat.timeout: 6000\nslot.request.timeout: 30000\n\
             env.java.opts.all: {}\n",
            stock_value(home, "env.java.opts.all").unwrap_or_default()
        );
        fs::write(conf.join("config.yaml"), text).unwrap();
        let jar = official::jar_of(&run, home, version, "CountingJob");
        let numbers = run.path().join("numbers");
        let description = format!(
            "apiVersion: flinkops/v1\nname: counting\njar: {}\narguments: ['{}', watched, '5']\nparallelism: 2\n\
             upgrade: last-state\nrollback: never\nhealth: {{runningFor: 1 s, firstCheckpoint: false, maxRestarts: 3, within: 60 s}}\n",
            jar.display(),
            numbers.display()
        );
        fs::write(run.path().join("counting.yaml"), description).unwrap();
        let home = home.to_owned();
        let mut arena =
            Self { run, home, rest, job_manager: None, task_manager: None, watcher: None, starts: 0 };
        arena.job_manager = Some(arena.start(Process::JobManager));
        arena.task_manager = Some(arena.start(Process::TaskManager));
        arena.watcher = Some(arena.watch());
        arena
    }

    fn start(&mut self, process: Process) -> Running {
        self.starts += 1;
        let name = format!("process-{}", self.starts);
        flink::start(&self.run, &self.home, process, &self.run.path().join("conf"), &name, LIFE)
    }

    fn watch(&self) -> Running {
        let url = format!("http://127.0.0.1:{}", self.rest);
        self.run
            .command(binaries::flinkops())
            .args(["--url", &url, "-o", "json", "recover", "watch", "-f", "counting.yaml"])
            .args([
                "--journal",
                "journal.db",
                "--interval",
                "500ms",
                "--pause",
                "500ms",
                "--longest-pause",
                "5s",
            ])
            .args(["--settled-after", "10s", "--budget", "1000"])
            .timeout(LIFE)
            .spawn()
    }

    fn ask(&self, path: &str) -> Value {
        http::get(self.rest, path).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    /// The job that runs, and how many checkpoints it has completed.
    fn running(&self) -> Option<(String, u64)> {
        let overview = self.ask("/jobs/overview");
        let live: Vec<&Value> =
            overview["jobs"].as_array()?.iter().filter(|job| job["state"] == "RUNNING").collect();
        assert!(live.len() <= 1, "two copies: {overview}");
        let job = live.first().filter(|job| job["tasks"]["running"] == job["tasks"]["total"])?;
        let id = job["jid"].as_str()?.to_owned();
        let checkpoints = self.ask(&format!("/jobs/{id}/checkpoints"));
        Some((id, checkpoints["counts"]["completed"].as_u64()?))
    }

    /// Waits until it runs, after this moment, and has completed a checkpoint more.
    fn wait_running(&self, what: &str, kill: usize) -> Duration {
        let started = now();
        let mut first: Option<(String, u64)> = None;
        let mut up = None;
        while started.elapsed() < Duration::from_secs(150) {
            std::thread::sleep(Duration::from_millis(100));
            let Some((id, completed)) = self.running() else {
                first = None;
                continue;
            };
            up.get_or_insert(started.elapsed());
            match &first {
                Some((known, before)) if *known == id && completed > *before => {
                    return up.unwrap_or_default();
                }
                Some((known, _)) if *known == id => {}
                _ => (first, up) = (Some((id, completed)), Some(started.elapsed())),
            }
        }
        panic!("kill {kill} of {what}: it does not run again: {}", self.ask("/jobs/overview"));
    }

    fn numbers(&self) -> BTreeSet<u64> {
        let text = fs::read_to_string(self.run.path().join("numbers")).unwrap_or_default();
        text.lines().filter_map(|line| line.split(' ').next()?.parse().ok()).collect()
    }
}

fn kill(process: &mut Option<Running>) {
    let running = process.take().unwrap();
    running.signal(Signal::Kill, Recipient::Group);
    running.wait();
}

fn chaos(home: &Path, version: &str, kills: usize) {
    let mut random = StdRng::seed_from_u64(20_261_127);
    let mut arena = Arena::set(home, version);
    arena.wait_running("nothing", 0);
    let minutes = environment::number(environment::CHAOS_MINUTES);
    let started = now();
    let mut times: Vec<(&str, Duration)> = Vec::new();
    let mut number = 0;
    let goes_on = |number: usize| match minutes {
        Some(minutes) => started.elapsed() < Duration::from_secs(60 * minutes),
        None => number < kills,
    };
    while goes_on(number) {
        std::thread::sleep(Duration::from_millis(random.random_range(200..3000)));
        // In a short run each of them is killed.
        let kind = if number < 3 { number } else { random.random_range(0..4) };
        let what = match kind {
            0 => {
                kill(&mut arena.task_manager);
                std::thread::sleep(Duration::from_millis(random.random_range(0..2000)));
                arena.task_manager = Some(arena.start(Process::TaskManager));
                "TaskManager"
            }
            1 => {
                kill(&mut arena.job_manager);
                std::thread::sleep(Duration::from_millis(random.random_range(0..2000)));
                arena.job_manager = Some(arena.start(Process::JobManager));
                "JobManager"
            }
            2 => {
                kill(&mut arena.watcher);
                arena.watcher = Some(arena.watch());
                "watcher"
            }
            _ => {
                kill(&mut arena.task_manager);
                kill(&mut arena.watcher);
                kill(&mut arena.job_manager);
                arena.watcher = Some(arena.watch());
                arena.job_manager = Some(arena.start(Process::JobManager));
                // The watcher is killed once more, wherever it is.
                std::thread::sleep(Duration::from_millis(random.random_range(0..8000)));
                kill(&mut arena.watcher);
                arena.watcher = Some(arena.watch());
                arena.task_manager = Some(arena.start(Process::TaskManager));
                "all of them"
            }
        };
        number += 1;
        let took = arena.wait_running(what, number);
        eprintln!("{version} kill {number}: {what}: running again after {:.1} s", took.as_secs_f64());
        times.push((what, took));
    }
    for what in ["TaskManager", "JobManager", "watcher", "all of them"] {
        let of: Vec<f64> =
            times.iter().filter(|(kind, _)| *kind == what).map(|(_, took)| took.as_secs_f64()).collect();
        if let Some(longest) = of.iter().copied().reduce(f64::max) {
            let mean = of.iter().sum::<f64>() / of.len() as f64;
            eprintln!(
                "{version} {what}: {} kills, running again after {mean:.1} s, at most {longest:.1} s",
                of.len()
            );
        }
    }
    exact(arena, version);
}

/// The watcher ends, the job is stopped with a savepoint, and its count has no gap; a copy that goes on from there, which checks
/// every number against its state, finds what it expects.
fn exact(mut arena: Arena, version: &str) {
    let watcher = arena.watcher.take().unwrap();
    watcher.signal(Signal::Terminate, Recipient::Process);
    watcher.wait().expect_code(0);
    let url = format!("http://127.0.0.1:{}", arena.rest);
    let flinkops = |arguments: &[&str]| {
        arena
            .run
            .command(binaries::flinkops())
            .args(["--url", &url])
            .args(arguments)
            .timeout(Duration::from_secs(120))
            .run()
    };
    let saved = arena.run.path().join("saved").display().to_string();
    let (job, _) = arena.running().unwrap();
    flinkops(&["job", "stop", &job, "--dir", &saved]).expect_code(0);
    let counted = arena.numbers();
    let last = *counted.last().unwrap();
    assert_eq!(counted.len() as u64, last + 1, "numbers are missing below {last}");
    eprintln!("{version}: {} numbers, none missing", counted.len());
    let resumed = flinkops(&["job", "apply", "-f", "counting.yaml", "--journal", "journal.db", "-o", "json"]);
    assert_eq!(resumed.code, Some(0), "{resumed}");
    let started = now();
    while arena.numbers().len() < counted.len() + 200 {
        assert!(started.elapsed() < Duration::from_secs(60), "nothing is counted any more: {resumed}");
        std::thread::sleep(Duration::from_millis(100));
    }
    let numbers = arena.numbers();
    let whole = numbers.iter().enumerate().take_while(|(index, number)| *index as u64 == **number).count();
    assert!(numbers.len() - whole < 64, "{whole} of {} are there without a gap", numbers.len());
    // What the job says of each number: `expected 7, found 8` would have failed it.
    for log in fs::read_dir(arena.run.path()).unwrap().flatten() {
        let name = log.file_name().to_string_lossy().into_owned();
        if name.ends_with(".log") {
            let text = fs::read_to_string(log.path()).unwrap_or_default();
            assert!(!text.contains("IllegalStateException: expected"), "{name}");
        }
    }
}

#[test]
fn the_count_is_exact_whatever_is_killed_2_3() {
    let [home, _, _] = require!(Need::Flink("2.3.0"), Need::Java, Need::Javac);
    let _alone = exclusive::real_flink();
    chaos(&home, "2.3.0", KILLS);
}

#[test]
fn the_count_is_exact_whatever_is_killed_1_20() {
    let [home, _, _] = require!(Need::Flink("1.20.5"), Need::Java, Need::Javac);
    let _alone = exclusive::real_flink();
    chaos(&home, "1.20.5", 4);
}

#[expect(clippy::disallowed_methods, reason = "waiting for a cluster needs a clock")]
fn now() -> Instant {
    Instant::now()
}
