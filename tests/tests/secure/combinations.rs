//! The guide's TLS and Kerberos blocks, wired by `secure ssl` and `secure kerberos` into the guide's configuration: every
//! version starts, two TaskManagers register, and a job submitted with Flink's own command line finishes; with RSA over
//! TLS 1.2, EC over TLS 1.2 and EC over TLS 1.3. `secure check` has nothing against any of it.

use std::fs;
use std::path::{Path, PathBuf};

use end_to_end::flink::Process;
use end_to_end::need::Need;
use end_to_end::run::TestRun;
use end_to_end::{binaries, exclusive, port, require};
use ops_core::version::FlinkVersion;

use super::cluster::{self, Cluster, PATIENCE};

/// Key type and protocol.
const COMBINATIONS: [(&str, &str); 3] = [("rsa-2048", "TLSv1.2"), ("p-256", "TLSv1.2"), ("p-256", "TLSv1.3")];

struct Tools {
    home: PathBuf,
    javac: PathBuf,
    curl: PathBuf,
}

fn flinkops(run: &TestRun, arguments: &[&str]) -> String {
    run.command(binaries::flinkops()).args(arguments).env("NO_COLOR", "1").run().expect_code(0).stdout
}

/// The job, compiled for this Flink.
fn job_jar(run: &TestRun, tools: &Tools, version: FlinkVersion) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("java/FiniteJob.java");
    let dist = tools.home.join(format!("lib/flink-dist-{version}.jar"));
    run.command(&tools.javac)
        .args(["--release", "11", "-d", "classes", "-cp"])
        .arg(dist)
        .arg(source)
        .run()
        .expect_code(0);
    let path = run.path().join("job.jar");
    let mut jar = zip::ZipWriter::new(fs::File::create(&path).unwrap());
    for entry in fs::read_dir(run.path().join("classes")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        jar.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut jar, &fs::read(entry.path()).unwrap()).unwrap();
    }
    jar.finish().unwrap();
    path
}

/// The guide's Kerberos block. Nobody logs in, since neither ZooKeeper nor Kafka is used; Flink sets JAAS up all the same.
fn wire_kerberos(run: &TestRun, line: &str) {
    fs::write(run.path().join("principal.password"), "only derived from").unwrap();
    let principal = ["--principal", "flink@EXAMPLE.COM"];
    let create = ["keytab", "create", "flink.keytab", "--password-from", "file:principal.password"];
    flinkops(run, &[&create[..], &principal].concat());
    let path = |name: &str| run.path().join(name).display().to_string();
    let (keytab, krb5_conf) = (path("flink.keytab"), path("krb5.conf"));
    let mut wire = vec!["secure", "kerberos", "conf", "--flink-version", line, "--keytab", &keytab];
    wire.extend(["--krb5-conf", &krb5_conf, "--krb5-out", "krb5.conf", "--kdc", "kdc.example.com"]);
    wire.extend(["--login-context", "Client", "--login-context", "KafkaClient"]);
    flinkops(run, &[&wire[..], &principal].concat());
}

fn every_combination(version: &str, tools: &Tools) {
    let _alone = exclusive::real_flink();
    let version: FlinkVersion = version.parse().unwrap();
    let workshop = TestRun::new();
    let jar = job_jar(&workshop, tools, version);
    for (at, (key_type, protocol)) in COMBINATIONS.into_iter().enumerate() {
        let run = TestRun::new();
        let line = version.line();
        let flink_version = ["--flink-version", line.as_str()];
        flinkops(&run, &["pki", "init", "--dir", "ca", "--key-type", key_type]);
        for (name, role) in [("internal", "internal"), ("rest", "rest-server"), ("client", "rest-client")] {
            let mut issue =
                vec!["pki", "issue", "--dir", "ca", "--name", name, "--role", role, "--out", "stores"];
            issue.extend(["--key-type", key_type, "--san", "dns:localhost", "--san", "ip:127.0.0.1"]);
            flinkops(&run, &issue);
        }
        let [rest, rpc] = port::free();
        let doc = cluster::guide(&tools.home, version, [rest, rpc]);
        let (conf, cli) = (run.path().join("conf"), run.path().join("cli"));
        cluster::write(&conf, &doc);
        cluster::write(&cli, &doc);
        let mut ssl = vec!["secure", "ssl", "conf", "--protocol", protocol];
        ssl.extend(["--internal", "stores/internal.keystore.p12", "--rest", "stores/rest.keystore.p12"]);
        ssl.extend(flink_version);
        flinkops(&run, &ssl);
        wire_kerberos(&run, &line);
        let mut client = vec!["secure", "ssl", "cli", "--client", "--protocol", protocol];
        client.extend(["--rest", "stores/client.keystore.p12"]);
        client.extend(flink_version);
        flinkops(&run, &client);
        let mut check = vec!["secure", "check", "conf", "--client", "cli"];
        check.extend(flink_version);
        let found = flinkops(&run, &check);
        assert!(found.starts_with("nothing found in 2 configurations"), "{found}");

        let mut cluster = Cluster::new(&run, &tools.home);
        cluster.start(Process::JobManager, &conf, "jm");
        for name in ["tm-1", "tm-2"] {
            let own = run.path().join(name);
            cluster::write(&own, &cluster::read(&conf));
            cluster.start(Process::TaskManager, &own, name);
        }
        let identity = cluster::identity(&run.path().join("stores"), "client", &run.path().join("ca/ca.pem"));
        let overview = format!("https://localhost:{rest}/overview");
        cluster.wait("the registration of two TaskManagers", || {
            let overview = cluster::ask(&run, &tools.curl, &overview, &identity)?;
            (overview["taskmanagers"] == 2).then_some(())
        });
        let stranger = format!("cacert = \"{}\"\n", run.path().join("ca/ca.pem").display());
        assert_eq!(cluster::ask(&run, &tools.curl, &overview, &stranger), None, "a stranger was let in");
        let submitted = run
            .command(tools.home.join("bin/flink"))
            .args(["run", "-c", "FiniteJob"])
            .arg(&jar)
            .env("FLINK_CONF_DIR", &cli)
            .env("FLINK_LOG_DIR", run.path())
            .timeout(PATIENCE)
            .run()
            .expect_code(0);
        assert!(submitted.stdout.contains("has finished"), "{submitted}");
        if at == 0 {
            let mut connect = vec!["secure", "check", "conf", "--connect"];
            connect.extend(flink_version);
            flinkops(&run, &connect);
        }
        cluster.stop();
        run.assert_no_process_left();
    }
}

#[test]
fn flink_1_18() {
    let [home, _java, javac, curl] = require!(Need::Flink("1.18.1"), Need::Java, Need::Javac, Need::Curl);
    every_combination("1.18.1", &Tools { home, javac, curl });
}

#[test]
fn flink_1_20() {
    let [home, _java, javac, curl] = require!(Need::Flink("1.20.5"), Need::Java, Need::Javac, Need::Curl);
    every_combination("1.20.5", &Tools { home, javac, curl });
}

#[test]
fn flink_2_3() {
    let [home, _java, javac, curl] = require!(Need::Flink("2.3.0"), Need::Java, Need::Javac, Need::Curl);
    every_combination("2.3.0", &Tools { home, javac, curl });
}
