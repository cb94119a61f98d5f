//! High availability with a real ZooKeeper: the leader is killed, and the job comes back on the other JobManager.

use std::fs;
use std::net::TcpStream;
use std::time::Duration;

use end_to_end::need::Need;
use end_to_end::running::{Recipient, Signal};
use end_to_end::{exclusive, official, port, require};

use crate::workplace::Workplace;

#[test]
fn the_job_comes_back_when_its_leader_is_killed() {
    let [java, jar, home] = require!(Need::Java, Need::ZooKeeper, Need::Flink("2.3.0"));
    let _alone = exclusive::real_flink();
    let [rest, rpc, zookeeper] = port::free();
    let place = Workplace::new("");
    let run = place.run.path().display().to_string();
    let text = format!(
        "apiVersion: flinkops/v1\nname: available\nflinkVersion: '2.3.0'\n\
         installation: {{home: {home}, temporary: [{run}]}}\n\
         jobManagers: {{hosts: [127.0.0.1, 127.0.0.2], memory: 1g}}\n\
         taskManagers: [{{hosts: [127.0.0.3], slots: 2, memory: 1200m}}]\n\
         highAvailability: {{mode: zookeeper, quorum: ['127.0.0.1:{zookeeper}'], storage: 'file://{run}/ha'}}\n\
         checkpoints: {{directory: 'file://{run}/checkpoints', interval: 500 ms, onCancellation: retain}}\n\
         restart: {{strategy: fixed-delay, attempts: 100, delay: 1 s}}\n\
         rest: {{port: {rest}}}\nports: {{jobManagerRpc: {rpc}}}\n\
         jvm: {{garbageCollector: serial, options: ['-XX:TieredStopAtLevel=1']}}\n\
         flink: {{high-availability.zookeeper.client.session-timeout: 10 s}}\n",
        home = home.display(),
    );
    fs::write(place.path("cluster.yaml"), text).unwrap();
    place.render(&["--in-place"]);
    fs::create_dir(place.path("zookeeper-data")).unwrap();
    fs::write(
        place.path("zoo.cfg"),
        format!(
            "tickTime=1000\ndataDir={run}/zookeeper-data\nclientPort={zookeeper}\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n"
        ),
    )
    .unwrap();
    let _zookeeper = place
        .run
        .command(java)
        .arg("-cp")
        .arg(jar)
        .args(["org.apache.zookeeper.server.quorum.QuorumPeerMain", "zoo.cfg"])
        .timeout(Duration::from_secs(900))
        .spawn();
    place.wait("ZooKeeper", || TcpStream::connect(("127.0.0.1", zookeeper)).ok());
    let first = place.start(&home, "flink-jobmanager", "127.0.0.1", 0);
    let access = ["127.0.0.1", "127.0.0.2"].map(|host| place.access(host, rest));
    // The one that is alone leads.
    place.wait("a leader", || place.job(&access[0], &["list"]));
    let _second = place.start(&home, "flink-jobmanager", "127.0.0.2", 1);
    let _worker = place.start(&home, "flink-taskmanager", "127.0.0.3", 2);
    let jobs = official::jobs_jar(&place.run, &home, "2.3.0").display().to_string();
    let job = place.wait("the job's submission", || {
        place.job(&access[0], &["submit", &jobs, "--parallelism", "2", "--", "forever"])
    });
    let id = job["job_id"].as_str().unwrap().to_owned();
    let completed = |access: &[String]| {
        let shown = place.job(access, &["show", &id])?;
        let done = shown["checkpoints"]["completed"].as_u64()?;
        let restored = shown["checkpoints"]["restored"].as_u64()?;
        (shown["state"] == "RUNNING").then_some((done, restored))
    };
    place.wait("a checkpoint", || completed(&access[0]).filter(|(done, _)| *done > 0));
    // The standby leads requests to the leader.
    place.wait("the standby", || place.job(&access[1], &["list"]));

    first.signal(Signal::Kill, Recipient::Group);
    let (_, restored) = place.wait("the job on the other JobManager", || {
        completed(&access[1]).filter(|(_, restored)| *restored > 0)
    });
    assert!(restored > 0);
    // It goes on: checkpoints are taken again.
    let (before, _) = completed(&access[1]).unwrap_or_default();
    place.wait("another checkpoint", || completed(&access[1]).filter(|(done, _)| *done > before));
}
