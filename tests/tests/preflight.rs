//! `flinkops deploy preflight` on this machine, against what the system's own tools say of it.

use std::fs;
use std::io::Read as _;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use end_to_end::need::Need;
use end_to_end::run::{Output, TestRun};
use end_to_end::{binaries, require};
use serde_json::Value;

fn preflight(run: &TestRun, arguments: &[&str]) -> Output {
    let arguments = [&["deploy", "preflight", "-o", "json"], arguments].concat();
    run.command(binaries::flinkops()).args(arguments).run()
}

fn said(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output}"))
}

/// The check whose name begins so.
#[track_caller]
fn check<'a>(all: &'a Value, what: &str) -> &'a Value {
    let found = all["checks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|check| check["what"].as_str().unwrap().starts_with(what));
    found.unwrap_or_else(|| panic!("no check of {what} in {all:#}"))
}

/// What a program prints, without the blanks around it.
fn tool(run: &TestRun, shell: &str) -> String {
    run.command("sh").args(["-c", shell]).run().expect_code(0).stdout.trim().to_owned()
}

/// `1.5 GiB` in bytes.
fn bytes(text: &str) -> f64 {
    let mut parts = text.split(' ');
    let number: f64 = parts.next().unwrap().parse().unwrap();
    let unit =
        ["KiB", "MiB", "GiB", "TiB"].iter().position(|unit| parts.clone().next().unwrap().starts_with(unit));
    number * 1024_f64.powi(unit.unwrap() as i32 + 1)
}

#[test]
fn figures_are_those_of_the_system_s_own_tools() {
    let run = TestRun::new();
    let directory = run.path().display().to_string();
    let output =
        preflight(&run, &["--flink-version", "1.20", "--state-dir", &directory, "--tmp-dir", &directory]);
    let all = said(&output);
    let found = |what: &str| check(&all, what)["found"].as_str().unwrap().to_owned();
    let total: f64 = tool(&run, "free -b | awk '/^Mem/ {print $2}'").parse().unwrap();
    assert!((bytes(&found("memory")) / total - 1.0).abs() < 0.05, "{} {total}", found("memory"));
    assert!(found("cores").starts_with(&tool(&run, "grep -c ^processor /proc/cpuinfo")));
    let files = tool(&run, "ulimit -Sn");
    assert_eq!(found("open files"), files);
    let free: f64 = tool(&run, &format!("df -B1 --output=avail {directory} | tail -1")).parse().unwrap();
    let state = found(&format!("{directory} (state)"));
    assert!((bytes(&state) / free - 1.0).abs() < 0.05, "{state} {free}");
    let kind = tool(
        &run,
        &format!("findmnt -n -o FSTYPE -T {directory} || df --output=fstype {directory} | tail -1"),
    );
    assert!(state.contains(&format!("free on {kind} at ")), "{state} {kind}");
    let kernel = tool(&run, "uname -r");
    assert!(found("system").ends_with(&format!("kernel {kernel}")), "{}", found("system"));
    assert!(found("own name").contains(|c: char| c.is_ascii_digit()) || output.code == Some(1), "{output}");
    let summary = &all["summary"];
    let failures = summary["failures"].as_u64().unwrap();
    assert_eq!(output.code, Some(i32::from(failures > 0)), "{output}");
}

#[test]
fn what_does_not_fit_fails_with_how_to_mend_it() {
    let run = TestRun::new();
    let taken = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    fs::create_dir(run.path().join("conf")).unwrap();
    let store = run.path().join("node.keystore.p12");
    fs::write(&store, "a store").unwrap();
    fs::set_permissions(&store, fs::Permissions::from_mode(0o644)).unwrap();
    let conf = format!(
        "rest.port: {port}\ntaskmanager.memory.process.size: 1 tb\njobmanager.memory.process.size: 1600m\n\
         taskmanager.numberOfTaskSlots: 4096\nsecurity.ssl.rest.keystore: {}\nenv.java.home: /nonexistent/jdk\n\
         io.tmp.dirs: /proc/tmp\n",
        store.display()
    );
    fs::write(run.path().join("conf/config.yaml"), conf).unwrap();
    fs::write(run.path().join("conf/workers"), "localhost # here\nno-such-host.invalid\n").unwrap();
    fs::write(run.path().join("conf/masters"), "localhost:8081\n").unwrap();
    let output = preflight(&run, &["--conf", "conf", "--flink-version", "2.3"]);
    assert_eq!(output.code, Some(1), "{output}");
    let all = said(&output);
    for (what, verdict, mend) in [
        (&*format!("port {port} (rest.port)"), "failure", "ss -ltnp"),
        ("memory", "failure", "taskmanager.memory.process.size"),
        ("cores", "warning", "taskmanager.numberOfTaskSlots"),
        ("Java", "failure", "install a JDK 17"),
        ("/proc/tmp (temporary files)", "failure", ""),
        (&*store.display().to_string(), "failure", "chmod o="),
        ("host no-such-host.invalid", "failure", "DNS"),
    ] {
        let check = check(&all, what);
        assert_eq!(check["verdict"], verdict, "{check:#}");
        assert!(check["mend"].as_str().unwrap().contains(mend), "{check:#}");
    }
    assert_eq!(check(&all, "host localhost")["verdict"], "ok");
    // For people: every failure once more below the table, with how to mend it.
    let command = ["deploy", "preflight", "--conf", "conf", "--flink-version", "2.3", "--role", "jobmanager"];
    let text = run.command(binaries::flinkops()).args(command).run().expect_code(1).stdout;
    assert!(
        text.contains("failure: Java: /nonexistent/jdk is no JDK") && text.contains("help: install a JDK 17"),
        "{text}"
    );
    assert!(text.contains("1.6 GiB for JobManager\n") && !text.contains("and TaskManager"), "{text}");
    let limited = format!(
        "ulimit -Sn 1024; exec {} deploy preflight --flink-version 2.3 -o json",
        binaries::flinkops().display()
    );
    let limited = said(&run.command("sh").args(["-c", &limited]).run().expect_code(1));
    let files = check(&limited, "open files");
    assert_eq!((&files["found"], &files["verdict"]), (&"1024".into(), &"failure".into()), "{files}");
    // A memory configuration that Flink itself refuses.
    fs::write(run.path().join("conf/config.yaml"), "taskmanager.memory.process.size: 300m\n").unwrap();
    let refused =
        said(&preflight(&run, &["--conf", "conf", "--flink-version", "2.3", "--role", "taskmanager"]));
    assert_eq!(check(&refused, "memory of the TaskManager")["verdict"], "failure");
}

