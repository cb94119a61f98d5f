//! The authority of a running Flink 2.3.0 is changed as the plan of `pki rotate` says: three processes, one restarted after
//! the other, with a job running. No process may ever refuse another one's certificate.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use end_to_end::flink::{self, Process};
use end_to_end::need::Need;
use end_to_end::run::{Output, TestRun};
use end_to_end::running::{Recipient, Running, Signal};
use end_to_end::{binaries, exclusive, port, require};
use serde_json::Value;

const NODES: [&str; 3] = ["jm", "tm-1", "tm-2"];
/// Nine restarts of a JVM on a busy machine.
const PATIENCE: Duration = Duration::from_secs(570);
/// For one of them.
const STEP: Duration = Duration::from_secs(120);

/// What Java writes when a certificate is not accepted, on either side of the connection.
const REFUSALS: [&str; 5] = [
    "PKIX path",
    "unable to find valid certification path",
    "certificate_unknown",
    "bad_certificate",
    "unknown_ca",
];

struct Cluster<'a> {
    run: &'a TestRun,
    home: PathBuf,
    curl: PathBuf,
    rest: u16,
    rpc: u16,
    processes: Vec<(String, Running)>,
    /// By node: what its TaskManager calls itself, another name with every start.
    resource_ids: BTreeMap<String, String>,
    starts: u32,
}

