//! A canary for a password, in every place that takes one, through every command of flinkops: it must be in no argument of any
//! process, in nothing that is printed, in no journal or log, and in no file that others can read. And links that somebody put
//! where a file is to be written.

mod links;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use end_to_end::need::Need;
use end_to_end::run::{Output, TestRun};
use end_to_end::running::Running;
use end_to_end::{binaries, need, port, require};

const CANARY: &str = "CanaryOf5Green3Wings";
/// From here on, commands ask a cluster.
const CLUSTER: &str = "# The mock that is behind the context is started here.";

const SCENARIO: &str = "
cluster:
  flink-version: '2.3'
  task-managers: 1
  slots: 8
  configuration: {s3.secret-key: CANARY, execution.checkpointing.interval: 1 s}
";

const CLUSTER_YAML: &str = "
apiVersion: flinkops/v1
name: shop
flinkVersion: '2.3'
platforms: [standalone, yarn, kubernetes, operator]
jobManagers: {hosts: [jm-1]}
taskManagers:
  - {hosts: [tm-1], slots: 2}
security: {pki: {keyType: p-256}}
secrets: {s3.secret-key: 'env:CANARY'}
metrics: {prometheus: 9249}
";

const JOB: &str = "
apiVersion: flinkops/v1
name: described
jar: orders.jar
secrets: {s3.secret-key: 'env:CANARY'}
health: {runningFor: 200 ms, within: 20 s}
";

const CONTEXTS: &str = "
current-context: shop
contexts:
  - name: shop
    url: URL
    cacert: ca/ca.pem
    identity: tls/me.keystore.p12
    identity-password-from: env:CANARY
";

/// A place with everything that the commands take for given.
fn place() -> TestRun {
    let run = TestRun::new();
    let write = |name: &str, text: &str, mode: u32| {
        let path = run.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    write("hosts", "tm-1 localhost\n", 0o644);
    write("conf/config.yaml", "rest.address: localhost\nrest.bind-address: localhost\n", 0o600);
    let old = format!("jobmanager.rpc.address: jm-1\nsecurity.ssl.rest.key-password: {CANARY}\n");
    write("old/flink-conf.yaml", &old, 0o600);
    write("scenario.yaml", &SCENARIO.replace("CANARY", CANARY), 0o600);
    write("cluster.yaml", CLUSTER_YAML, 0o644);
    write("job.yaml", JOB, 0o644);
    write("savepoint/_metadata", "none", 0o644);
    let mut jar = zip::ZipWriter::new(fs::File::create(run.path().join("orders.jar")).unwrap());
    let plain = zip::write::SimpleFileOptions::default();
    jar.start_file("META-INF/MANIFEST.MF", plain).unwrap();
    jar.write_all(b"Manifest-Version: 1.0\nMain-Class: com.example.Orders\n").unwrap();
    jar.start_file("com/example/Orders.class", plain).unwrap();
    jar.write_all(&[0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 55]).unwrap();
    jar.finish().unwrap();
    run
}

/// A cluster that lets in who shows the certificate of `me`.
fn mock(run: &TestRun) -> Running {
    let [port] = port::free();
    let tls = ["--tls-cert", "rest.pem", "--tls-key", "rest.pem", "--tls-client-ca", "ca/ca.pem"];
    let mock = run
        .command(binaries::mock_flink())
        .args(["--port", &port.to_string(), "--scenario", "scenario.yaml"])
        .args(tls)
        .timeout(Duration::from_secs(300))
        .spawn();
    mock.wait_for_stdout("listening on ");
    let url = format!("https://localhost:{port}");
    fs::write(run.path().join("contexts.yaml"), CONTEXTS.replace("URL", &url)).unwrap();
    mock
}

fn flinkops(run: &TestRun, strace: &Path, line: &str) -> Output {
    let keytab = run.path().join("flink.keytab").display().to_string();
    let words = line.split_whitespace().map(|word| if word == "KEYTAB" { keytab.as_str() } else { word });
    run.command(strace)
        .args(["-f", "-qq", "-e", "trace=execve", "-s", "65536", "-o", "argv.log"])
        .arg(binaries::flinkops())
        .args(words)
        .env("CANARY", CANARY)
        .env("FLINKOPS_CONFIG", run.path().join("contexts.yaml"))
        .env("FLINKOPS_JOURNAL", run.path().join("journal.db"))
        .timeout(Duration::from_secs(120))
        .run()
}

/// Files with the canary, below a directory, that somebody else may read.
fn open(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap().flatten() {
        let metadata = fs::symlink_metadata(entry.path()).unwrap();
        if metadata.is_dir() {
            open(&entry.path(), found);
        } else if metadata.is_file() && metadata.permissions().mode() & 0o077 != 0 && holds(&entry.path()) {
            found.push(entry.path());
        }
    }
}

fn holds(path: &Path) -> bool {
    let bytes = fs::read(path).unwrap_or_default();
    memchr::memmem::find(&bytes, CANARY.as_bytes()).is_some()
}

/// The commands of the reference that have no commands below them.
fn leaves() -> BTreeSet<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/commands.md");
    let text = fs::read_to_string(page).unwrap();
    let all: Vec<String> = text
        .lines()
        .filter_map(|line| {
            line.trim_start_matches('#').trim().strip_prefix("flinkops ").filter(|_| line.starts_with("##"))
        })
        .map(str::to_owned)
        .collect();
    let is_leaf = |name: &&String| !all.iter().any(|other| other.starts_with(&format!("{name} ")));
    all.iter().filter(is_leaf).cloned().collect()
}

