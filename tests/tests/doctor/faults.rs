//! The fault matrix: what is injected into a real Flink is what the doctor names first.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use end_to_end::need::Need;
use end_to_end::{exclusive, port, require};

use crate::stage::{Mount, Stage, now};

/// Jobs that throw, side by side.
fn thrown(stage: &Stage) {
    let storage = ["state.checkpoint-storage=jobmanager", "execution.checkpointing.storage=jobmanager"];
    let storage: Vec<&str> = storage.iter().flat_map(|option| ["--conf", *option]).collect();
    let timeout = ["timeout", "execution.checkpointing.timeout=2s"];
    let faults: [(&str, &[&str], &[&str]); 8] = [
        ("throws", &["throw"], &["DR181"]),
        ("class-missing", &["class"], &["DR121"]),
        ("host-unknown", &["host"], &["DR165"]),
        ("connection-refused", &["refused"], &["DR166"]),
        ("direct-memory", &["direct"], &["DR103"]),
        ("memory-storage", &["large"], &["DR154"]),
        ("checkpoint-timeout", &timeout, &["DR151"]),
        ("late-records", &["late"], &["DR314"]),
    ];
    let options = |name: &str| if name == "memory-storage" { storage.as_slice() } else { &[] };
    // 1.18 takes the storage of checkpoints from the cluster alone.
    let faults =
        faults.iter().filter(|(name, ..)| *name != "memory-storage" || !stage.version.starts_with("1.18"));
    let faults: Vec<_> = faults.collect();
    let jobs = faults.iter().map(|(name, mode, _)| stage.restore(name, "1", mode, options(name)));
    let jobs: Vec<String> = jobs.collect();
    for (name, _, codes) in faults {
        stage.expect(name, &[name], codes);
    }
    jobs.iter().for_each(|job| stage.cancel(job));
    stage.wait_for_slots(16);
}

/// Jobs that go on, badly.
fn behaving(stage: &Stage) {
    let faults: [(&str, &str, &[&str], &[&str]); 4] = [
        ("skewed", "2", &["skew"], &["DR301"]),
        ("slow", "2", &["sleep"], &["DR303"]),
        ("growing", "1", &["grow"], &["DR313"]),
        ("idle-partition", "2", &["idle"], &["DR304"]),
    ];
    let jobs: Vec<String> =
        faults.iter().map(|(name, parallelism, mode, _)| stage.submit(name, parallelism, mode)).collect();
    for (name, _, _, codes) in faults {
        stage.expect(name, &[name], codes);
    }
    jobs.iter().for_each(|job| stage.cancel(job));
    stage.wait_for_slots(16);
}

/// Programs that do not fit the state that they are to go on from.
fn restoring(stage: &Stage) {
    let job = stage.submit("first", "1", &["state", "keep", "text", "128"]);
    stage.wait_for_checkpoints(&job, 1);
    let saved = stage.run.path().join("saved").display().to_string();
    let output = stage.flinkops(&["job", "stop", &job, "--dir", &saved, "-o", "json"]).expect_code(0);
    let answer: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let savepoint = answer["savepoint"].as_str().unwrap().to_owned();
    fits(stage, &savepoint);
    let damaged = stage.run.path().join("damaged");
    fs::create_dir_all(&damaged).unwrap();
    fs::write(damaged.join("_metadata"), b"this is no metadata").unwrap();
    let damaged = damaged.display().to_string();
    let gone = stage.run.path().join("gone").display().to_string();
    let faults: [(&str, [&str; 4], &str, &[&str]); 5] = [
        ("serializer-changed", ["state", "keep", "number", "128"], &savepoint, &["DR111"]),
        ("uid-changed", ["state", "other", "text", "128"], &savepoint, &["DR112"]),
        ("max-parallelism-changed", ["state", "keep", "text", "64"], &savepoint, &["DR113"]),
        ("state-gone", ["state", "keep", "text", "128"], &gone, &["DR114"]),
        ("state-damaged", ["state", "keep", "text", "128"], &damaged, &["DR115"]),
    ];
    for (name, mode, from, _) in &faults {
        stage.restore(name, "1", mode, &["--from-savepoint", from]);
    }
    for (name, _, _, codes) in faults {
        stage.expect(name, &[name], codes);
    }
    stage.flinkops(&["job", "cancel", "serializer-changed"]);
    stage.wait_for_slots(16);
}

