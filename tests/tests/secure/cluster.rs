//! The guide's configuration on loopback, and clusters of real processes that read it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use end_to_end::flink::{self, Process};
use end_to_end::run::TestRun;
use end_to_end::running::{Recipient, Running, Signal};
use ops_core::conf::ConfDocument;
use ops_core::version::{Dialect, FlinkVersion};
use serde_json::Value;

/// Two cores share three JVMs' start.
pub(crate) const PATIENCE: Duration = Duration::from_secs(240);

const GUIDE: &str = include_str!("../../../examples/guide/flink-conf.yaml");

/// The guide's configuration without its security block, on loopback addresses with small memory.
pub(crate) fn guide(home: &Path, version: FlinkVersion, [rest, rpc]: [u16; 2]) -> ConfDocument {
    let dialect = version.dialect();
    let mut doc = ConfDocument::parse(GUIDE, dialect).unwrap();
    // A JVM that lives for seconds gains nothing from the second compiler.
    let java = flink::stock_value(home, "env.java.opts.all").unwrap() + " -XX:TieredStopAtLevel=1";
    let (rest, rpc) = (rest.to_string(), rpc.to_string());
    for (key, value) in [
        ("jobmanager.rpc.address", "localhost"),
        ("jobmanager.rpc.port", &rpc),
        ("jobmanager.bind-host", "localhost"),
        ("jobmanager.memory.process.size", "1024m"),
        ("taskmanager.bind-host", "localhost"),
        ("taskmanager.host", "localhost"),
        ("taskmanager.memory.process.size", "1280m"),
        ("taskmanager.memory.managed.fraction", "0.3"),
        ("taskmanager.numberOfTaskSlots", "2"),
        ("rest.address", "localhost"),
        ("rest.port", &rest),
        ("rest.bind-port", &rest),
        ("env.java.opts.all", &java),
    ] {
        doc.set(key, value).unwrap();
    }
    doc
}

/// Writes a conf directory.
pub(crate) fn write(dir: &Path, doc: &ConfDocument) {
    fs::create_dir_all(dir).unwrap();
    fs::write(dir.join(doc.dialect().file_name()), doc.to_text()).unwrap();
}

/// Reads the configuration of a conf directory.
pub(crate) fn read(dir: &Path) -> ConfDocument {
    let both = [Dialect::Legacy, Dialect::Yaml].map(|dialect| dir.join(dialect.file_name()));
    ConfDocument::read(both.iter().find(|file| file.is_file()).unwrap()).unwrap()
}

/// Real processes of one test, one after the other killed at its end.
pub(crate) struct Cluster<'a> {
    pub(crate) run: &'a TestRun,
    pub(crate) home: PathBuf,
    pub(crate) processes: Vec<Running>,
}

impl<'a> Cluster<'a> {
    pub(crate) fn new(run: &'a TestRun, home: &Path) -> Self {
        Self { run, home: home.to_owned(), processes: Vec::new() }
    }

    pub(crate) fn start(&mut self, process: Process, conf: &Path, name: &str) {
        self.processes.push(flink::start(self.run, &self.home, process, conf, name, PATIENCE));
    }

    pub(crate) fn log(&self, name: &str) -> String {
        fs::read_to_string(flink::log(self.run, name)).unwrap_or_default()
    }

    pub(crate) fn stop(&mut self) {
        for process in self.processes.drain(..) {
            process.signal(Signal::Kill, Recipient::Group);
            process.wait();
        }
    }

    /// Waits for something that takes a cluster its time.
    #[track_caller]
    #[expect(clippy::disallowed_methods, reason = "a real cluster takes real time")]
    pub(crate) fn wait<T>(&self, what: &str, mut reached: impl FnMut() -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(found) = reached() {
                return found;
            }
            let tails: Vec<_> =
                ["jm", "tm-1", "tm-2"].iter().map(|name| tail(name, &self.log(name))).collect();
            assert!(
                start.elapsed() < Duration::from_secs(120),
                "{what} takes too long\n{}",
                tails.join("\n")
            );
            std::thread::sleep(Duration::from_millis(250));
        }
    }
}

fn tail(name: &str, log: &str) -> String {
    let lines: Vec<_> = log.lines().collect();
    format!("--- {name}\n{}", lines[lines.len().saturating_sub(20)..].join("\n"))
}

/// Asks a REST endpoint; how the client identifies itself comes on curl's standard input.
pub(crate) fn ask(run: &TestRun, curl: &Path, url: &str, config: &str) -> Option<Value> {
    let answer = run.command(curl).args(["-sS", "--max-time", "5", "--config", "-", url]).stdin(config).run();
    serde_json::from_str(&answer.stdout).ok()
}

/// What curl takes to show a client certificate from `pki`'s stores and to trust its authority.
pub(crate) fn identity(stores: &Path, name: &str, ca: &Path) -> String {
    let password = fs::read_to_string(stores.join(format!("{name}.keystore.password"))).unwrap();
    format!(
        "cacert = \"{}\"\ncert-type = P12\ncert = \"{}:{}\"\n",
        ca.display(),
        stores.join(format!("{name}.keystore.p12")).display(),
        password.trim()
    )
}
