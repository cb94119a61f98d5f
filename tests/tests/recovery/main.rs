//! State that real Flinks have written, looked into without Flink, and by Flink's own classes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use end_to_end::flink::{self, Process, stock_value};
use end_to_end::need::Need;
use end_to_end::run::{Output, TestRun};
use end_to_end::running::Running;
use end_to_end::{binaries, exclusive, http, official, port, require};
use recovery::state::parse;
use serde_json::Value;

const LIFE: Duration = Duration::from_secs(240);

struct Cluster {
    run: TestRun,
    home: PathBuf,
    version: &'static str,
    rest: u16,
    jar: PathBuf,
    judge: PathBuf,
    _processes: [Running; 2],
}

impl Cluster {
    /// Small buffers hold few records: a barrier that does not overtake them is soon through.
    fn start(home: &Path, version: &'static str) -> Self {
        let run = TestRun::new();
        let [rest, rpc] = port::free::<2>();
        let (conf, own) = (run.path().join("conf"), run.path().display());
        fs::create_dir_all(&conf).unwrap();
        fs::create_dir_all(run.path().join("tmp")).unwrap();
        let is_old = version.starts_with("1.");
        let (directory, unaligned) = match is_old {
            true => ("state.checkpoints.dir", "execution.checkpointing.unaligned"),
            false => ("execution.checkpointing.dir", "execution.checkpointing.unaligned.enabled"),
        };
        let retention = "execution.checkpointing.externalized-checkpoint-retention: RETAIN_ON_CANCELLATION";
        let mut text = format!(
            "jobmanager.rpc.address: localhost\njobmanager.rpc.port: {rpc}\nrest.address: localhost\nrest.port: {rest}\n\
             rest.bind-address: 127.0.0.1\ntaskmanager.host: localhost\ntaskmanager.numberOfTaskSlots: 4\n\
             taskmanager.memory.process.size: 1400m\ntaskmanager.memory.segment-size: 4kb\njobmanager.memory.process.size: 900m\nio.tmp.dirs: {own}/tmp\n\
             execution.checkpointing.interval: 1s\n{retention}\n{unaligned}: true\n\
             {directory}: file://{own}/checkpoints\nstate.backend.incremental: true\n\
             execution.checkpointing.incremental: true\n"
        );
        if let Some(opened) = stock_value(home, "env.java.opts.all") {
            text.push_str(&format!("env.java.opts.all: {opened}\n"));
        }
        let legacy = version.starts_with("1.18");
        fs::write(conf.join(if legacy { "flink-conf.yaml" } else { "config.yaml" }), text).unwrap();
        let process = |process, name| flink::start(&run, home, process, &conf, name, LIFE);
        let processes = [process(Process::JobManager, "jm"), process(Process::TaskManager, "tm")];
        let jar = official::jar_of(&run, home, version, "StatefulJob");
        let judge = official::jar_of(&run, home, version, "StateJudge");
        let cluster = Self { home: home.to_owned(), version, rest, jar, judge, _processes: processes, run };
        cluster.await_rest("/overview", |answer| answer["slots-available"] == 4);
        cluster
    }

    fn flinkops(&self, arguments: &[&str]) -> Output {
        self.run.command(binaries::flinkops()).timeout(Duration::from_secs(90)).args(arguments).run()
    }