/// The Java that the classes of a distribution are compiled for.
fn compiled_for(home: &Path, version: &str) -> u16 {
    let file = fs::File::open(home.join(format!("lib/flink-dist-{version}.jar"))).unwrap();
    let mut jar = zip::ZipArchive::new(file).unwrap();
    let mut class = jar.by_name("org/apache/flink/configuration/Configuration.class").unwrap();
    let mut head = [0; 8];
    class.read_exact(&mut head).unwrap();
    u16::from_be_bytes([head[6], head[7]]) - 44
}

#[test]
fn the_oldest_java_is_what_the_distribution_is_compiled_for() {
    let [one, two, three, _java] =
        require!(Need::Flink("1.18.1"), Need::Flink("1.20.5"), Need::Flink("2.3.0"), Need::Java);
    let run = TestRun::new();
    for (home, version) in [(one, "1.18.1"), (two, "1.20.5"), (three, "2.3.0")] {
        let all = said(&preflight(&run, &["--flink-version", version]));
        let java = check(&all, "Java");
        let oldest = format!("Java {} to ", compiled_for(&home, version));
        assert!(java["required"].as_str().unwrap().starts_with(&oldest), "{version}: {oldest}: {java}");
        // The one that is here, by its own words.
        let own =
            tool(&run, "java -XshowSettings:properties -version 2>&1 | awk '/ java.version = / {print $3}'");
        assert!(java["found"].as_str().unwrap().starts_with(&format!("Java {own}")), "{own}: {java}");
    }
}

/// On other hosts the program sends itself, and leaves nothing behind. What stands in for ssh runs the command here.
#[test]
fn other_hosts_are_looked_at_over_ssh() {
    let run = TestRun::new();
    let ssh = run.path().join("ssh");
    let text = "#!/bin/sh\ncase $1 in gone) echo 'ssh: connect to host gone: No route to host' >&2; exit 255;; esac\n\
                TMPDIR=$PWD/tmp exec sh -c \"$2\"\n";
    fs::write(&ssh, text).unwrap();
    fs::set_permissions(&ssh, fs::Permissions::from_mode(0o755)).unwrap();
    fs::create_dir(run.path().join("tmp")).unwrap();
    let on = |hosts: &[&str], form: &str| {
        let command = run.command(binaries::flinkops()).args([
            "deploy",
            "preflight",
            "--flink-version",
            "1.20",
            "-o",
            form,
        ]);
        let hosts = hosts.iter().flat_map(|host| ["--on", host]);
        command.args(hosts).args(["--port", "1"]).env("FLINKOPS_SSH", &ssh).run()
    };
    let here = run
        .command(binaries::flinkops())
        .args(["deploy", "preflight", "--flink-version", "1.20", "-o", "json", "--port", "1"])
        .run();
    let there = on(&["tm-1", "gone"], "json");
    let said = said(&there);
    assert_eq!(said["hosts"].as_array().unwrap().len(), 2);
    let names = |checks: &Value| -> Vec<String> {
        checks.as_array().unwrap().iter().map(|check| check["what"].as_str().unwrap().to_owned()).collect()
    };
    let own: Value = serde_json::from_str(&here.stdout).unwrap();
    assert_eq!(names(&said["hosts"][0]["checks"]), names(&own["checks"]));
    assert_eq!(said["hosts"][1]["error"], "ssh: connect to host gone: No route to host");
    // What is found may differ between two moments: ports are taken and left by others.
    let fails = said["hosts"][0]["summary"]["failures"] != 0;
    assert_eq!(there.code, Some(if fails { 1 } else { 3 }));
    assert!(on(&["tm-1", "gone"], "table").stdout.contains("gone: not looked at"));
    assert_eq!(fs::read_dir(run.path().join("tmp")).unwrap().count(), 0, "something was left behind");
}
