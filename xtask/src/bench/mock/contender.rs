//! Starting what is measured: mock-flink, and the JobManager of a real Flink.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::{Duration, Instant};

use end_to_end::run::TestRun;
use end_to_end::running::Running;
use end_to_end::{flink, port};

use super::http::Connection;
use crate::bench::jar::write_jar;
use crate::error::XtaskError;
use crate::files::context;
use crate::process;
use crate::version::FlinkVersion;

/// What a JVM may take to answer, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);
/// All of a benchmark.
const LIFE: Duration = Duration::from_secs(600);

/// A server that answers `/overview`.
pub(super) struct Contender {
    /// It is killed when this is dropped.
    process: Running,
    pub(super) address: SocketAddr,
    /// From its start as a process to its first answer.
    pub(super) answered_after: Duration,
}

impl Contender {
    /// Waits for the first answer of a process that was started at that moment.
    pub(super) fn await_answer(
        process: Running,
        address: SocketAddr,
        started: Instant,
    ) -> Result<Self, XtaskError> {
        loop {
            let answer =
                Connection::open(address).and_then(|mut connection| connection.get("/overview").map(drop));
            match answer {
                Ok(()) => return Ok(Self { process, address, answered_after: started.elapsed() }),
                Err(error) if started.elapsed() > PATIENCE => return Err(error),
                Err(_) => std::thread::sleep(Duration::from_millis(1)),
            }
        }
    }

    /// Its resident memory, with that of its children, in bytes.
    pub(super) fn resident(&self) -> Result<u64, XtaskError> {
        let group = self.process.id();
        let processes = Path::new("/proc");
        let entries = fs::read_dir(processes).map_err(context("read", processes))?.flatten();
        let kilobytes = entries.filter_map(|entry| {
            // `PID (NAME) STATE PARENT GROUP …`; a name may hold anything.
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            let of = stat.rsplit_once(") ")?.1.split(' ').nth(2)?.parse::<u32>().ok()?;
            let status = fs::read_to_string(entry.path().join("status")).ok()?;
            let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
            let size = line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?;
            (of == group).then_some(size)
        });
        Ok(kilobytes.sum::<u64>() * 1024)
    }

    /// Uploads a jar, or the smallest one where there is none, and runs it so many times.
    pub(super) fn run_jobs(
        &self,
        scratch: &Path,
        jar: Option<&Path>,
        count: usize,
    ) -> Result<(), XtaskError> {
        let jar = jar.map_or_else(|| write_jar(scratch), |jar| Ok(jar.to_owned()))?;
        let mut upload = process::command("curl");
        upload.args(["-sS", "--fail-with-body", "--noproxy", "*", "--max-time", "20", "-F"]);
        upload.arg(format!("jarfile=@{}", jar.display())).arg(format!("http://{}/jars/upload", self.address));
        let answer = process::capture(&mut upload)?;
        let id =
            answer.split('"').find(|text| text.ends_with(".jar")).and_then(|path| path.rsplit('/').next());
        let Some(id) = id else { return Err(XtaskError::Answer { what: "/jars/upload".to_owned(), answer }) };
        let run = format!("/jars/{id}/run");
        let mut connection = Connection::open(self.address)?;
        for _ in 0..count {
            connection.post(&run, "{}")?;
        }
        Ok(())
    }
}

/// mock-flink, until it answers.
pub(super) fn mock(
    run: &TestRun,
    program: &Path,
    version: FlinkVersion,
    arguments: &[&str],
) -> Result<Contender, XtaskError> {
    let [port] = port::free();
    let version = version.to_string();
    let command = run.command(program).args(["--flink-version", &version, "--port", &port.to_string()]);
    let command = command.args(arguments).timeout(LIFE);
    let started = process::now();
    let process = command.spawn();
    Contender::await_answer(process, SocketAddr::from((Ipv4Addr::LOCALHOST, port)), started)
}

/// The JobManager of a standalone cluster, until it answers.
pub(super) fn real(run: &TestRun, home: &Path, version: FlinkVersion) -> Result<Contender, XtaskError> {
    let [rest, rpc] = port::free();
    let conf = run.path().join("conf");
    fs::create_dir_all(&conf).map_err(context("create", &conf))?;
    let file = conf.join(version.dialect().file_name());
    let java = flink::stock_value(home, "env.java.opts.all").unwrap_or_default();
    let text = format!(
        "jobmanager.rpc.address: localhost\njobmanager.rpc.port: {rpc}\njobmanager.memory.process.size: 1600m\n\
         rest.address: localhost\nrest.bind-address: 127.0.0.1\nrest.port: {rest}\nenv.java.opts.all: \"{java}\"\n"
    );
    fs::write(&file, text.replace('"', "")).map_err(context("write", &file))?;
    let started = process::now();
    let process = flink::start(run, home, flink::Process::JobManager, &conf, "jobmanager", LIFE);
    Contender::await_answer(process, SocketAddr::from((Ipv4Addr::LOCALHOST, rest)), started)
}