/// What a plan says of a program before it is started, and Flink says when it is.
fn fits(stage: &Stage, savepoint: &str) {
    let fit = |parallelism: &str, uid: &str| {
        let jar = stage.jar.display().to_string();
        let fit = ["recover", "savepoint", "fit", savepoint, &jar, "-p", parallelism, "-o", "json", "--"];
        let output = stage.flinkops(&[&fit[..], &["planned", "state", uid, "text", "128"]].concat());
        let told: serde_json::Value =
            serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{output}"));
        let count = |fate: &str| {
            told["operators"].as_array().unwrap().iter().filter(|one| one["fate"] == fate).count()
        };
        (output.code, ["kept", "dropped", "narrow"].map(count), told["dropped"].as_u64() > Some(0))
    };
    // The source and the keyed operator.
    assert_eq!(fit("1", "keep"), (Some(0), [2, 0, 0], false));
    assert_eq!(fit("1", "other"), (Some(1), [1, 1, 0], true));
}

/// Checkpoints that cannot be written.
fn storing(stage: &Stage) {
    let (full, locked) = (Mount::small(&stage.run, "full", "1m"), Mount::small(&stage.run, "locked", "64m"));
    let Some((full, locked)) = full.zip(locked) else {
        eprintln!("nothing may be mounted here: disks that are full and read-only are left out");
        return;
    };
    let directory = |at: &Path| {
        ["state.checkpoints.dir", "execution.checkpointing.dir"]
            .map(|key| format!("{key}=file://{}", at.display()))
    };
    let submit = |name: &str, at: &Path| {
        let [old, new] = directory(at);
        stage.submit(name, "1", &["large", &old, &new])
    };
    let jobs = [submit("disk-full", &full.at), submit("disk-read-only", &locked.at)];
    stage.wait_for_checkpoints(&jobs[1], 1);
    locked.make_read_only();
    stage.expect("disk-full", &["disk-full"], &["DR153"]);
    stage.expect("disk-read-only", &["disk-read-only"], &["DR152"]);
    jobs.iter().for_each(|job| stage.cancel(job));
    stage.wait_for_slots(16);
}

/// A cluster that has too little, and processes that die.
fn lacking(stage: &mut Stage) {
    let job = stage.submit("too-wide", "8", &["buffers"]);
    stage.expect("network-buffers", &["too-wide"], &["DR105"]);
    stage.cancel(&job);
    stage.wait_for_slots(16);
    let job = stage.submit("too-many", "40", &["steady"]);
    stage.expect("slots", &["too-many"], &["DR311", "DR106"]);
    stage.cancel(&job);
    stage.wait_for_slots(16);
    let job = stage.submit("hungry", "1", &["heap"]);
    stage.expect("heap", &["hungry"], &["DR101"]);
    stage.cancel(&job);
    stage.kill_task_manager();
    stage.start_task_manager();
    stage.wait("/taskmanagers", |answer| answer["taskmanagers"].as_array().is_some_and(|all| all.len() == 1));
    let job = stage.submit("orphan", "2", &["steady"]);
    stage.wait_for_checkpoints(&job, 2);
    stage.kill_task_manager();
    stage.expect("task-manager-killed", &["orphan"], &["DR163"]);
    stage.kill_job_manager();
    let unreachable = stage.flinkops(&["doctor", "orphan"]).expect_code(3);
    assert!(unreachable.stdout.contains("DR320"), "{unreachable}");
    stage.start_job_manager();
    stage.wait("/overview", |answer| answer["jobs-running"] == 0);
    stage.expect("job-manager-killed", &["orphan"], &["DR318"]);
}

fn matrix(home: &Path, version: &'static str) {
    let mut stage = Stage::set(home, version, "");
    stage.wait_for_slots(16);
    thrown(&stage);
    behaving(&stage);
    restoring(&stage);
    storing(&stage);
    lacking(&mut stage);
}

#[test]
fn what_is_injected_is_named_first_1_18() {
    let [home, _, _] = require!(Need::Flink("1.18.1"), Need::Java, Need::Javac);
    let _alone = exclusive::real_flink();
    matrix(&home, "1.18.1");
}

#[test]
fn what_is_injected_is_named_first_1_20() {
    let [home, _, _] = require!(Need::Flink("1.20.5"), Need::Java, Need::Javac);
    let _alone = exclusive::real_flink();
    matrix(&home, "1.20.5");
}

#[test]
fn what_is_injected_is_named_first_2_3() {
    let [home, _, _] = require!(Need::Flink("2.3.0"), Need::Java, Need::Javac);
    let _alone = exclusive::real_flink();
    matrix(&home, "2.3.0");
}

