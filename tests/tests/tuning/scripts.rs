//! From a file to the JVM's arguments: `flinkops tune memory` beside the program that Flink's start scripts ask.

use std::fs;
use std::path::Path;

use end_to_end::binaries;
use end_to_end::need::Need;
use end_to_end::require;
use end_to_end::run::TestRun;
use serde_json::Value;

/// A file of each dialect. The fractions are numbers of 64 bits in YAML and text in the legacy file.
const LEGACY: &str = "\
jobmanager.memory.process.size: 1600m
taskmanager.memory.process.size: 5g   # odd on purpose
taskmanager.memory.managed.fraction: 0.37
taskmanager.network.memory.fraction: .123f
taskmanager.memory.jvm-overhead.max: 300mb
taskmanager.numberOfTaskSlots: 3
jobmanager.memory.enable-jvm-direct-memory-limit: true
";
const YAML: &str = "\
jobmanager:
  memory:
    process.size: 1600m
    jvm-overhead: {fraction: 0.17, min: 64m}
taskmanager:
  numberOfTaskSlots: 3
  memory:
    process:
      size: 5368709123
    managed.fraction: 0.37
    network: {fraction: 1.23e-1, min: 1}
";

fn check(run: &TestRun, home: &Path, java: &Path, version: &str, conf: &Path) {
    let class_path = format!(
        "{}:{}",
        home.join("bin/bash-java-utils.jar").display(),
        home.join(format!("lib/flink-dist-{version}.jar")).display()
    );
    let directory = conf.parent().unwrap();
    for (process, command) in
        [("taskmanager", "GET_TM_RESOURCE_PARAMS"), ("jobmanager", "GET_JM_RESOURCE_PARAMS")]
    {
        let said = run
            .command(java)
            .args(["-XX:TieredStopAtLevel=1", "-cp", &class_path])
            .args(["org.apache.flink.runtime.util.bash.BashJavaUtils", command, "--configDir"])
            .arg(directory)
            .env_remove("FLINK_TM_HEAP")
            .env_remove("FLINK_JM_HEAP")
            .run()
            .expect_code(0);
        let marked = said.stdout.lines().find_map(|line| line.strip_prefix("BASH_JAVA_UTILS_EXEC_RESULT:"));
        let ours = run
            .command(binaries::flinkops())
            .args([
                "tune",
                "memory",
                "--flink-version",
                version,
                "--process",
                process,
                "-o",
                "json",
                "--conf",
            ])
            .arg(conf)
            .run()
            .expect_code(0);
        let ours: Value = serde_json::from_str(&ours.stdout).unwrap();
        assert_eq!(ours["jvm_args"].as_str(), marked.map(str::trim), "{version} {process} {said}");
    }
}

fn scripts(version: &str, name: &str, text: &str, java: &Path, home: &Path) {
    let run = TestRun::new();
    let conf = run.path().join("conf");
    fs::create_dir(&conf).unwrap();
    let file = conf.join(name);
    fs::write(&file, text).unwrap();
    check(&run, home, java, version, &file);
    run.assert_no_process_left();
}

#[test]
fn the_legacy_file_gives_the_arguments_of_the_scripts() {
    let [java, home] = require!(Need::Java, Need::Flink("1.18.1"));
    scripts("1.18.1", "flink-conf.yaml", LEGACY, &java, &home);
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/guide/flink-conf.yaml");
    scripts("1.18.1", "flink-conf.yaml", &fs::read_to_string(guide).unwrap(), &java, &home);
}

#[test]
fn the_yaml_file_gives_the_arguments_of_the_scripts() {
    let [java, older, newer] = require!(Need::Java, Need::Flink("1.20.5"), Need::Flink("2.3.0"));
    scripts("1.20.5", "config.yaml", YAML, &java, &older);
    scripts("2.3.0", "config.yaml", YAML, &java, &newer);
}
