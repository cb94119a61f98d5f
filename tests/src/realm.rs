//! A Kerberos realm for one test: MIT's KDC on the loopback interface, unprivileged, with a database of its own.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::port;
use crate::run::{Invocation, Output, TestRun};
use crate::running::{Recipient, Running, Signal, now};

/// The realm's name.
pub const REALM: &str = "EXAMPLE.COM";

/// How long the KDC may take to start.
const PATIENCE: Duration = Duration::from_secs(20);

/// The programs that make a realm: [`crate::need::Need::Kdc`], `Kdb5Util` and `KadminLocal`.
#[derive(Clone, Debug)]
pub struct Programs {
    /// `krb5kdc`.
    pub kdc: PathBuf,
    /// `kdb5_util`.
    pub kdb5_util: PathBuf,
    /// `kadmin.local`.
    pub kadmin_local: PathBuf,
}

/// A realm whose KDC runs until it is stopped or dropped.
#[derive(Debug)]
pub struct Realm<'a> {
    run: &'a TestRun,
    programs: Programs,
    directory: PathBuf,
    port: u16,
    kdc: Option<Running>,
}

impl<'a> Realm<'a> {
    /// Makes an empty realm with keys of all four AES types, in which everybody has to prove themselves first, and starts
    /// its KDC.
    ///
    /// # Panics
    /// Some part of it fails.
    pub fn start(run: &'a TestRun, programs: Programs) -> Self {
        let directory = run.path().join("realm");
        fs::create_dir(&directory).expect("the directory of the run is writable");
        let [port] = port::free();
        let mut realm = Self { run, programs, directory, port, kdc: None };
        realm.write_configuration();
        let create = ["create", "-s", "-r", REALM, "-P", "the master key of a realm that ends with its test"];
        realm.command(&realm.programs.kdb5_util.clone()).args(create).run().expect_code(0);
        realm.start_kdc();
        realm
    }

    fn write_configuration(&self) {
        let (directory, port) = (self.directory.display(), self.port);
        let client = format!(
            "[libdefaults]\n    default_realm = {REALM}\n    dns_lookup_kdc = false\n    dns_lookup_realm = false\n    \
             rdns = false\n[realms]\n    {REALM} = {{\n        kdc = 127.0.0.1:{port}\n    }}\n\
             [domain_realm]\n    localhost = {REALM}\n"
        );
        let server = format!(
            "[kdcdefaults]\n    kdc_listen = 127.0.0.1:{port}\n    kdc_tcp_listen = 127.0.0.1:{port}\n\
             [realms]\n    {REALM} = {{\n        database_name = {directory}/principal\n        \
             key_stash_file = {directory}/stash\n        acl_file = {directory}/acl\n        \
             max_life = 10h\n        default_principal_flags = +preauth\n        supported_enctypes = {}\n    }}\n\
             [logging]\n    kdc = FILE:{directory}/kdc.log\n",
            "aes256-cts:normal aes128-cts:normal aes256-sha2:normal aes128-sha2:normal"
        );
        for (name, text) in [("krb5.conf", client), ("kdc.conf", server)] {
            fs::write(self.directory.join(name), text).expect("the directory of the run is writable");
        }
    }

    /// Starts the KDC, which was stopped.
    ///
    /// # Panics
    /// It does not listen in time.
    pub fn start_kdc(&mut self) {
        let pid = self.directory.join("pid");
        let kdc = self.command(&self.programs.kdc.clone()).args(["-n", "-r", REALM, "-P"]).arg(pid);
        self.kdc = Some(kdc.timeout(Duration::from_secs(600)).spawn());
        let start = now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(start.elapsed() < PATIENCE, "the KDC does not start: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Stops the KDC.
    pub fn stop_kdc(&mut self) {
        if let Some(kdc) = self.kdc.take() {
            kdc.signal(Signal::Terminate, Recipient::Group);
            kdc.wait();
        }
    }

    /// A command that lives in this realm.
    pub fn command(&self, program: &Path) -> Invocation {
        self.run
            .command(program)
            .env("KRB5_CONFIG", self.krb5_conf())
            .env("KRB5_KDC_PROFILE", self.directory.join("kdc.conf"))
            .env("KRB5CCNAME", format!("FILE:{}", self.directory.join("ccache").display()))
    }

    /// Runs a query of `kadmin.local`, which must succeed.
    ///
    /// # Panics
    /// It does not.
    #[track_caller]
    pub fn admin(&self, query: &str) -> Output {
        let output = self.command(&self.programs.kadmin_local.clone()).args(["-r", REALM, "-q", query]).run();
        // It ends with 0 whatever happened.
        assert!(output.code == Some(0) && !output.stderr.contains("while "), "{output}");
        output
    }

    /// The `krb5.conf` of clients.
    pub fn krb5_conf(&self) -> PathBuf {
        self.directory.join("krb5.conf")
    }

    /// Where the KDC listens, as `HOST:PORT`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// What the KDC wrote into its log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.directory.join("kdc.log")).unwrap_or_default()
    }
}
