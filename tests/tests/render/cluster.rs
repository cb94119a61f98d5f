//! A rendered cluster of one JobManager and two TaskManagers, TLS on, on every kind of Flink: started by its own scripts, as the
//! units start them, each process from the directory of its host.

use std::path::Path;

use end_to_end::need::Need;
use end_to_end::{exclusive, official, port, require};

use crate::workplace::Workplace;

fn description(home: &Path, version: &str, key: &str, run: &Path, [rest, rpc]: [u16; 2]) -> String {
    format!(
        "apiVersion: flinkops/v1\nname: rendered\nflinkVersion: '{version}'\n\
         installation: {{home: {home}, temporary: [{run}]}}\n\
         jobManagers: {{hosts: [127.0.0.1], memory: 1g}}\n\
         taskManagers: [{{hosts: [127.0.0.2, 127.0.0.3], slots: 2, memory: 1200m}}]\n\
         checkpoints: {{directory: 'file://{run}/checkpoints', savepoints: 'file://{run}/savepoints', interval: 1 s}}\n\
         rest: {{port: {rest}, names: [localhost]}}\n\
         ports: {{jobManagerRpc: {rpc}}}\n\
         security: {{pki: {{keyType: {key}}}}}\n\
         state: {{backend: rocksdb, incremental: true}}\n\
         jvm: {{garbageCollector: serial, options: ['-XX:TieredStopAtLevel=1']}}\n",
        home = home.display(),
        run = run.display(),
    )
}

fn runs_a_job(home: &Path, version: &str, key: &str) {
    let _alone = exclusive::real_flink();
    let ports = port::free();
    let place = Workplace::new("");
    let text = description(home, version, key, place.run.path(), ports);
    std::fs::write(place.path("cluster.yaml"), text).unwrap();
    place.render(&["--in-place"]);
    let _processes = [
        place.start(home, "flink-jobmanager", "127.0.0.1", 0),
        place.start(home, "flink-taskmanager", "127.0.0.2", 1),
        place.start(home, "flink-taskmanager", "127.0.0.3", 2),
    ];
    let access = place.access("127.0.0.1", ports[0]);
    let jar = official::jobs_jar(&place.run, home, version).display().to_string();
    // It takes all four slots of both TaskManagers, so records cross between them.
    let job = place.wait("the job's submission", || {
        place.job(&access, &["submit", &jar, "--parallelism", "4", "--", "forever"])
    });
    let id = job["job_id"].as_str().unwrap().to_owned();
    place.wait("a running job with a checkpoint", || {
        let listed = place.job(&access, &["show", &id])?;
        let done = listed["checkpoints"]["completed"].as_u64().unwrap_or(0);
        (listed["state"] == "RUNNING" && done > 0).then_some(())
    });
    // Flink's own client, from the conf directory that was rendered for clients.
    let listed = place
        .run
        .command(home.join("bin/flink"))
        .arg("list")
        .env("FLINK_CONF_DIR", place.path("rendered/standalone/client"))
        .env("FLINK_LOG_DIR", place.path("logs"))
        .env_remove("FLINK_HOME")
        .timeout(crate::workplace::PATIENCE)
        .run()
        .expect_code(0);
    assert!(listed.stdout.contains(&id), "{listed}");
    let stopped = place.job(&access, &["stop", &id]).unwrap();
    let savepoint = stopped["savepoint"].as_str().unwrap();
    assert!(savepoint.contains("/savepoints/"), "{savepoint}");
}

#[test]
fn on_1_18_with_rsa_keys() {
    let [_java, home] = require!(Need::Java, Need::Flink("1.18.1"));
    runs_a_job(&home, "1.18.1", "rsa-2048");
}

#[test]
fn on_1_20() {
    let [_java, home] = require!(Need::Java, Need::Flink("1.20.5"));
    runs_a_job(&home, "1.20.5", "p-256");
}

#[test]
fn on_2_0() {
    let [_java, home] = require!(Need::Java, Need::Flink("2.0.2"));
    runs_a_job(&home, "2.0.2", "p-256");
}

#[test]
fn on_2_3() {
    let [_java, home] = require!(Need::Java, Need::Flink("2.3.0"));
    runs_a_job(&home, "2.3.0", "p-256");
}