#[test]
fn every_command_keeps_its_secrets() {
    let strace = require!(Need::Strace);
    let run = place();
    let probe = run.command(&strace).args(["-qq", "-o", "probe.log", "true"]).run();
    if probe.code != Some(0) {
        let reason = format!("strace may not look at processes here: {}", probe.stderr.trim());
        return need::skip("canary", &need::Missing { reason, mend: "allow ptrace".to_owned() });
    }
    let mut uncovered = leaves();
    let mut cluster = None;
    let mut wrong = Vec::new();
    for line in include_str!("commands.txt").lines() {
        if line == CLUSTER {
            cluster = Some(mock(&run));
        }
        let (code, line) = match line.split_once(' ') {
            Some((mark, line)) if mark.starts_with('!') => (&mark[1..], line),
            _ => ("0", line),
        };
        if line.starts_with('#') {
            continue;
        }
        uncovered.retain(|name| line != name && !line.starts_with(&format!("{name} ")));
        let said = flinkops(&run, &strace, line);
        if code != "*" && said.code.map(|code| code.to_string()).as_deref() != Some(code) {
            wrong.push(format!("{said}"));
        }
        let argv = fs::read_to_string(run.path().join("argv.log")).unwrap_or_default();
        assert!(argv.contains("execve("), "strace saw nothing of {line}: {argv}");
        assert!(!argv.contains(CANARY), "in the arguments of a process of `{line}`: {argv}");
        assert!(!said.stdout.contains(CANARY) && !said.stderr.contains(CANARY), "told by `{line}`: {said}");
        assert!(!said.stderr.contains("panicked"), "{said}");
    }
    assert!(wrong.is_empty(), "ended otherwise than expected:\n{}", wrong.join("\n"));
    assert!(uncovered.is_empty(), "no line of commands.txt is about {uncovered:?}");

    // What is on the disk: nobody else can read it, and what others are given does not have it at all.
    let mut found = Vec::new();
    open(run.path(), &mut found);
    assert!(found.is_empty(), "others can read the canary in {found:?}");
    // Where it belongs, the search finds it; and arguments are seen.
    assert!(holds(&run.path().join("conf/config.yaml")));
    run.command(&strace)
        .args(["-f", "-qq", "-e", "trace=execve", "-o", "argv.log", "true", CANARY])
        .run()
        .expect_code(0);
    assert!(holds(&run.path().join("argv.log")));
    for given_away in ["journal.db", "journal.db-wal", "bundle.tar.gz", "page.html", "rules.yml", "plan.json"]
    {
        assert!(!holds(&run.path().join(given_away)), "{given_away}");
    }
    drop(cluster);
    run.assert_no_process_left();
}

/// A process with keys in its memory writes none of it to a disk when it crashes.
#[test]
fn crashes_write_no_core() {
    let run = TestRun::new();
    for program in [binaries::flinkops(), binaries::mock_flink()] {
        let is_flinkops = program.ends_with("flinkops");
        let arguments: &[&str] = if is_flinkops { &["mock", "--port", "0"] } else { &["--port", "0"] };
        let running = run.command(program).args(arguments).spawn();
        running.wait_for_stdout("listening on ");
        let limits = fs::read_to_string(format!("/proc/{}/limits", running.id())).unwrap();
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    }
    run.assert_no_process_left();
}
