//! The guide's configuration after mending: nothing is left to find in it, and a real Flink starts with it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use conf_lint::{Context, FixLevel, mend};
use end_to_end::need::Need;
use end_to_end::run::TestRun;
use end_to_end::running::{Recipient, Signal};
use end_to_end::{binaries, exclusive, port, require};
use ops_core::conf::ConfDocument;
use ops_core::version::FlinkVersion;

/// Two cores share a JVM's start and a compiler.
const PATIENCE: Duration = Duration::from_secs(180);

const BLOCKS: [&str; 3] = [
    include_str!("../../examples/guide/flink-conf.yaml"),
    include_str!("../../crates/conf-lint/tests/guide_files/kerberos.flink-conf.yaml"),
    include_str!("../../crates/conf-lint/tests/guide_files/ssl.flink-conf.yaml"),
];

/// The three blocks of the guide, each mended until nothing is found, as one configuration: what a later block says
/// again counts.
fn mended(version: FlinkVersion) -> ConfDocument {
    let dialect = version.dialect();
    let context = Context { version, file: dialect.file_name().to_owned() };
    let mut all = ConfDocument::empty(dialect);
    for block in BLOCKS {
        let mut document = ConfDocument::parse(block, dialect).unwrap();
        let left = mend(&mut document, &context, FixLevel::Unsafe).remaining.findings;
        assert!(left.is_empty(), "{version}: {left:#?}");
        for entry in document.effective() {
            all.set(&entry.key, &entry.value).unwrap();
        }
    }
    all
}

/// Addresses, ports, memory and paths of this machine in place of the guide's. Everything else stays.
fn overlay(conf: &mut ConfDocument, run: &TestRun) {
    let [rpc, rest] = port::free();
    let entries = [
        ("jobmanager.rpc.address", "localhost".to_owned()),
        ("jobmanager.rpc.port", rpc.to_string()),
        ("rest.port", rest.to_string()),
        ("jobmanager.memory.process.size", "1024m".to_owned()),
        ("security.kerberos.login.keytab", place(run, "flink.keytab")),
        ("security.ssl.internal.keystore", place(run, "stores/internal.keystore.p12")),
        ("security.ssl.internal.truststore", place(run, "stores/internal.truststore.p12")),
        ("security.ssl.rest.keystore", place(run, "stores/rest.keystore.p12")),
        ("security.ssl.rest.truststore", place(run, "stores/rest.truststore.p12")),
    ];
    for (key, value) in entries {
        conf.set(key, &value).unwrap();
    }
}

fn place(run: &TestRun, name: &str) -> String {
    run.path().join(name).display().to_string()
}

/// Issues the stores with the passwords that the configuration has, as the fix for well-known passwords asks.
fn issue(conf: &ConfDocument, run: &TestRun) {
    let pki = |arguments: &[&str]| {
        run.command(binaries::flinkops()).arg("pki").args(arguments).run().expect_code(0);
    };
    pki(&["init", "--dir", "ca", "--key-type", "p-256"]);
    for (name, scope, role) in [("internal", "internal", "internal"), ("rest", "rest", "rest-server")] {
        let password = conf.get(&format!("security.ssl.{scope}.keystore-password")).unwrap();
        for part in ["key-password", "truststore-password"] {
            assert_eq!(conf.get(&format!("security.ssl.{scope}.{part}")), Some(password));
        }
        let file = run.path().join(format!("{name}.password"));
        fs::write(&file, password).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let from = format!("file:{}", file.display());
        pki(&[
            "issue",
            "--dir",
            "ca",
            "--name",
            name,
            "--role",
            role,
            "--san",
            "dns:localhost",
            "--key-type",
            "rsa-2048",
            "--format",
            "p12",
            "--password-from",
            &from,
            "--out",
            "stores",
        ]);
    }
}

fn a_job_manager_comes_up(version: &str, home: &Path) {
    let run = TestRun::new();
    let version: FlinkVersion = version.parse().unwrap();
    let mut conf = mended(version);
    overlay(&mut conf, &run);
    issue(&conf, &run);
    // Flink asks only whether the keytab is there; nothing logs in before a job does.
    fs::write(run.path().join("flink.keytab"), [5, 2]).unwrap();
    let directory = run.path().join("conf");
    fs::create_dir(&directory).unwrap();
    fs::write(directory.join(version.dialect().file_name()), conf.text()).unwrap();
    let logging = "log4j-console.properties";
    fs::copy(home.join("conf").join(logging), directory.join(logging)).unwrap();
    let job_manager = run
        .command(home.join("bin/jobmanager.sh"))
        .arg("start-foreground")
        .env("FLINK_CONF_DIR", &directory)
        .env("FLINK_LOG_DIR", run.path())
        .env("FLINK_PID_DIR", run.path().join("pid"))
        .timeout(PATIENCE)
        .spawn();
    job_manager.wait_for_stdout("Web frontend listening at https://");
    job_manager.wait_for_stdout("Starting the resource manager");
    job_manager.signal(Signal::Terminate, Recipient::Group);
    job_manager.wait();
    run.assert_no_process_left();
}

/// One lock for the three of them: each takes seconds, and the wait for the machine may take minutes.
#[test]
fn real_flinks_start_with_the_mended_guide() {
    let [java, old, middle, new] =
        require!(Need::Java, Need::Flink("1.18.1"), Need::Flink("1.20.5"), Need::Flink("2.3.0"));
    assert!(java.is_file());
    let _alone = exclusive::real_flink();
    for (home, version) in [old, middle, new].iter().zip(Need::FLINK_VERSIONS) {
        a_job_manager_comes_up(version, home);
    }
}
