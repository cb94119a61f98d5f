//! A directory with a description, what is rendered from it, and processes that are started from that.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use end_to_end::binaries;
use end_to_end::run::{Output, TestRun};
use end_to_end::running::Running;
use serde_json::Value;

/// For one start of a JVM on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(240);

pub(crate) struct Workplace {
    pub(crate) run: TestRun,
}

impl Workplace {
    pub(crate) fn new(description: &str) -> Self {
        let run = TestRun::new();
        fs::write(run.path().join("cluster.yaml"), description).unwrap();
        Self { run }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.run.path().join(name)
    }

    #[track_caller]
    pub(crate) fn flinkops(&self, arguments: &[&str], code: i32) -> Output {
        self.run.command(binaries::flinkops()).args(arguments).timeout(PATIENCE).run().expect_code(code)
    }

    /// Renders `cluster.yaml` into `rendered`; the answer.
    #[track_caller]
    pub(crate) fn render(&self, more: &[&str]) -> Value {
        let arguments = [&["render", "cluster.yaml", "--out", "rendered", "-o", "json"], more].concat();
        serde_json::from_str(&self.flinkops(&arguments, 0).stdout).unwrap()
    }

    /// Starts what a unit starts, with the variables that it sets, from the directory of a host.
    pub(crate) fn start(&self, home: &Path, unit: &str, host: &str, number: u16) -> Running {
        let unit =
            fs::read_to_string(self.path(&format!("rendered/standalone/systemd/{unit}.service"))).unwrap();
        let line = |name: &str| {
            unit.lines()
                .find_map(|line| line.strip_prefix(name))
                .unwrap_or_else(|| panic!("no {name} in {unit}"))
        };
        let mut words = line("ExecStart=").split_whitespace();
        let program = words.next().unwrap();
        assert!(Path::new(program).starts_with(home), "{program}");
        let logs = self.path("logs");
        fs::create_dir_all(&logs).unwrap();
        self.run
            .command(program)
            .args(words)
            .env("FLINK_CONF_DIR", self.path(&format!("rendered/standalone/hosts/{host}")))
            .env("FLINK_LOG_DIR", &logs)
            .env("FLINK_IDENT_STRING", format!("{host}-{number}"))
            .env("FLINK_PID_DIR", self.path(&format!("pids-{number}")))
            .env_remove("FLINK_HOME")
            .timeout(Duration::from_secs(900))
            .spawn()
    }

    /// The options that lead to the REST endpoint on a host, with the certificate for clients.
    pub(crate) fn access(&self, host: &str, port: u16) -> Vec<String> {
        let store = "rendered/pki/stores/client.keystore";
        [
            "--url",
            &format!("https://{host}:{port}"),
            "--cacert",
            "rendered/pki/authority/ca.pem",
            "--identity",
            &format!("{store}.p12"),
            "--identity-password-from",
            &format!("file:{store}.password"),
        ]
        .map(str::to_owned)
        .to_vec()
    }

    /// What a `flinkops job …` answers, if it is done.
    pub(crate) fn job(&self, access: &[String], arguments: &[&str]) -> Option<Value> {
        let output = self
            .run
            .command(binaries::flinkops())
            .args(access)
            .args(["-o", "json", "job"])
            .args(arguments)
            .timeout(Duration::from_secs(120))
            .run();
        (output.code == Some(0)).then(|| serde_json::from_str(&output.stdout).unwrap())
    }

    #[track_caller]
    #[expect(clippy::disallowed_methods, reason = "real programs take real time")]
    pub(crate) fn wait<T>(&self, what: &str, reached: impl Fn() -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(value) = reached() {
                return value;
            }
            assert!(start.elapsed() < PATIENCE, "{what} takes too long\n{}", self.logs());
            std::thread::sleep(Duration::from_millis(300));
        }
    }

    fn logs(&self) -> String {
        let files = fs::read_dir(self.path("logs")).into_iter().flatten().flatten();
        let mut text = String::new();
        for file in files {
            let log = fs::read_to_string(file.path()).unwrap_or_default();
            let lines: Vec<_> = log.lines().collect();
            let last = lines[lines.len().saturating_sub(40)..].join("\n");
            text.push_str(&format!("--- {}\n{last}\n", file.path().display()));
        }
        text
    }

    /// Every file below a directory, by its path in there.
    pub(crate) fn files(&self, below: &str) -> Vec<(String, Vec<u8>)> {
        let root = self.path(below);
        let mut found = Vec::new();
        let mut open = vec![root.clone()];
        while let Some(directory) = open.pop() {
            for entry in fs::read_dir(&directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let name = path.strip_prefix(&root).unwrap().display().to_string();
                    found.push((name, fs::read(&path).unwrap()));
                }
            }
        }
        found.sort();
        found
    }
}
