//! Worked examples, each computed by a real Flink (1.20.5 unless said otherwise), and every refusal.

use super::{Part, Process, Refusal, derive};
use crate::settings::Settings;

fn settings(version: &str, pairs: &str) -> Settings {
    let empty = Settings::empty(version.parse().unwrap());
    pairs
        .lines()
        .filter_map(|line| line.trim().split_once(": "))
        .fold(empty, |settings, (key, value)| settings.with(key, value))
}

fn check(version: &str, process: Process, pairs: &str, sizes: &[u64], jvm_args: &str) {
    let memory = derive(process, &settings(version, pairs)).unwrap();
    let found: Vec<_> = memory.figures().iter().map(|(_, figure)| figure.size.bytes()).collect();
    assert_eq!((found.as_slice(), memory.jvm_args().as_str()), (sizes, jvm_args), "{pairs}");
}

fn refusal(version: &str, process: Process, pairs: &str) -> Refusal {
    derive(process, &settings(version, pairs)).unwrap_err()
}

#[test]
fn the_guides_taskmanager() {
    let sizes = [
        17_179_869_184,
        15_837_691_904,
        134_217_728,
        7_650_410_378,
        6_335_076_856,
        134_217_728,
        0,
        1_583_769_214,
        268_435_456,
        1_073_741_824,
    ];
    let arguments =
        "-Xmx7784628106 -Xms7784628106 -XX:MaxDirectMemorySize=1717986942 -XX:MaxMetaspaceSize=268435456";
    for version in ["1.18", "1.20", "2.3"] {
        check(version, Process::TaskManager, "taskmanager.memory.process.size: 16384m", &sizes, arguments);
    }
}

#[test]
fn a_jobmanager_from_the_whole() {
    check(
        "2.3",
        Process::JobManager,
        "jobmanager.memory.process.size: 4096m",
        &[4_294_967_296, 3_597_035_104, 3_462_817_376, 134_217_728, 268_435_456, 429_496_736],
        "-Xmx3462817376 -Xms3462817376 -XX:MaxMetaspaceSize=268435456",
    );
}

#[test]
fn options_of_former_versions_count_there_and_nowhere_else() {
    let heap = "jobmanager.heap.size: 1g\njobmanager.memory.process.size: 4096m";
    assert!(matches!(refusal("1.20", Process::JobManager, heap), Refusal::OutOfBounds { .. }));
    assert!(derive(Process::JobManager, &settings("2.0", heap)).is_ok());
    let megabytes = settings("1.18", "taskmanager.heap.mb: 2048");
    let memory = derive(Process::TaskManager, &megabytes).unwrap();
    assert_eq!(memory.size(Part::TotalFlink).unwrap().mebibytes(), 2048);
    let buffers = "taskmanager.memory.flink.size: 4g\ntaskmanager.network.numberOfBuffers: 1000";
    let memory = derive(Process::TaskManager, &settings("1.20", buffers)).unwrap();
    assert_eq!(memory.size(Part::Network).unwrap().bytes(), 1000 << 15);
    let memory = derive(Process::TaskManager, &settings("2.0", buffers)).unwrap();
    assert_eq!(memory.size(Part::Network).unwrap().bytes(), 429_496_736);
}

/// Each refusal with what is found, what is needed, and a key that mends it.
#[test]
fn every_refusal_says_how_to_mend_it() {
    use Process::{JobManager, TaskManager};
    let cases = [
        (TaskManager, ""),
        (TaskManager, "taskmanager.memory.process.size: 4gib"),
        (TaskManager, "taskmanager.memory.process.size: 400m"),
        (TaskManager, "taskmanager.memory.process.size: 1g\ntaskmanager.memory.managed.size: 900m"),
        (
            TaskManager,
            "taskmanager.memory.process.size: 4g\ntaskmanager.memory.network.min: 2g\ntaskmanager.memory.network.max: 1g",
        ),
        (TaskManager, "taskmanager.memory.process.size: 4g\ntaskmanager.memory.managed.fraction: 1.2"),
        (TaskManager, "taskmanager.memory.process.size: 4g\ntaskmanager.memory.flink.size: 1g"),
        (
            TaskManager,
            "taskmanager.memory.flink.size: 4g\ntaskmanager.memory.task.heap.size: 1g\ntaskmanager.memory.network.max: 64m",
        ),
        (
            TaskManager,
            "taskmanager.memory.flink.size: 4g\ntaskmanager.memory.task.heap.size: 1g\ntaskmanager.network.numberOfBuffers: 9",
        ),
        (TaskManager, "taskmanager.memory.flink.size: 4g\ntaskmanager.network.numberOfBuffers: -1"),
        (
            TaskManager,
            "taskmanager.memory.flink.size: 4g\ntaskmanager.network.numberOfBuffers: 9\ntaskmanager.memory.segment-size: 5000",
        ),
        (TaskManager, "taskmanager.memory.flink.size: 4g\ntaskmanager.numberOfTaskSlots: 0"),
        (TaskManager, "taskmanager.memory.flink.size: 9223372036854775807"),
        (JobManager, "jobmanager.memory.flink.size: 128m"),
        (
            JobManager,
            "jobmanager.memory.flink.size: 1g\njobmanager.memory.heap.size: 1g\njobmanager.memory.off-heap.size: 1g",
        ),
        (JobManager, "jobmanager.memory.flink.size: 1g\njobmanager.memory.heap.size: 2g"),
    ];
    let text: Vec<_> = cases
        .into_iter()
        .map(|(process, pairs)| format!("{pairs}\n=> {}\n", refusal("1.20", process, pairs)))
        .collect();
    insta::assert_snapshot!("refusals", text.join("\n"));
}

#[test]
fn every_figure_says_its_rule() {
    let pairs = "taskmanager.memory.process.size: 16g\ntaskmanager.memory.network.max: 1g\ntaskmanager.memory.managed.size: 2g";
    let memory = derive(Process::TaskManager, &settings("1.20", pairs)).unwrap();
    insta::assert_snapshot!("rules", serde_json::to_string_pretty(&memory).unwrap());
}