    fn await_rest(&self, path: &str, holds: impl Fn(&Value) -> bool) {
        let ask = || {
            http::get(self.rest, path).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
        };
        let started = now();
        while started.elapsed() < Duration::from_secs(90) {
            if holds(&ask()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("{path}: {}", ask());
    }

    /// Runs the job with these keys; savepoints of these forms, and a checkpoint that is retained.
    fn states(&self, keys: &[&str], forms: &[&'static str]) -> Vec<(String, PathBuf)> {
        let url = format!("http://127.0.0.1:{}", self.rest);
        let on = |arguments: &[&str]| {
            let output =
                self.flinkops(&[&["--url", url.as_str(), "-o", "json"], arguments].concat()).expect_code(0);
            serde_json::from_str::<Value>(&output.stdout).unwrap()
        };
        let jar = self.jar.display().to_string();
        let mut submit = vec!["job", "submit", "-p", "2"];
        submit.extend(keys.iter().flat_map(|key| ["--conf", *key]));
        submit.push(&jar);
        let submitted = on(&submit);
        let job = submitted["job_id"].as_str().unwrap().to_owned();
        self.await_rest(&format!("/jobs/{job}/checkpoints"), |answer| {
            answer["counts"]["completed"].as_u64() >= Some(3)
        });
        let target = self.run.path().join("savepoints").display().to_string();
        let saved = |format: &str| {
            let saved = on(&["job", "savepoint", &job, "--dir", &target, "--format", format]);
            PathBuf::from(saved["savepoint"].as_str().unwrap().trim_start_matches("file:"))
        };
        let mut states: Vec<(String, PathBuf)> =
            forms.iter().map(|form| (format!("{form}-savepoint"), saved(form))).collect();
        on(&["job", "cancel", &job]);
        let retained = self.run.path().join("checkpoints").join(&job);
        let checkpoints = fs::read_dir(&retained).unwrap().flatten().map(|entry| entry.path());
        let number = |path: &PathBuf| path.to_string_lossy().rsplit('-').next().unwrap().parse::<u64>().ok();
        let whole = checkpoints.filter(|path| path.join("_metadata").is_file());
        let checkpoint = whole.max_by_key(number).expect("a retained checkpoint");
        states.push(("checkpoint".to_owned(), checkpoint));
        states
    }

    /// What Flink's own classes say.
    fn judged(&self, state: &Path) -> String {
        let mut classpath =
            vec![self.judge.clone(), self.home.join(format!("lib/flink-dist-{}.jar", self.version))];
        let logging = fs::read_dir(self.home.join("lib")).unwrap().flatten().map(|entry| entry.path());
        classpath.extend(logging.filter(|path| path.to_string_lossy().contains("log4j")));
        let classpath: Vec<String> = classpath.iter().map(|path| path.display().to_string()).collect();
        let java =
            self.run.command("java").args(["-cp", &classpath.join(":"), "StateJudge"]).arg(state).run();
        java.expect_code(0).stdout
    }

    fn inspect(&self, state: &Path) -> Output {
        self.flinkops(&["recover", "savepoint", "inspect", &state.display().to_string(), "-o", "json"])
    }
}

/// The same lines as the judge's.
fn lines(inspection: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let mut lines: Vec<String> = inspection["operators"]
        .as_array()
        .unwrap()
        .iter()
        .map(|operator| {
            let ends = match operator["subtask_sizes"].as_array() {
                Some(ends) => format!("{}..{}", ends[0], ends[1]),
                None => "-".to_owned(),
            };
            let numbers =
                ["parallelism", "max_parallelism", "state_size"].map(|key| operator[key].to_string());
            let names = ["id", "name", "uid"].map(|key| text(&operator[key]));
            format!("{}\t{}\t{ends}", names.join("\t"), numbers.join("\t"))
        })
        .collect();
    lines.sort();
    format!("{}\n{}\n", inspection["checkpoint_id"], lines.join("\n"))
}

fn agrees(home: &Path, version: &'static str, format: i64) {
    let cluster = Cluster::start(home, version);
    let changelog = match version.starts_with("1.") {
        true => "state.backend.changelog.enabled=true",
        false => "state.changelog.enabled=true",
    };
    let (heap, rocksdb) = ("state.backend.type=hashmap", "state.backend.type=rocksdb");
    let both = &["canonical", "native"][..];
    // A changelog has no native savepoints in 1.18.
    for (keys, forms) in [(&[heap][..], both), (&[rocksdb], both), (&[rocksdb, changelog], &both[..1])] {
        for (kind, state) in cluster.states(keys, forms) {
            let what = format!("{version} {keys:?} {kind}");
            let inspection: Value =
                serde_json::from_str(&cluster.inspect(&state).expect_code(0).stdout).unwrap();
            assert_eq!(lines(&inspection), cluster.judged(&state), "{what}");
            assert_eq!(
                (&inspection["kind"], &inspection["format"]),
                (&kind.as_str().into(), &format.into()),
                "{what}"
            );
            assert!(inspection["operators"].as_array().unwrap().len() >= 3, "{what}: {inspection}");
            damaged(&fs::read(state.join("_metadata")).unwrap());
            copied(&cluster, &state, &inspection);
            if kind == "native-savepoint" && keys == [rocksdb] {
                incomplete(&cluster, &state);
            }
        }
    }
}

/// Everything that it refers to is copied, and is the same; a savepoint can be looked into where the copy is.
fn copied(cluster: &Cluster, state: &Path, inspection: &Value) {
    let to = cluster.run.path().join("backup");
    let from = state.display().to_string();
    let output =
        cluster.flinkops(&["recover", "backup", &from, "--to", &to.display().to_string(), "-o", "json"]);
    let made: Value = serde_json::from_str(&output.expect_code(0).stdout).unwrap();
    let files = made["files"].as_object().unwrap();
    assert_eq!(files.len() as u64, inspection["files"].as_u64().unwrap() + 1, "{made}");
    for (name, file) in files {
        let original = fs::read(file["original"].as_str().unwrap()).unwrap();
        assert!(fs::read(to.join(name)).unwrap() == original, "{name} of {from}");
    }
    if made["self_contained"] == true && inspection["kind"] != "checkpoint" {
        let again: Value = serde_json::from_str(&cluster.inspect(&to).expect_code(0).stdout).unwrap();
        assert_eq!(again["operators"], inspection["operators"]);
    }
    fs::remove_dir_all(&to).unwrap();
}

/// However it is cut off or changed, it is refused with a reason, or read as something else; it never panics.
fn damaged(bytes: &[u8]) {
    // A changelog in the metadata makes megabytes of it: so many bytes are read in all.
    let tries = (16_usize << 20).div_ceil(bytes.len()).clamp(20, 3000);
    let step = (bytes.len() / tries).max(1);
    for length in (0..bytes.len() - 1).step_by(step) {
        if let Ok(read) = parse(&bytes[..length]) {
            // Only the properties at the end, of which names are all that is looked for, can be cut off unseen.
            assert!(read.version >= 4 && length > bytes.len() / 2, "cut off at {length}");
        }
    }
    let mut changed = bytes.to_vec();
    for at in (0..bytes.len()).step_by(step) {
        for value in [0x00, 0x7f, 0xff] {
            let before = std::mem::replace(&mut changed[at], value);
            let _ = parse(&changed);
            changed[at] = before;
        }
    }
}

/// A file that is gone, and one that is too short.
fn incomplete(cluster: &Cluster, state: &Path) {
    let files = fs::read_dir(state).unwrap().flatten().map(|entry| entry.path());
    let mut others: Vec<PathBuf> = files.filter(|path| !path.ends_with("_metadata")).collect();
    others.sort_by_key(|path| std::cmp::Reverse(fs::metadata(path).unwrap().len()));
    fs::remove_file(&others[0]).unwrap();
    fs::File::options().write(true).open(&others[1]).unwrap().set_len(1).unwrap();
    let inspection: Value = serde_json::from_str(&cluster.inspect(state).expect_code(1).stdout).unwrap();
    let missing = inspection["missing"].as_array().unwrap();
    let found: Vec<&Value> = missing.iter().map(|file| &file["found"]).collect();
    assert_eq!(missing.len(), 2, "{inspection}");
    assert!(found.contains(&&Value::Null) && found.contains(&&Value::from(1)), "{inspection}");
}

#[test]
fn state_of_1_18() {
    let [home, _, _] = require!(Need::Flink("1.18.1"), Need::Java, Need::Javac);
    let _alone = exclusive::real_flink();
    agrees(&home, "1.18.1", 4);
}

#[test]
fn state_of_2_0() {
    let [home, _, _] = require!(Need::Flink("2.0.2"), Need::Java, Need::Javac);
    let _alone = exclusive::real_flink();
    agrees(&home, "2.0.2", 5);
}

#[test]
fn state_of_2_3() {
    let [home, _, _] = require!(Need::Flink("2.3.0"), Need::Java, Need::Javac);
    let _alone = exclusive::real_flink();
    agrees(&home, "2.3.0", 6);
}

#[test]
fn what_is_no_state_is_refused_with_a_reason() {
    let run = TestRun::new();
    let inspect =
        |path: &str| run.command(binaries::flinkops()).args(["recover", "savepoint", "inspect", path]).run();
    fs::create_dir_all(run.path().join("job/chk-7")).unwrap();
    fs::write(run.path().join("job/chk-7/_metadata"), b"this is no metadata").unwrap();
    fs::create_dir_all(run.path().join("old")).unwrap();
    fs::write(run.path().join("old/_metadata"), b"\x49\x60\x67\x2d\x00\x00\x00\x02").unwrap();
    for (path, said) in [
        ("s3://bucket/savepoint-1", "is not on this machine"),
        ("nothing", "it has no file `_metadata`"),
        ("job", "these below it have one: job/chk-7"),
        ("job/chk-7", "it begins with 0x74686973"),
        ("old", "its format is version 2, and 3 to 6 are known: a Flink much older than 1.18 wrote it"),
    ] {
        let output = inspect(path).expect_code(2);
        assert!(output.stderr.contains(said), "{path}: {output}");
    }
}

#[expect(clippy::disallowed_methods, reason = "waiting for a cluster needs a clock")]
fn now() -> Instant {
    Instant::now()
}
