//! High availability over a Kerberized ZooKeeper on Flink 2.3.0, with our keytabs and our wiring; and what a wrong keytab
//! does to it.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use end_to_end::need::Need;
use end_to_end::realm::Realm;
use end_to_end::running::{Recipient, Running, Signal};
use end_to_end::{exclusive, port, require};

use crate::workshop::{PASSWORD, REALM_NEEDS, Workshop, codes, programs};

/// For one start of a JVM on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

struct Ensemble<'a> {
    workshop: &'a Workshop,
    home: PathBuf,
    curl: PathBuf,
    zookeeper: u16,
    rest: u16,
    rpc: u16,
}

impl Ensemble<'_> {
    /// A ZooKeeper that closes every session that did not log in.
    fn start_zookeeper(&self, java: &Path, jar: &Path, krb5_conf: &Path) -> Running {
        let data = self.workshop.path("zookeeper-data");
        fs::create_dir(&data).unwrap();
        let configuration = format!(
            "tickTime=2000\ndataDir={}\nclientPort={}\nclientPortAddress=localhost\nadmin.enableServer=false\n\
             authProvider.1=org.apache.zookeeper.server.auth.SASLAuthenticationProvider\n\
             sessionRequireClientSASLAuth=true\n",
            data.display(),
            self.zookeeper
        );
        self.workshop.write("zoo.cfg", configuration);
        let running = self
            .workshop
            .run
            .command(java)
            .arg(format!("-Djava.security.krb5.conf={}", krb5_conf.display()))
            .arg(format!("-Djava.security.auth.login.config={}", self.workshop.path("server.jaas").display()))
            .arg("-cp")
            .arg(jar)
            .args(["org.apache.zookeeper.server.quorum.QuorumPeerMain", "zoo.cfg"])
            .timeout(Duration::from_secs(600))
            .spawn();
        self.wait("ZooKeeper", || TcpStream::connect(("localhost", self.zookeeper)).is_ok());
        running
    }

    /// The configuration of a JobManager, without anything about Kerberos.
    fn configure(&self) {
        let conf = self.workshop.path("conf");
        fs::create_dir(&conf).unwrap();
        let stock = fs::read_to_string(self.home.join("conf/config.yaml")).unwrap();
        let java = stock.lines().find_map(|line| line.trim().strip_prefix("all: ")).unwrap();
        let entries = [
            ("env.java.opts.all", java.to_owned()),
            ("jobmanager.rpc.address", "localhost".to_owned()),
            ("jobmanager.rpc.port", self.rpc.to_string()),
            ("jobmanager.bind-host", "localhost".to_owned()),
            ("jobmanager.memory.process.size", "1024m".to_owned()),
            ("rest.address", "localhost".to_owned()),
            ("rest.port", self.rest.to_string()),
            ("high-availability.type", "zookeeper".to_owned()),
            ("high-availability.storageDir", format!("file://{}", self.workshop.path("ha").display())),
            ("high-availability.zookeeper.quorum", format!("localhost:{}", self.zookeeper)),
        ];
        let text: String = entries.iter().map(|(key, value)| format!("{key}: \"{value}\"\n")).collect();
        fs::write(conf.join("config.yaml"), text).unwrap();
        let logging = format!(
            "rootLogger.level = INFO\nrootLogger.appenderRef.file.ref = File\nappender.file.name = File\n\
             appender.file.type = File\nappender.file.append = true\nappender.file.fileName = {}\n\
             appender.file.layout.type = PatternLayout\nappender.file.layout.pattern = %d %-5p %c{{1}} - %m%n\n",
            self.workshop.path("jm.log").display()
        );
        fs::write(conf.join("log4j-console.properties"), logging).unwrap();
    }

    fn start_job_manager(&self) -> Running {
        self.workshop
            .run
            .command(self.home.join("bin/jobmanager.sh"))
            .arg("start-foreground")
            .env("FLINK_CONF_DIR", self.workshop.path("conf"))
            .env("FLINK_LOG_DIR", self.workshop.run.path())
            .env("FLINK_PID_DIR", self.workshop.path("pid"))
            .timeout(PATIENCE)
            .spawn()
    }

    /// Whether a dispatcher leads: REST has nobody to ask before that.
    fn leads(&self) -> bool {
        let url = format!("http://localhost:{}/overview", self.rest);
        let answer = self.workshop.run.command(&self.curl).args(["-sS", "--max-time", "5", &url]).run();
        answer.stdout.contains("\"taskmanagers\":0")
    }

    #[track_caller]
    #[expect(clippy::disallowed_methods, reason = "real programs take real time")]
    fn wait(&self, what: &str, reached: impl Fn() -> bool) {
        let start = Instant::now();
        while !reached() {
            assert!(start.elapsed() < PATIENCE, "{what} takes too long\n{}", self.log());
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.workshop.path("jm.log")).unwrap_or_default()
    }
}