/// The certificate of the internal connections has ended.
#[test]
fn an_expired_certificate_is_named_first() {
    let [home, _, _, _] = require!(Need::Flink("2.3.0"), Need::Java, Need::Javac, Need::Keytool);
    let _alone = exclusive::real_flink();
    let tls = |own: &str| {
        let all = [("keystore", "old.p12"), ("truststore", "trusted.p12")].map(|(kind, file)| {
            format!(
                "security.ssl.internal.{kind}: {own}/{file}\nsecurity.ssl.internal.{kind}-password: changeit\n\
                 security.ssl.internal.{kind}-type: PKCS12\n"
            )
        });
        format!(
            "security.ssl.internal.enabled: true\nsecurity.ssl.internal.key-password: changeit\n{}",
            all.concat()
        )
    };
    let keys = end_to_end::run::TestRun::new();
    let keytool = |arguments: &str| {
        keys.command("keytool")
            .args(arguments.split(' '))
            .args(["-storetype", "PKCS12", "-storepass", "changeit"])
            .run()
            .expect_code(0);
    };
    // Java does not ask when a certificate ends that it trusts itself: it has to come from an authority.
    keytool(
        "-genkeypair -alias ca -keyalg RSA -dname CN=ca -ext bc:c -startdate -20d -validity 100 -keystore ca.p12",
    );
    keytool("-exportcert -alias ca -rfc -file ca.pem -keystore ca.p12");
    keytool("-genkeypair -alias flink -keyalg RSA -dname CN=flink -keystore old.p12");
    keytool("-certreq -alias flink -file flink.csr -keystore old.p12");
    keytool(
        "-gencert -alias ca -rfc -infile flink.csr -outfile flink.pem -startdate -10d -validity 5 -keystore ca.p12",
    );
    for store in ["old.p12", "trusted.p12"] {
        keytool(&format!("-importcert -noprompt -alias ca -file ca.pem -keystore {store}"));
    }
    keytool("-importcert -noprompt -alias flink -file flink.pem -keystore old.p12");
    let stage = Stage::set(&home, "2.3.0", &tls(&keys.path().display().to_string()));
    stage.wait("/overview", |answer| answer["taskmanagers"] == 0);
    let logs = stage.run.path().display().to_string();
    stage.expect("certificate-expired", &["--logs", &logs], &["DR131"]);
}

/// With high availability, another JobManager takes over.
#[test]
fn a_job_manager_that_was_replaced_is_told() {
    let [home, java, _, jar] = require!(Need::Flink("1.20.5"), Need::Java, Need::Javac, Need::ZooKeeper);
    let _alone = exclusive::real_flink();
    let keeper = end_to_end::run::TestRun::new();
    let [zookeeper] = port::free();
    let own = keeper.path().display();
    fs::write(
        keeper.path().join("zoo.cfg"),
        format!(
            "tickTime=1000\ndataDir={own}/data\nclientPort={zookeeper}\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n"
        ),
    )
    .unwrap();
    let _zookeeper = keeper
        .command(java)
        .arg("-cp")
        .arg(jar)
        .args(["org.apache.zookeeper.server.quorum.QuorumPeerMain", "zoo.cfg"])
        .timeout(Duration::from_secs(400))
        .spawn();
    let started = now();
    while TcpStream::connect(("127.0.0.1", zookeeper)).is_err() {
        assert!(started.elapsed() < Duration::from_secs(60), "no ZooKeeper");
        std::thread::sleep(Duration::from_millis(100));
    }
    let available = format!(
        "high-availability.type: zookeeper\nhigh-availability.zookeeper.quorum: 127.0.0.1:{zookeeper}\n\
         high-availability.storageDir: file://{own}/ha\nhigh-availability.zookeeper.client.session-timeout: 5000\n"
    );
    let mut stage = Stage::set(&home, "1.20.5", &available);
    stage.wait_for_slots(16);
    let job = stage.submit("survivor", "2", &["steady"]);
    stage.wait_for_checkpoints(&job, 3);
    stage.kill_job_manager();
    stage.start_job_manager();
    stage.wait(&format!("/jobs/{job}"), |answer| answer["state"] == "RUNNING");
    stage.expect("job-manager-replaced", &["survivor"], &["DR321"]);
    let told = stage.doctor(&["survivor"]);
    assert_eq!(
        (told["summary"]["errors"].as_u64(), told["summary"]["warnings"].as_u64()),
        (Some(0), Some(0)),
        "{told:#}"
    );
}
