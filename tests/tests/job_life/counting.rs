//! A job that counts, upgraded, rescaled, rolled back, stopped and killed at: what it has written shows that nothing was lost and nothing
//! counted twice. On real Flinks only, for mock-flink runs no Java.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use end_to_end::official;
use end_to_end::running::{Recipient, Signal};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::Value;

use super::desk::Desk;

/// Milliseconds between two numbers.
const PAUSE: &str = "5";

/// A counting job, its descriptions and what it has written.
struct Counting<'a> {
    desk: &'a Desk,
    jar: PathBuf,
    /// What the state says was counted so far, at the last look.
    counted: usize,
}

/// The whole story on a real cluster. `kills`: how often `apply` is killed.
pub(crate) fn exactly(desk: &Desk, home: &Path, version: &str, kills: u32) {
    let jar = official::jar_of(desk.run(), home, version, "CountingJob");
    let mut job = Counting { desk, jar, counted: 0 };
    job.created_upgraded_and_rolled_back();
    job.stopped_restored_and_scaled_by_hand();
    let mut random = StdRng::seed_from_u64(20_261_126);
    for kill in 0..kills {
        job.killed_while_applying(kill, Duration::from_millis(random.random_range(20..4500)));
    }
    let pruned = job.apply(&["-f", "other", "--prune"], 0);
    assert_eq!(pruned["jobs"][1]["action"], "remove", "{pruned}");
    job.assert_exact();
    let history = desk.json(&["history", "--journal", "journal.db"], 0);
    let last = history["history"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["what"], &last["end"]), (&"remove".into(), &"done".into()), "{history}");
    desk.assert_savepoint(&last["state"]);
    desk.job(&["cancel", "other"], 0);
}

