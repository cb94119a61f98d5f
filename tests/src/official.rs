//! Flink's own command line through one session of all its verbs, and what it says: the exit code and the lines, without
//! ids, times and paths. `cargo xtask transcripts` records it against a real cluster, a test compares it against mock-flink.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::run::{Output, TestRun};

/// Where a session runs.
#[derive(Debug)]
pub struct Session<'a> {
    /// Its directory and processes.
    pub run: &'a TestRun,
    /// The distribution whose `bin/flink` is run.
    pub home: &'a Path,
    /// `1.20.5`.
    pub version: &'a str,
    /// The port of the cluster, on 127.0.0.1.
    pub port: u16,
    /// The jar of `xtask/java/ConformanceJobs.java`, compiled against the distribution.
    pub jar: &'a Path,
}

/// Compiles `xtask/java/ConformanceJobs.java` against the distribution, into a jar of the run's directory that names its
/// main class.
///
/// # Panics
/// There is no JDK, or it refuses the program.
pub fn jobs_jar(run: &TestRun, home: &Path, version: &str) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../xtask/java/ConformanceJobs.java");
    compile(run, home, version, &source, "jobs.jar")
}

/// The same with `tests/java/CLASS.java`; the jar is called `CLASS.jar`.
///
/// # Panics
/// There is no JDK, or it refuses the program.
pub fn jar_of(run: &TestRun, home: &Path, version: &str, class: &str) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("java").join(class).with_extension("java");
    compile(run, home, version, &source, &format!("{class}.jar"))
}

fn compile(run: &TestRun, home: &Path, version: &str, source: &Path, name: &str) -> PathBuf {
    let library = home.join(format!("lib/flink-dist-{version}.jar"));
    let (class, classes) = (source.file_stem().unwrap_or_default(), format!("{name}.classes"));
    let javac = ["-encoding", "UTF-8", "--release", "11", "-d", &classes, "-cp"];
    run.command("javac").args(javac).arg(library).arg(source).run().expect_code(0);
    let jar = run.command("jar").args(["--create", "--file", name, "--main-class"]);
    jar.arg(class).args(["-C", &classes, "."]).run().expect_code(0);
    run.path().join(name)
}

/// Options that let a short-lived JVM start sooner.
const QUICK: &str = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto";

/// An id that no job has.
const UNKNOWN: &str = "0123456789abcdef0123456789abcdef";

/// The configuration of every job of a session, beside the cluster's.
const JOB: [&str; 3] =
    ["-Dexecution.checkpointing.interval=1h", "-Drestart-strategy=none", "-Drestart-strategy.type=none"];

impl Session<'_> {
    /// Runs the session; the transcript.
    ///
    /// # Panics
    /// A command does not end in its time.
    pub fn transcript(&self) -> String {
        let mut told = Transcript { session: self, text: String::new() };
        self.configure();
        let target = self.run.path().join("savepoints").display().to_string();
        let jar = self.jar.display().to_string();
        let since = |major: u16, minor: u16| self.at_least(major, minor);

        told.step(&["list"]);
        let first = told.submit(&["run", "-d", "-p", "2"], &[&jar, "forever"]);
        told.step(&["list"]);
        told.step(&["list", "-r"]);
        let saved = told.step(&["savepoint", &first, &target]);
        told.step(&["savepoint", "-type", "native", &first, &target]);
        if since(1, 20) {
            told.step(&["savepoint", "-detached", &first, &target]);
            told.step(&["checkpoint", &first]);
            told.step(&["checkpoint", "-full", &first]);
        }
        let saved = path_in(&saved.stdout);
        told.step(&["savepoint", "-d", &saved]);
        told.step(&["savepoint", "-d", "/nowhere/savepoint-1"]);
        let stopped = told.step(&["stop", "-p", &target, &first]);
        let second =
            told.submit(&["run", "-d", "-s", &path_in(&stopped.stdout), "-p", "1"], &[&jar, "forever"]);
        told.step(&["stop", "--drain", "-p", &target, &second]);
        let third = told.submit(&["run", "-d", "-c", "ConformanceJobs"], &[&jar, "forever"]);
        told.step(&["cancel", "-s", &target, &third]);
        let fourth = told.submit(&["run", "-d"], &[&jar]);
        told.step(&["cancel", &fourth]);
        told.step(&["cancel", &fourth]);
        told.step(&["cancel", &first]);
        told.step(&["run", &jar, "finish"]);
        told.step(&["run", "-sae", "-C", "file:///nothing/there.jar", &jar, "finish"]);
        told.step(&["run", JOB[1], JOB[2], &jar, "fail"]);
        told.step(&["run", &jar, "throw"]);
        told.step(&["run", &jar, "nothing"]);
        told.step(&["run", "-c", "No.Such", &jar]);
        told.step(&["run", "-s", "file:/nowhere/savepoint-1", "-d", &jar]);
        told.step(&["run", "/nowhere/none.jar"]);
        told.step(&["info", &jar, "finish"]);
        for verb in ["cancel", "stop", "savepoint"] {
            told.step(&[verb, UNKNOWN]);
        }
        told.step(&["savepoint", UNKNOWN, &target]);
        told.step(&["stop", "-p", &target, &first]);
        told.step(&["cancel", "nonsense"]);
        told.step(&["list", "-a"]);
        told.text
    }

    fn at_least(&self, major: u16, minor: u16) -> bool {
        let mut parts = self.version.split('.').map(|part| part.parse::<u16>().unwrap_or(0));
        (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= (major, minor)
    }

    fn conf(&self) -> PathBuf {
        self.run.path().join("client-conf")
    }

    fn configure(&self) {
        let conf = self.conf();
        fs::create_dir_all(&conf).unwrap_or_else(|e| panic!("cannot create {}: {e}", conf.display()));
        let name = if self.at_least(1, 19) { "config.yaml" } else { "flink-conf.yaml" };
        let shipped = fs::read_to_string(self.home.join("conf").join(name)).unwrap_or_default();
        let opened =
            shipped.find("--add-exports").map(|at| shipped[at..].lines().next().unwrap_or_default().trim());
        let text = format!(
            "rest.address: 127.0.0.1\nrest.port: {}\nenv.java.opts.all: {} {QUICK}\n",
            self.port,
            opened.unwrap_or_default()
        );
        let write = |name: &str, text: &str| {
            let path = conf.join(name);
            fs::write(&path, text).unwrap_or_else(|e| panic!("cannot write {}: {e}", path.display()));
        };
        write(name, &text);
        write("log4j-cli.properties", "rootLogger.level = OFF\n");
    }

    fn flink(&self, arguments: &[&str]) -> Output {
        self.run
            .command(self.home.join("bin/flink"))
            .env("FLINK_CONF_DIR", self.conf())
            .env("FLINK_LOG_DIR", self.run.path())
            .timeout(Duration::from_secs(120))
            .args(arguments)
            .run()
    }
}

