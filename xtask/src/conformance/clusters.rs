//! The two clusters: a standalone session cluster of the real Flink, and mock-flink with the same configuration.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use end_to_end::run::{Invocation, TestRun};
use end_to_end::running::Running;
use end_to_end::{cache, official, port};

use super::drive::Addresses;
use super::http::{Request, send};
use crate::error::XtaskError;
use crate::files::context;
use crate::process;
use crate::version::{Dialect, FlinkVersion};

/// What both clusters are configured with. Short intervals let metrics and heartbeats show up soon.
const CONFIGURATION: &[(&str, &str)] = &[
    ("taskmanager.numberOfTaskSlots", "8"),
    ("parallelism.default", "1"),
    ("heartbeat.interval", "1000"),
    ("heartbeat.timeout", "60000"),
    ("metrics.fetcher.update-interval", "500"),
    ("rest.flamegraph.enabled", "true"),
    ("rest.profiling.enabled", "true"),
    ("rest.flamegraph.num-samples", "10"),
    ("taskmanager.memory.process.size", "1200m"),
    ("jobmanager.memory.process.size", "900m"),
    ("slot.request.timeout", "3600000"),
    ("jobmanager.adaptive-scheduler.resource-wait-timeout", "20 s"),
    ("jobmanager.adaptive-scheduler.submission.resource-wait-timeout", "20 s"),
    ("rest.bind-address", "127.0.0.1"),
    ("web.refresh-interval", "200"),
    ("web.adaptive-scheduler.rescale-history.size", "5"),
    ("jobmanager.adaptive-scheduler.scaling-interval.min", "0 s"),
    ("jobmanager.adaptive-scheduler.executing.cooldown-after-rescaling", "0 s"),
    ("jobmanager.adaptive-scheduler.executing.resource-stabilization-timeout", "0 s"),
];

/// The reporter for Prometheus. The JobManager, which starts first, takes the first port.
fn reporter(ports: String) -> [(String, String); 2] {
    let key = |option: &str| format!("metrics.reporter.prom.{option}");
    [
        (key("factory.class"), "org.apache.flink.metrics.prometheus.PrometheusReporterFactory".to_owned()),
        (key("port"), ports),
    ]
}

/// Where the mock says that its pages for Prometheus are.
fn pages_of_mock(rest: SocketAddr) -> Option<Addresses> {
    let request =
        Request { method: "GET", target: "/mock/prometheus", headers: Vec::new(), body: Vec::new() };
    let pages: serde_json::Value = serde_json::from_slice(&send(rest, &request).ok()?.body).ok()?;
    let page = |url: &serde_json::Value| url.as_str()?.split('/').nth(2)?.parse().ok();
    let task_manager = pages["taskmanagers"].as_object()?.values().next()?;
    Some(Addresses {
        rest,
        job_manager_page: page(&pages["jobmanager"])?,
        task_manager_page: page(task_manager)?,
    })
}

/// A real distribution and what is compiled against it.
pub(super) struct Flink {
    pub(super) version: FlinkVersion,
    pub(super) home: PathBuf,
}

impl Flink {
    /// The distribution in the cache.
    ///
    /// # Errors
    /// It is not there.
    pub(super) fn cached(version: FlinkVersion) -> Result<Self, XtaskError> {
        let name = version.to_string();
        let home = cache::flink_home(&cache::directory().ok_or(XtaskError::NoCache)?, &name);
        match cache::missing_part(&home, &name) {
            None => Ok(Self { version, home }),
            Some(part) => Err(XtaskError::Conformance(format!(
                "Flink {name} is not there (no {}); run `cargo xtask flink get {name}`",
                part.display()
            ))),
        }
    }

    /// Fills a directory with what the steps upload.
    pub(super) fn prepare(&self, run: &TestRun) -> Result<(), XtaskError> {
        official::jobs_jar(run, &self.home, &self.version.to_string());
        let scratch = run.path();
        let write = |name: &str, bytes: &[u8]| {
            let path = scratch.join(name);
            fs::write(&path, bytes).map_err(context("write", &path)).map_err(XtaskError::from)
        };
        write("broken.jar", b"this is no jar")?;
        write("plain.txt", b"this is no jar either")?;
        Ok(())
    }