impl Cluster<'_> {
    fn flinkops(&self, arguments: &[&str]) -> Output {
        self.run.command(binaries::flinkops()).args(arguments).timeout(STEP).run()
    }

    /// A conf directory whose internal TLS uses the stores `dir/leaf.*`.
    fn configure(&self, node: &str, dir: &str, leaf: &str) {
        let conf = self.run.path().join("conf").join(node);
        fs::create_dir_all(&conf).unwrap();
        let stores = self.run.path().join(dir);
        let password =
            |kind: &str| fs::read_to_string(stores.join(format!("{leaf}.{kind}.password"))).unwrap();
        let file = |kind: &str| stores.join(format!("{leaf}.{kind}.p12")).display().to_string();
        let place = |name: &str| format!("file://{}", self.run.path().join(name).display());
        let stock = fs::read_to_string(self.home.join("conf/config.yaml")).unwrap();
        let java = stock.lines().find_map(|line| line.trim().strip_prefix("all: ")).unwrap();
        let entries = [
            ("env.java.opts.all", java.to_owned()),
            ("jobmanager.rpc.address", "localhost".to_owned()),
            ("jobmanager.rpc.port", self.rpc.to_string()),
            ("jobmanager.bind-host", "localhost".to_owned()),
            ("jobmanager.memory.process.size", "1024m".to_owned()),
            ("taskmanager.bind-host", "localhost".to_owned()),
            ("taskmanager.host", "localhost".to_owned()),
            ("taskmanager.numberOfTaskSlots", "2".to_owned()),
            ("taskmanager.memory.process.size", "1024m".to_owned()),
            ("taskmanager.memory.managed.fraction", "0.1".to_owned()),
            ("rest.address", "localhost".to_owned()),
            ("rest.port", self.rest.to_string()),
            ("heartbeat.interval", "1000".to_owned()),
            ("heartbeat.timeout", "10000".to_owned()),
            ("execution.checkpointing.interval", "1 s".to_owned()),
            ("execution.checkpointing.dir", place("checkpoints")),
            ("execution.checkpointing.savepoint-dir", place("savepoints")),
            ("restart-strategy.type", "fixed-delay".to_owned()),
            ("restart-strategy.fixed-delay.attempts", "1000".to_owned()),
            ("restart-strategy.fixed-delay.delay", "500 ms".to_owned()),
            ("security.ssl.internal.enabled", "true".to_owned()),
            ("security.ssl.internal.keystore", file("keystore")),
            ("security.ssl.internal.keystore-password", password("keystore").trim().to_owned()),
            ("security.ssl.internal.key-password", password("keystore").trim().to_owned()),
            ("security.ssl.internal.truststore", file("truststore")),
            ("security.ssl.internal.truststore-password", password("truststore").trim().to_owned()),
        ];
        let text: String = entries.iter().map(|(key, value)| format!("{key}: \"{value}\"\n")).collect();
        fs::write(conf.join("config.yaml"), text).unwrap();
    }

    fn log(&self, node: &str) -> PathBuf {
        flink::log(self.run, node)
    }

    fn start(&mut self, node: &str) {
        let kind = if node == "jm" { Process::JobManager } else { Process::TaskManager };
        let conf = self.run.path().join("conf").join(node);
        if kind == Process::TaskManager {
            self.starts += 1;
            let id = format!("{node}-{}", self.starts);
            let file = conf.join("config.yaml");
            let text = fs::read_to_string(&file).unwrap();
            fs::write(file, format!("{text}taskmanager.resource-id: {id}\n")).unwrap();
            self.resource_ids.insert(node.to_owned(), id);
        }
        let process = flink::start(self.run, &self.home, kind, &conf, node, PATIENCE);
        self.processes.push((node.to_owned(), process));
    }

    fn kill(&mut self, node: &str) {
        let at = self.processes.iter().position(|(name, _)| name == node).unwrap();
        let (_, process) = self.processes.remove(at);
        process.signal(Signal::Kill, Recipient::Group);
        process.wait();
    }

    /// The answer of the REST endpoint, if there is one.
    fn ask(&self, path: &str) -> Value {
        let url = format!("http://localhost:{}{path}", self.rest);
        let answer = self.run.command(&self.curl).args(["-sS", "--max-time", "5", &url]).run();
        serde_json::from_str(&answer.stdout).unwrap_or(Value::Null)
    }

    #[track_caller]
    #[expect(clippy::disallowed_methods, reason = "a real cluster takes real time")]
    fn wait(&self, what: &str, mut reached: impl FnMut() -> bool) {
        let start = Instant::now();
        while !reached() {
            assert!(start.elapsed() < STEP, "{what} takes too long\n{}", self.tails());
            std::thread::sleep(Duration::from_millis(300));
        }
    }

    /// The TaskManagers that run now are registered, and no longer one that was killed.
    fn wait_for_slots(&self) {
        let mut expected: Vec<_> = self.resource_ids.values().cloned().collect();
        expected.sort();
        self.wait("the registration of the TaskManagers", || {
            let answer = self.ask("/taskmanagers");
            let mut ids: Vec<_> = answer["taskmanagers"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|found| found["id"].as_str())
                .collect();
            ids.sort_unstable();
            ids == expected
        });
    }

    /// The job runs with all its tasks, and is completing checkpoints.
    fn wait_for_job(&self, job: &str) {
        self.wait("the job", || {
            let jobs = self.ask("/jobs/overview");
            let found = jobs["jobs"].as_array().into_iter().flatten().find(|found| found["jid"] == job);
            found.is_some_and(|found| {
                found["state"] == "RUNNING" && found["tasks"]["running"] == found["tasks"]["total"]
            })
        });
        let completed =
            || self.ask(&format!("/jobs/{job}/checkpoints"))["counts"]["completed"].as_u64().unwrap_or(0);
        let before = completed();
        self.wait("a checkpoint", || completed() > before);
    }

    /// The path of a savepoint. The job may still be losing tasks to the last restart, which says nothing of a
    /// certificate: asked again until it succeeds.
    fn savepoint(&self, job: &str, url: &str) -> String {
        let mut path = String::new();
        self.wait("the savepoint", || {
            let saved = self.flinkops(&["job", "savepoint", job, "--url", url]);
            path = saved.stdout.trim().to_owned();
            saved.code == Some(0)
        });
        path
    }

    fn tails(&self) -> String {
        let tail = |node: &&str| {
            let text = fs::read_to_string(self.log(node)).unwrap_or_default();
            let lines: Vec<_> = text.lines().collect();
            format!("--- {node}\n{}\n", lines[lines.len().saturating_sub(25)..].join("\n"))
        };
        NODES.iter().map(tail).collect()
    }

    /// The first line of a node's log in which a certificate is refused.
    fn refusal(&self, node: &str) -> Option<String> {
        let text = fs::read_to_string(self.log(node)).unwrap_or_default();
        text.lines().find(|line| REFUSALS.iter().any(|refusal| line.contains(refusal))).map(str::to_owned)
    }

    #[track_caller]
    fn assert_nothing_refused(&self, after: &str) {
        for node in NODES {
            assert_eq!(self.refusal(node), None, "{node} after {after}");
        }
    }
}

