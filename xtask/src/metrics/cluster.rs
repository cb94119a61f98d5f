//! One real cluster with the inventory in every process, for as long as it takes a job to have registered what it has.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use end_to_end::flink::{self, Process, stock_value};
use end_to_end::run::{Invocation, TestRun};
use end_to_end::{cache, http, port};

use crate::error::XtaskError;
use crate::files::context;
use crate::process;
use crate::version::{Dialect, FlinkVersion};

/// How long the job runs once all of its tasks do: checkpoints complete, files are committed.
const SETTLING: Duration = Duration::from_secs(8);

/// The longest that a cluster may live.
const LIFE: Duration = Duration::from_secs(240);

/// What is switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Options {
    /// What is on by default.
    Default,
    /// Whatever adds metrics.
    All,
    /// Whatever adds metrics, the scheduler that adapts, and RocksDB's states as a label.
    Adaptive,
}

/// Runs the job on a fresh cluster of that version; the lines of the inventory.
pub(super) fn inventory(
    version: FlinkVersion,
    options: Options,
    keys: &[String],
) -> Result<String, XtaskError> {
    let name = version.to_string();
    let home = cache::flink_home(&cache::directory().ok_or(XtaskError::NoCache)?, &name);
    if let Some(part) = cache::missing_part(&home, &name) {
        let answer = format!("no {}; run `cargo xtask flink get {name}`", part.display());
        return Err(XtaskError::Answer { what: format!("Flink {name} in the cache"), answer });
    }
    let run = TestRun::new();
    let java = process::workspace().join("xtask/java");
    let overlay = overlaid(&run, &home, &plugin(&run, &home, &name, &java.join("MetricInventory.java")))?;
    let jar = jar(&run, &home, &name, &java.join("MetricJobs.java"), "jobs");
    let [rest, rpc] = port::free::<2>();
    let list = run.path().join("inventory.tsv");
    let conf = run.path().join("conf");
    configure(
        &home,
        &conf,
        version,
        options,
        keys,
        &[("rest.port", rest.to_string()), ("jobmanager.rpc.port", rpc.to_string())],
        &list,
    )?;
    let _job_manager = flink::start(&run, &overlay, Process::JobManager, &conf, "jm", LIFE);
    let _task_manager = flink::start(&run, &overlay, Process::TaskManager, &conf, "tm", LIFE);
    await_answer(rest, "/taskmanagers", |text| text.contains("\"freeSlots\":2"))?;
    run.command(overlay.join("bin/flink"))
        .env("FLINK_CONF_DIR", &conf)
        .env("FLINK_LOG_DIR", run.path())
        .timeout(Duration::from_secs(90))
        .args(["run", "-d", "-p", "2"])
        .arg(&jar)
        .arg(run.path().join("out"))
        .run()
        .expect_code(0);
    await_answer(rest, "/jobs/overview", |text| {
        let field = |name: &str| {
            text.split(&format!("\"{name}\":")).nth(1)?.split([',', '}']).next()?.parse::<u32>().ok()
        };
        field("total").is_some_and(|total| total > 0 && field("running") == Some(total))
    })?;
    std::thread::sleep(SETTLING);
    Ok(fs::read_to_string(&list).map_err(context("read", &list))?)
}

/// Compiles the reporter into a jar that Flink finds it in.
fn plugin(run: &TestRun, home: &Path, version: &str, source: &Path) -> PathBuf {
    let services = run.path().join("plugin/META-INF/services");
    fs::create_dir_all(&services).unwrap_or_else(|e| panic!("cannot create {}: {e}", services.display()));
    let file = services.join("org.apache.flink.metrics.reporter.MetricReporterFactory");
    fs::write(&file, "MetricInventory$Factory\n")
        .unwrap_or_else(|e| panic!("cannot write {}: {e}", file.display()));
    jar(run, home, version, source, "plugin")
}

/// Compiles a program against a Flink into a jar that names its class.
pub(crate) fn jar(run: &TestRun, home: &Path, version: &str, source: &Path, name: &str) -> PathBuf {
    let mut classpath = vec![home.join(format!("lib/flink-dist-{version}.jar"))];
    let files = fs::read_dir(home.join("lib")).into_iter().flatten().flatten();
    classpath.extend(
        files
            .map(|entry| entry.path())
            .filter(|path| path.display().to_string().contains("flink-connector-files")),
    );
    let classpath: Vec<String> = classpath.iter().map(|path| path.display().to_string()).collect();
    run.command("javac")
        .args(["-encoding", "UTF-8", "--release", "11", "-d", name, "-cp", &classpath.join(":")])
        .arg(source)
        .run()
        .expect_code(0);
    let class = source.file_stem().unwrap_or_default();
    let file = format!("{name}.jar");
    let create: Invocation = run.command("jar").args(["--create", "--file", &file, "--main-class"]);
    create.arg(class).args(["-C", name, "."]).run().expect_code(0);
    run.path().join(file)
}