struct Transcript<'a> {
    session: &'a Session<'a>,
    text: String,
}

impl Transcript<'_> {
    /// Runs a command and notes what it says.
    fn step(&mut self, arguments: &[&str]) -> Output {
        let output = self.session.flink(arguments);
        let code = output.code.map_or("none".to_owned(), |code| code.to_string());
        self.text.push_str(&format!("$ flink {}\n", self.without(&arguments.join(" "))));
        for line in output.stdout.lines().chain(output.stderr.lines()) {
            let line = self.without(line);
            if !is_noise(&line) {
                self.text.push_str(line.trim_end());
                self.text.push('\n');
            }
        }
        self.text.push_str(&format!("exit code {code}\n\n"));
        output
    }

    /// Submits a job, waits until its tasks run, and returns its id.
    fn submit(&mut self, options: &[&str], rest: &[&str]) -> String {
        let output = self.step(&[options, &JOB, rest].concat());
        let id =
            output.stdout.split_whitespace().rfind(|word| word.len() == 32).unwrap_or(UNKNOWN).to_owned();
        self.session.await_tasks(&id);
        id
    }

    /// The text without ids, times, paths and whatever else differs between two runs.
    fn without(&self, text: &str) -> String {
        let jar = self.session.jar.display().to_string();
        let directory = self.session.run.path().display().to_string();
        let text = text.replace(&jar, "JAR").replace(&directory, "DIR");
        let mut out = String::new();
        let mut word = String::new();
        for c in text.chars().chain(['\n']) {
            if c.is_ascii_alphanumeric() {
                word.push(c);
                continue;
            }
            let hexadecimal =
                word.len() >= 4 && word.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase());
            let digits = word.bytes().any(|b| b.is_ascii_digit());
            match () {
                () if word.len() == 32 && hexadecimal => out.push_str("ID"),
                () if !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()) => out.push('N'),
                () if hexadecimal && digits => out.push('N'),
                () => out.push_str(&word),
            }
            word.clear();
            out.push(c);
        }
        out.pop();
        for pair in ["N.N", "N:N", "N-N"] {
            while out.contains(pair) {
                out = out.replace(pair, "N");
            }
        }
        out
    }
}

/// Frames of stack traces, warnings of the JVM.
fn is_noise(line: &str) -> bool {
    let line = line.trim_start();
    let frame = line.starts_with("at ") || (line.starts_with("...") && line.ends_with("more"));
    frame
        || line.is_empty()
        || ["WARNING:", "SLF4J", "Picked up", "OpenJDK"].iter().any(|start| line.starts_with(start))
}

/// The path of the savepoint that the output names.
fn path_in(said: &str) -> String {
    let mut words = said.split_whitespace().map(|word| word.trim_end_matches('.'));
    words.rfind(|word| word.contains("/savepoint-")).unwrap_or("/nowhere").to_owned()
}

impl Session<'_> {
    /// Waits until the tasks of the job run: a savepoint of a job that is being deployed fails.
    fn await_tasks(&self, job: &str) {
        let running = |text: &str| {
            let (head, tail) = (text.find("\"vertices\""), text.find("\"status-counts\""));
            let vertices = head.zip(tail).map_or("", |(head, tail)| text.get(head..tail).unwrap_or_default());
            let tasks = vertices.matches("\"tasks\":").count();
            tasks > 0 && vertices.matches("\"status\":\"RUNNING\"").count() == tasks
        };
        for _ in 0..200 {
            if crate::http::get(self.port, &format!("/jobs/{job}")).is_some_and(|text| running(&text)) {
                // The answer may be older than the state of the last task.
                std::thread::sleep(Duration::from_millis(300));
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}