    /// Starts JobManager and TaskManager, and waits until the TaskManager has registered.
    pub(super) fn start(&self, run: &TestRun, scheduler: &str) -> Result<Addresses, XtaskError> {
        let [rest, rpc, pages @ ..] = port::free::<4>();
        let conf = run.path().join("conf");
        self.configure(&conf, run.path(), scheduler, (rest, rpc), pages)?;
        let script = |name: &str| -> Invocation {
            run.command(self.home.join("bin").join(name))
                .arg("start")
                .env("FLINK_CONF_DIR", &conf)
                .env("FLINK_LOG_DIR", run.path().join("log"))
                .env("FLINK_PID_DIR", run.path())
        };
        script("jobmanager.sh").run().expect_code(0);
        script("taskmanager.sh").run().expect_code(0);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, rest));
        self.await_task_manager(address, run)?;
        let [job_manager_page, task_manager_page] =
            pages.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        Ok(Addresses { rest: address, job_manager_page, task_manager_page })
    }

    fn configure(
        &self,
        conf: &Path,
        own: &Path,
        scheduler: &str,
        (rest, rpc): (u16, u16),
        pages: [u16; 2],
    ) -> Result<(), XtaskError> {
        let from = self.home.join("conf");
        for directory in [conf.to_owned(), own.join("log"), own.join("tmp")] {
            fs::create_dir_all(&directory).map_err(context("create", &directory))?;
        }
        for entry in fs::read_dir(&from).map_err(context("read", &from))?.flatten() {
            fs::copy(entry.path(), conf.join(entry.file_name())).map_err(context("copy", &entry.path()))?;
        }
        let dialect = self.version.dialect();
        let file = conf.join(dialect.file_name());
        let shipped = fs::read_to_string(&file).map_err(context("read", &file))?;
        // Flink does not start on Java 17 without the packages that its own file opens.
        let opened =
            shipped.find("--add-exports").map(|at| shipped[at..].lines().next().unwrap_or_default().trim());
        let quote = |value: &str| match dialect {
            Dialect::Yaml if value.is_empty() || value.contains(": ") => format!("\"{value}\""),
            _ => value.to_owned(),
        };
        let own = own.display();
        let mut entries: Vec<(String, String)> =
            CONFIGURATION.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        for (key, value) in [
            ("jobmanager.rpc.address", "localhost".to_owned()),
            ("jobmanager.rpc.port", rpc.to_string()),
            ("taskmanager.host", "localhost".to_owned()),
            ("rest.address", "localhost".to_owned()),
            ("rest.port", rest.to_string()),
            ("jobmanager.scheduler", scheduler.to_owned()),
            ("io.tmp.dirs", format!("{own}/tmp")),
            ("web.tmpdir", format!("{own}/tmp")),
            ("env.java.opts.all", opened.unwrap_or_default().to_owned()),
        ] {
            entries.push((key.to_owned(), value));
        }
        let [first, second] = pages;
        entries.extend(reporter(format!("{first},{second}")));
        let lines: String = entries.iter().map(|(key, value)| format!("{key}: {}\n", quote(value))).collect();
        fs::write(&file, lines).map_err(context("write", &file))?;
        Ok(())
    }

    fn await_task_manager(&self, address: SocketAddr, run: &TestRun) -> Result<(), XtaskError> {
        let started = process::now();
        let request =
            || Request { method: "GET", target: "/taskmanagers", headers: Vec::new(), body: Vec::new() };
        while started.elapsed() < Duration::from_secs(90) {
            let registered = send(address, &request())
                .is_ok_and(|answer| String::from_utf8_lossy(&answer.body).contains("\"freeSlots\":8"));
            if registered {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let log = fs::read_dir(run.path().join("log")).into_iter().flatten().flatten();
        let logs: Vec<String> = log.map(|entry| entry.path().display().to_string()).collect();
        let answer = format!("no TaskManager after 90 s; logs: {}", logs.join(", "));
        Err(XtaskError::Answer { what: format!("Flink {}", self.version), answer })
    }

    /// Starts mock-flink, with the programs that the jobs' jar stands for.
    pub(super) fn start_mock(
        &self,
        run: &TestRun,
        scheduler: &str,
        program: &Path,
    ) -> Result<(Running, Addresses), XtaskError> {
        let mut command = run
            .command(program)
            .timeout(Duration::from_secs(600))
            .args(["--port", "0", "--seed", "7", "--flink-version", &self.version.to_string(), "--dashboard"])
            .arg(&self.home);
        for (key, value) in CONFIGURATION {
            command = command.arg("--conf").arg(format!("{key}={value}"));
        }
        for (key, value) in reporter("0".to_owned()) {
            command = command.arg("--conf").arg(format!("{key}={value}"));
        }
        command = command.arg("--conf").arg(format!("jobmanager.scheduler={scheduler}"));
        command = command.arg("--conf").arg(format!("web.tmpdir={}", run.path().display()));
        let mock = command.spawn();
        let line = mock.wait_for_stdout("listening on ");
        let address = line.rsplit("//").next().and_then(|address| address.parse().ok());
        match address.and_then(pages_of_mock) {
            Some(addresses) => Ok((mock, addresses)),
            None => Err(XtaskError::Answer { what: "mock-flink".to_owned(), answer: line }),
        }
    }
}