/// Rescaled in place, by the scheduler.
pub(crate) fn scaled_in_place(desk: &Desk, home: &Path, version: &str) {
    let jar = official::jar_of(desk.run(), home, version, "CountingJob");
    let mut job = Counting { desk, jar, counted: 0 };
    job.describe("counting.yaml", "a", 1, "");
    job.apply(&["-f", "counting.yaml"], 0);
    job.assert_goes_on();
    // From the latest checkpoint: what was written since is written again, and the state is what is exact.
    let planned = desk.json(&["scale", "counting", "-p", "3", "--dry-run"], 0);
    assert_eq!(planned["how"], "in-place", "{planned}");
    desk.json(&["scale", "counting", "-p", "3"], 0);
    let shown = desk.json(&["show", "counting"], 0);
    let parallelisms: Vec<i64> = shown["vertices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|vertex| vertex["parallelism"].as_i64().unwrap())
        .collect();
    assert!(parallelisms.contains(&3), "{shown}");
    job.assert_state_goes_on();
}

impl Counting<'_> {
    fn created_upgraded_and_rolled_back(&mut self) {
        self.describe("counting.yaml", "a", 1, "");
        assert_eq!(self.plan(1)["jobs"][0]["action"], "create");
        let created = self.apply(&["-f", "counting.yaml"], 0);
        assert_eq!(created["jobs"][0]["end"], "done", "{created}");
        assert_eq!(self.plan(0)["changes"], 0);
        self.assert_goes_on();

        // Other arguments, another parallelism.
        self.describe("counting.yaml", "b", 2, "");
        let plan = self.plan(1);
        let fields: Vec<&str> = plan["jobs"][0]["differences"]
            .as_array()
            .unwrap()
            .iter()
            .map(|difference| difference["field"].as_str().unwrap())
            .collect();
        assert_eq!(fields, ["arguments", "parallelism"], "{plan}");
        let upgraded = self.apply(&["-f", "counting.yaml"], 0);
        assert_eq!(
            (&upgraded["jobs"][0]["action"], &upgraded["jobs"][0]["end"]),
            (&"upgrade".into(), &"done".into())
        );
        self.desk.assert_savepoint(&upgraded["jobs"][0]["state"]);
        self.assert_goes_on();

        // It throws when it is started: what ran before goes on from the same savepoint.
        self.describe("counting.yaml", "c", 2, ", fail");
        let rolled_back = self.apply(&["-f", "counting.yaml"], 1);
        let row = &rolled_back["jobs"][0];
        assert_eq!(row["end"], "rolled-back", "{rolled_back}");
        assert!(row["why"].as_str().unwrap().contains("failed on purpose"), "{rolled_back}");
        self.assert_goes_on();
        self.assert_one_copy();

        // Too many tasks for the slots: nothing is stopped.
        self.describe("counting.yaml", "d", 9, "");
        let refused = self.apply(&["-f", "counting.yaml"], 1);
        let why = refused["jobs"][0]["why"].as_str().unwrap();
        assert!(why.contains("it needs 9 slots, 2 are free") && why.contains("5 are missing"), "{why}");
        self.assert_goes_on();
    }

    /// The verbs keep the state just so, and apply goes on from what they left.
    fn stopped_restored_and_scaled_by_hand(&mut self) {
        let savepoints = self.desk.path("savepoints").display().to_string();
        let stopped = self.desk.json(&["stop", "counting", "--dir", &savepoints], 0);
        self.assert_exact();
        let output = self.desk.path("numbers").display().to_string();
        let (path, jar) = (stopped["savepoint"].as_str().unwrap(), self.jar.display().to_string());
        let restore = ["restore", path, &jar, "-p", "1", "--conf", "pipeline.name=counting", "--"];
        self.desk.job(&[&restore[..], &[&output, "restored", PAUSE]].concat(), 0);
        self.assert_goes_on();
        let scale = ["scale", "counting", "-p", "2", "--dir", &savepoints, "--jar", &jar, "--conf"];
        let scaled = [&scale[..], &["pipeline.name=counting", "--", &output, "scaled", PAUSE]].concat();
        self.desk.job(&scaled, 0);
        self.assert_goes_on();
        // It was not started by apply: it is taken over when that is said.
        self.describe("counting.yaml", "e", 1, "");
        let refused = self.apply(&["-f", "counting.yaml"], 4);
        assert!(refused["jobs"][0]["why"].as_str().unwrap().contains("--adopt"), "{refused}");
        let adopted = self.apply(&["-f", "counting.yaml", "--adopt"], 0);
        assert_eq!(adopted["jobs"][0]["action"], "adopt", "{adopted}");
        self.assert_goes_on();
        let job = self.desk.json(&["stop", "counting", "--dir", &savepoints], 0);
        let again = self.apply(&["-f", "counting.yaml"], 0);
        assert_eq!(
            (&again["jobs"][0]["action"], &again["jobs"][0]["state"]),
            (&"start".into(), &job["savepoint"])
        );
        self.assert_goes_on();
    }

    fn killed_while_applying(&mut self, number: u32, after: Duration) {
        self.describe("counting.yaml", &format!("kill-{number}"), 1 + number % 2, "");
        let arguments = ["apply", "-f", "counting.yaml", "--journal", "journal.db"];
        let running = self.desk.start(&arguments);
        std::thread::sleep(after);
        running.signal(Signal::Kill, Recipient::Process);
        let killed = running.wait();
        self.assert_at_most_one_copy();
        let resumed = self.desk.job(&["apply", "--resume", "--journal", "journal.db"], 0);
        let applied = self.apply(&["-f", "counting.yaml"], 0);
        assert!(
            ["done", "unchanged"].contains(&applied["jobs"][0]["end"].as_str().unwrap()),
            "{after:?} {killed} {resumed} {applied}"
        );
        self.assert_one_copy();
        self.assert_goes_on();
        assert!(self.numbers().iter().any(|(_, label)| *label == format!("kill-{number}")));
    }

    fn describe(&self, file: &str, label: &str, parallelism: u32, more: &str) {
        let (jar, output) = (self.jar.display(), self.desk.path("numbers"));
        let savepoints = self.desk.path("savepoints");
        let text = format!(
            "apiVersion: flinkops/v1\nname: counting\njar: {jar}\narguments: ['{}', {label}, '{PAUSE}'{more}]\n\
             parallelism: {parallelism}\nsavepoints: file:{}\n\
             flink: {{execution.checkpointing.interval: 1 s, restart-strategy: none, restart-strategy.type: none}}\n\
             health: {{runningFor: 500 ms, within: 60 s}}\n",
            output.display(),
            savepoints.display()
        );
        fs::write(self.desk.path(file), text).unwrap();
        // Another job, so that the first one can be described no longer.
        let other = self.desk.path("other");
        fs::create_dir_all(&other).unwrap();
        let text = format!(
            "apiVersion: flinkops/v1\nname: other\njar: {jar}\narguments: ['{}', other, '{PAUSE}']\n\
             parallelism: 1\nsavepoints: file:{}\nupgrade: stateless\nhealth: {{runningFor: 0 ms}}\n",
            self.desk.path("other-numbers").display(),
            savepoints.display()
        );
        fs::write(other.join("other.yaml"), text).unwrap();
    }

    #[track_caller]
    fn plan(&self, code: i32) -> Value {
        self.desk.json(&["plan", "-f", "counting.yaml", "--journal", "journal.db"], code)
    }

    #[track_caller]
    fn apply(&self, arguments: &[&str], code: i32) -> Value {
        self.desk.json(&[&["apply", "--journal", "journal.db"], arguments].concat(), code)
    }

    /// What was written: the number, and who wrote it.
    fn numbers(&self) -> Vec<(usize, String)> {
        let text = fs::read_to_string(self.desk.path("numbers")).unwrap_or_default();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let line = |line: &str| {
            let (number, label) = line.split_once(' ').unwrap();
            (number.parse().unwrap(), label.to_owned())
        };
        whole.lines().map(line).collect()
    }

    /// Every number was written once. The last few may be under way: they come by 32 keys and several tasks.
    #[track_caller]
    fn assert_exact(&mut self) {
        let mut numbers: Vec<usize> = self.numbers().into_iter().map(|(number, _)| number).collect();
        let written = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), written, "some were counted twice");
        let first_missing = numbers.iter().enumerate().find(|(index, number)| index != *number);
        if let Some((index, number)) = first_missing {
            assert!(written - index < 64, "{index} is missing, {number} is there, {written} in all");
        }
        self.counted = written;
    }

    /// More is counted, and each number once.
    #[track_caller]
    fn assert_goes_on(&mut self) {
        let before = self.numbers().len();
        let mut looks = 0;
        while self.numbers().len() < before + 40 {
            looks += 1;
            assert!(looks < 600, "nothing is counted any more");
            std::thread::sleep(Duration::from_millis(50));
        }
        self.assert_exact();
    }

    /// More is counted, and the job itself, which checks every number against its state, has not failed. A restart that was asked
    /// for is no failure.
    fn assert_state_goes_on(&self) {
        let before = self.numbers().len();
        for _ in 0..600 {
            if self.numbers().len() >= before + 200 {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        assert!(self.numbers().len() >= before + 200, "nothing is counted any more");
        let failures = self.desk.json(&["exceptions", "counting"], 0);
        assert_eq!(failures["failures"], serde_json::json!([]), "{failures}");
        let mut numbers: Vec<usize> = self.numbers().into_iter().map(|(number, _)| number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let whole = numbers.iter().enumerate().take_while(|(index, number)| index == *number).count();
        assert!(numbers.len() - whole < 64, "{whole} of {} are there without a gap", numbers.len());
    }

    fn copies(&self) -> usize {
        let listed = self.desk.json(&["list", "--name", "counting"], 0);
        listed["jobs"].as_array().unwrap().len()
    }

    #[track_caller]
    fn assert_one_copy(&self) {
        assert_eq!(self.copies(), 1);
    }

    #[track_caller]
    fn assert_at_most_one_copy(&self) {
        assert!(self.copies() <= 1);
    }
}