/// The distribution with one more plugin: everything but the scripts is linked, since they look for the rest beside them.
fn overlaid(run: &TestRun, home: &Path, plugin: &Path) -> Result<PathBuf, XtaskError> {
    let overlay = run.path().join("flink");
    let own = overlay.join("plugins/inventory");
    fs::create_dir_all(&own).map_err(context("create", &own))?;
    for part in ["bin", "lib"] {
        fs::create_dir_all(overlay.join(part)).map_err(context("create", &overlay))?;
    }
    let link =
        |from: &Path, to: &Path| symlink(from, to).map_err(context("link", to)).map_err(XtaskError::from);
    for part in ["opt", "conf"] {
        link(&home.join(part), &overlay.join(part))?;
    }
    // Flink's scripts look for jars in the directory itself, not behind a link.
    for (part, copied) in [("bin", true), ("plugins", false), ("lib", false)] {
        let from = home.join(part);
        for entry in fs::read_dir(&from).map_err(context("read", &from))?.flatten() {
            let to = overlay.join(part).join(entry.file_name());
            if copied {
                fs::copy(entry.path(), &to).map_err(context("copy", &to))?;
            } else {
                link(&entry.path(), &to)?;
            }
        }
    }
    let jar = own.join("inventory.jar");
    fs::copy(plugin, &jar).map_err(context("copy", &jar))?;
    Ok(overlay)
}

fn configure(
    home: &Path,
    conf: &Path,
    version: FlinkVersion,
    options: Options,
    keys: &[String],
    ports: &[(&str, String)],
    list: &Path,
) -> Result<(), XtaskError> {
    let own = conf.parent().unwrap_or(conf).display().to_string();
    fs::create_dir_all(conf).map_err(context("create", conf))?;
    fs::create_dir_all(format!("{own}/tmp")).map_err(context("create", conf))?;
    let mut entries: Vec<(String, String)> = Vec::new();
    let mut set = |key: &str, value: String| entries.push((key.to_owned(), value));
    for (key, value) in [
        ("jobmanager.rpc.address", "localhost"),
        ("rest.address", "localhost"),
        ("rest.bind-address", "127.0.0.1"),
        ("taskmanager.host", "localhost"),
        ("taskmanager.numberOfTaskSlots", "2"),
        ("taskmanager.memory.process.size", "1200m"),
        ("jobmanager.memory.process.size", "900m"),
        ("execution.checkpointing.interval", "1s"),
        ("state.backend.type", "rocksdb"),
        ("metrics.reporter.inventory.factory.class", "MetricInventory$Factory"),
    ] {
        set(key, value.to_owned());
    }
    // 1.18 reads the older name.
    let checkpoints =
        if version.at_least(2, 0) { "execution.checkpointing.dir" } else { "state.checkpoints.dir" };
    set(checkpoints, format!("file://{own}/checkpoints"));
    set("io.tmp.dirs", format!("{own}/tmp"));
    set("metrics.reporter.inventory.file", list.display().to_string());
    if let Some(opened) = stock_value(home, "env.java.opts.all") {
        set("env.java.opts.all", opened);
    }
    for (key, value) in ports {
        set(key, value.clone());
    }
    if options != Options::Default {
        for key in keys {
            set(key, "true".to_owned());
        }
        set("metrics.latency.interval", "500".to_owned());
        set("metrics.job.status.enable", "STATE;CURRENT_TIME;TOTAL_TIME".to_owned());
    }
    if options == Options::Adaptive {
        set("jobmanager.scheduler", "adaptive".to_owned());
        set("state.backend.rocksdb.metrics.column-family-as-variable", "true".to_owned());
    }
    let dialect = version.dialect();
    let quote = |value: &str| match dialect {
        Dialect::Yaml if value.contains(": ") || value.contains('$') => format!("\"{value}\""),
        _ => value.to_owned(),
    };
    let text: String = entries.iter().map(|(key, value)| format!("{key}: {}\n", quote(value))).collect();
    let file = conf.join(dialect.file_name());
    fs::write(&file, text).map_err(context("write", &file))?;
    Ok(())
}

fn await_answer(port: u16, path: &str, holds: impl Fn(&str) -> bool) -> Result<(), XtaskError> {
    let started = process::now();
    let mut last = None;
    while started.elapsed() < Duration::from_secs(90) {
        last = http::get(port, path);
        if last.as_deref().is_some_and(&holds) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Err(XtaskError::Answer { what: path.to_owned(), answer: last.unwrap_or_default() })
}