/// Quickstart's own job, compiled and packed.
fn job_jar(run: &TestRun, javac: &Path, home: &Path) -> PathBuf {
    let source =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/flinkops/src/quickstart/QuickstartJob.java");
    let dist = home.join("lib/flink-dist-2.3.0.jar");
    run.command(javac)
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

#[test]
fn no_step_of_a_rotation_breaks_a_connection() {
    let [home, _java, javac, curl] = require!(Need::Flink("2.3.0"), Need::Java, Need::Javac, Need::Curl);
    let _alone = exclusive::real_flink();
    let run = TestRun::new();
    let [rest, rpc] = port::free();
    let mut cluster = Cluster {
        run: &run,
        home,
        curl,
        rest,
        rpc,
        processes: Vec::new(),
        resource_ids: BTreeMap::new(),
        starts: 0,
    };
    job_jar(&run, &javac, &cluster.home);
    for authority in ["old", "new"] {
        cluster.flinkops(&["pki", "init", "--dir", authority]).expect_code(0);
    }
    let hosts: String = NODES.iter().map(|node| format!("{node} localhost 127.0.0.1\n")).collect();
    fs::write(run.path().join("hosts"), hosts).unwrap();
    cluster.flinkops(&["pki", "bulk", "--dir", "old", "--hosts", "hosts", "--out", "stores"]).expect_code(0);
    fs::write(run.path().join("stranger"), "stranger localhost 127.0.0.1\n").unwrap();
    cluster
        .flinkops(&["pki", "bulk", "--dir", "old", "--hosts", "stranger", "--out", "left-behind"])
        .expect_code(0);

    for node in NODES {
        cluster.configure(node, "stores", node);
        cluster.start(node);
    }
    cluster.wait_for_slots();
    let url = format!("http://localhost:{rest}");
    let submit = |cluster: &Cluster<'_>, from: &[&str]| {
        let mut arguments =
            vec!["job", "submit", "job.jar", "--class", "QuickstartJob", "--parallelism", "4", "--url", &url];
        arguments.extend(from);
        let submitted = cluster.flinkops(&[arguments.as_slice(), &["-o", "json"]].concat()).expect_code(0);
        let answer: Value = serde_json::from_str(&submitted.stdout).unwrap();
        answer["job_id"].as_str().unwrap().to_owned()
    };
    let mut job = submit(&cluster, &[]);

    let mut plan = vec![
        "pki",
        "rotate",
        "plan",
        "--old",
        "old",
        "--new",
        "new",
        "--stores",
        "stores",
        "--plan",
        "plan.json",
    ];
    plan.extend(["--node", "jm=job-manager", "--node", "tm-1=task-manager", "--node", "tm-2=task-manager"]);
    cluster.flinkops(&plan).expect_code(0);
    let mut steps = 0;
    for phase in ["trust-both", "new-leaves", "drop-old"] {
        for node in NODES {
            let next = ["pki", "rotate", "next", "--plan", "plan.json", "--new", "new", node];
            cluster.flinkops(&next).expect_code(0);
            cluster.configure(node, "stores", node);
            let savepoint = (node == "jm").then(|| cluster.savepoint(&job, &url));
            cluster.kill(node);
            cluster.start(node);
            cluster.wait_for_slots();
            if let Some(savepoint) = savepoint {
                job = submit(&cluster, &["--from-savepoint", &savepoint]);
            }
            cluster.wait_for_job(&job);
            cluster.flinkops(&["pki", "rotate", "restarted", "--plan", "plan.json", node]).expect_code(0);
            cluster.assert_nothing_refused(&format!("phase {phase}, {node}"));
            steps += 1;
        }
    }
    assert_eq!(steps, 9);
    cluster.flinkops(&["pki", "rotate", "--check", "--plan", "plan.json"]).expect_code(0);

    // The same watch sees a certificate of the old authority being refused now.
    cluster.configure("stranger", "left-behind", "stranger");
    cluster.start("stranger");
    cluster.wait("the refusal of the stranger", || {
        cluster.refusal("jm").or_else(|| cluster.refusal("stranger")).is_some()
    });
    for node in ["stranger", "tm-2", "tm-1", "jm"] {
        cluster.kill(node);
    }
    run.assert_no_process_left();
}