#[test]
fn a_job_manager_leads_through_kerberized_zookeeper_and_ends_with_a_wrong_keytab() {
    let [kdc, kdb5_util, kadmin_local, java, jar, curl, home] = require!(
        REALM_NEEDS[0],
        REALM_NEEDS[1],
        REALM_NEEDS[2],
        Need::Java,
        Need::ZooKeeper,
        Need::Curl,
        Need::Flink("2.3.0")
    );
    let _alone = exclusive::real_flink();
    let workshop = Workshop::new();
    let realm = Realm::start(&workshop.run, programs(kdc, kdb5_util, kadmin_local));
    for name in ["flink", "zookeeper/localhost"] {
        realm.admin(&format!("addprinc -pw \"{PASSWORD}\" {name}@EXAMPLE.COM"));
    }
    workshop.create("flink.keytab", "flink@EXAMPLE.COM", &[]);
    workshop.create(
        "zookeeper.keytab",
        "zookeeper/localhost@EXAMPLE.COM",
        &["--etype", "aes256-sha2,aes256-cts"],
    );
    let path = |name: &str| workshop.path(name).display().to_string();
    let [zookeeper, rest, rpc] = port::free();
    let ensemble = Ensemble { workshop: &workshop, home, curl, zookeeper, rest, rpc };
    ensemble.configure();

    // ZooKeeper's own login, from the JAAS file that is made for such programs.
    fs::create_dir(workshop.path("server")).unwrap();
    let (keytab, server_keytab) = (path("flink.keytab"), path("zookeeper.keytab"));
    let address = realm.address();
    let peer =
        ["secure", "kerberos", "server", "--flink-version", "2.3", "--login-context", "Server", "--keytab"];
    let files =
        ["--jaas-out", "server.jaas", "--krb5-out", "krb5.conf", "--kdc", &address, "--domain", "localhost"];
    let principal = ["--principal", "zookeeper/localhost@EXAMPLE.COM"];
    workshop.flinkops(&[&peer[..], &[&server_keytab], &principal, &files].concat(), 0);

    // Flink's login, and what this host can see of it.
    let krb5_conf = path("krb5.conf");
    let wire = ["secure", "kerberos", "conf", "--flink-version", "2.3", "--principal", "flink@EXAMPLE.COM"];
    let wire = [&wire[..], &["--krb5-conf", &krb5_conf, "--keytab"]].concat();
    let wired = workshop.json(&[&wire[..], &[&keytab]].concat(), 0);
    assert_eq!(codes(&wired), [""; 0], "{wired:#}");
    let contexts =
        wired["changes"].as_array().unwrap().iter().find(|c| c["key"] == "security.kerberos.login.contexts");
    assert_eq!(contexts.unwrap()["after"], "Client");
    let again = workshop.json(&[&wire[..], &[&keytab]].concat(), 0);
    assert_eq!((&again["written"], again["changes"].as_array().unwrap().len()), (&false.into(), 0));
    workshop.flinkops(
        &[
            "keytab",
            "check",
            "flink.keytab",
            "--krb5-conf",
            "krb5.conf",
            "--live",
            "--service",
            "zookeeper/localhost",
        ],
        0,
    );

    let server = ensemble.start_zookeeper(&java, &jar, &workshop.path("krb5.conf"));
    let job_manager = ensemble.start_job_manager();
    ensemble.wait("the JobManager", || ensemble.leads());
    assert!(ensemble.log().contains("granted leadership"), "{}", ensemble.log());
    job_manager.signal(Signal::Terminate, Recipient::Group);
    job_manager.wait();

    // The same with a keytab of another password: it is found beforehand, and Flink ends.
    workshop.write("other", "not the password");
    let wrong = ["keytab", "create", "flink.keytab", "--force", "--principal", "flink@EXAMPLE.COM"];
    workshop.flinkops(&[&wrong[..], &["--password-from", "file:other"]].concat(), 0);
    let checked =
        workshop.json(&["keytab", "check", "flink.keytab", "--krb5-conf", "krb5.conf", "--live"], 1);
    assert_eq!(codes(&checked), ["wrong-key"]);
    fs::write(workshop.path("jm.log"), "").unwrap();
    let ended = ensemble.start_job_manager().wait();
    assert_ne!(ended.code, Some(0), "{ended}");
    assert!(ensemble.log().contains("SessionClosedRequireAuth"), "{}", ensemble.log());
    drop((server, realm));
    workshop.run.assert_no_process_left();
}
