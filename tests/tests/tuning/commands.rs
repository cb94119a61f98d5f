//! `flinkops tune …` as a person uses it; no Flink needed.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use end_to_end::binaries;
use end_to_end::run::{Output, TestRun};
use serde_json::{Value, json};

fn flinkops(run: &TestRun, arguments: &str) -> Output {
    run.command(binaries::flinkops()).args(arguments.split_whitespace()).run()
}

fn json_of(run: &TestRun, arguments: &str) -> Value {
    let output = flinkops(run, &format!("{arguments} -o json")).expect_code(0);
    serde_json::from_str(&output.stdout).unwrap()
}

fn guide(run: &TestRun) -> PathBuf {
    let file = run.path().join("flink-conf.yaml");
    let text = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/guide/flink-conf.yaml");
    fs::copy(text, &file).unwrap();
    file
}

#[test]
fn the_guides_sixteen_gigabytes_are_not_what_it_says() {
    let run = TestRun::new();
    guide(&run);
    let memory = json_of(&run, "tune memory --conf flink-conf.yaml --flink-version 1.18");
    let megabytes = |part: &str| memory[part].as_u64().unwrap() >> 20;
    // The guide says 6.4 GB managed, 1.6 GB network, and so on.
    assert_eq!((megabytes("total_process"), megabytes("managed"), megabytes("network")), (16384, 6041, 1510));
    let fields: Vec<_> = memory.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        fields,
        [
            "total_process",
            "total_flink",
            "framework_heap",
            "task_heap",
            "managed",
            "framework_off_heap",
            "task_off_heap",
            "network",
            "jvm_metaspace",
            "jvm_overhead",
            "jvm_args",
            "rules"
        ]
    );
    let shown = flinkops(&run, "tune memory --conf . --flink-version 1.18").expect_code(0);
    assert!(shown.stdout.lines().all(|line| line.chars().count() <= 80), "{shown}");
    assert!(shown.stdout.contains("0.4 of total Flink memory (set by taskmanager.memory.managed.fraction)"));
}

#[test]
fn a_refused_configuration_is_exit_code_1_with_the_reason() {
    let run = TestRun::new();
    fs::write(run.path().join("config.yaml"), "jobmanager.memory.flink.size: 100m\n").unwrap();
    let arguments = "tune memory --conf config.yaml --flink-version 2.3 --process jobmanager";
    let error = flinkops(&run, &format!("{arguments} -o json")).expect_code(1);
    let error: Value = serde_json::from_str(&error.stdout).unwrap();
    assert!(error["error"].as_str().unwrap().contains("jobmanager.memory.off-heap.size"), "{error}");
    let shown = flinkops(&run, arguments).expect_code(1);
    assert!(shown.stderr.contains("--what-if"), "{shown}");
    let mended = format!("{arguments} --what-if jobmanager.memory.off-heap.size=50m");
    let both = json_of(&run, &mended);
    assert_eq!((both["before"]["error"].is_string(), both["after"]["heap"].as_u64()), (true, Some(50 << 20)));
    assert!(flinkops(&run, &mended).expect_code(0).stdout.contains("before, Flink refused it"));
}

#[test]
fn wrong_input_is_exit_code_2_with_one_error() {
    let run = TestRun::new();
    guide(&run);
    fs::create_dir(run.path().join("empty")).unwrap();
    for (arguments, said) in [
        ("tune memory --conf flink-conf.yaml", "--flink-version"),
        ("tune memory --conf none.yaml --flink-version 1.18", "none.yaml"),
        ("tune memory --conf empty --flink-version 2.3", "config.yaml"),
        ("tune memory --conf . --flink-version 1.17", "1.17"),
        ("tune memory --conf . --flink-version 1.18 --what-if nonsense", "KEY=VALUE"),
        ("tune slots --job 8", "--task-managers"),
        ("tune slots --task-managers 3 --slots 4 --write .", "--hosts"),
        ("tune slots --hosts 3 --cores 4 --memory 900m --flink-version 1.20", "does not fit"),
        ("tune slots --hosts 3 --cores 4 --memory lots --flink-version 1.20", "lots"),
        ("tune network --flink-version 1.20", "--vertex"),
        ("tune network --conf . --flink-version 1.18 --vertex a=x", "`x`"),
        ("tune network --conf . --flink-version 1.18 --vertex a=4 --edge a,b,hash", "no vertex `b`"),
        ("tune network --conf . --flink-version 1.18 --vertex a=4 --edge a,a,hsah", "`hsah`"),
        ("tune network --conf . --flink-version 1.18 --vertex a=4 --edge a-a", "FROM,TO,STRATEGY"),
        ("tune network --conf . --flink-version 1.18 --vertex a=99999", "1 to 32768"),
        ("tune checkpoint --flink-version 1.20", "--duration"),
        ("tune checkpoint --flink-version 1.20 --state-size 1g --throughput 0", "more than 0"),
        ("tune rocksdb --flink-version 1.20", "taskmanager.memory.process.size"),
    ] {
        let output = flinkops(&run, arguments).expect_code(2);
        assert!(output.stderr.contains(said), "{said}: {output}");
        assert_eq!(output.stderr.matches("error:").count(), 1, "{output}");
    }
}

#[test]
fn twelve_slots_and_a_job_of_eight() {
    let run = TestRun::new();
    let report = json_of(&run, "tune slots --task-managers 3 --slots 4 --job 8");
    assert_eq!((report["slots"].as_u64(), report["idle"].as_u64()), (Some(12), Some(4)));
    let shown = flinkops(&run, "tune slots --task-managers 3 --slots 4 --job 8").expect_code(0);
    assert_eq!(shown.stdout, "3 TaskManagers, 12 slots\n8 taken, 4 idle\n2 TaskManagers would do\n");
    guide(&run);
    let cluster = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/guide/cluster.yaml");
    fs::copy(cluster, run.path().join("cluster.yaml")).unwrap();
    let report = json_of(&run, "tune slots --cluster cluster.yaml --conf flink-conf.yaml --job 20");
    assert_eq!((report["slots"].as_u64(), report["missing"].as_u64()), (Some(16), Some(4)));
    assert_eq!(report["per_slot"]["managed"].as_u64(), Some(6_335_076_856 / 4));
}

#[test]
fn advice_is_followed_without_loss_and_a_dry_run_changes_nothing() {
    let run = TestRun::new();
    let file = guide(&run);
    let before = fs::read_to_string(&file).unwrap();
    let mut appended = fs::OpenOptions::new().append(true).open(&file).unwrap();
    appended.write_all(b"state.backend.rocksdb.memory.fixed-per-slot: 256mb # as the guide says\n").unwrap();
    let original = fs::read_to_string(&file).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let advice = "tune rocksdb --flink-version 1.18 --write flink-conf.yaml";
    let dry = flinkops(&run, &format!("{advice} --dry-run")).expect_code(0);
    assert!(dry.stdout.contains("- state.backend.rocksdb.memory.fixed-per-slot: 256mb"), "{dry}");
    assert!(dry.stdout.contains("dry run"), "{dry}");
    assert_eq!(fs::read_to_string(&file).unwrap(), original);
    let report = json_of(&run, advice);
    assert_eq!(report["written"], json!("flink-conf.yaml"));
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    let again = json_of(&run, advice);
    assert_eq!((again["advice"].as_array().unwrap().len(), again.get("written")), (0, None));
    // Then checkpoints: the settings that are right already are not touched.
    let report = json_of(&run, "tune checkpoint --duration 2s --flink-version 1.18 --write flink-conf.yaml");
    let keys: Vec<_> =
        report["advice"].as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap()).collect();
    assert!(keys.contains(&"execution.checkpointing.interval"), "{keys:?}");
    let after = fs::read_to_string(&file).unwrap();
    assert!(after.contains("execution.checkpointing.interval: 20 s\n"), "{after}");
    assert_eq!(after.lines().filter(|line| !before.contains(line)).count(), keys.len());
}

/// A jar that mock-flink takes; it runs no Java, but looks whether the class is there.
fn jar(run: &TestRun) -> PathBuf {
    let path = run.path().join("orders.jar");
    let mut jar = zip::ZipWriter::new(fs::File::create(&path).unwrap());
    jar.start_file("META-INF/MANIFEST.MF", zip::write::SimpleFileOptions::default()).unwrap();
    jar.write_all(b"Manifest-Version: 1.0\r\nMain-Class: Orders\r\n\r\n").unwrap();
    jar.start_file("Orders.class", zip::write::SimpleFileOptions::default()).unwrap();
    jar.finish().unwrap();
    path
}

#[test]
fn a_running_job_is_asked_for_its_plan_and_its_checkpoints() {
    let run = TestRun::new();
    jar(&run);
    guide(&run);
    let mock = run.command(binaries::mock_flink()).args(["--port", "0", "--flink-version", "1.20"]).spawn();
    let url = mock.wait_for_stdout("listening on ").trim_start_matches("listening on ").to_owned();
    let submitted = json_of(&run, &format!("job submit orders.jar --parallelism 1 --url {url}"));
    let job = submitted["job_id"].as_str().unwrap();
    let network =
        json_of(&run, &format!("tune network {job} --url {url} --conf flink-conf.yaml --flink-version 1.18"));
    assert_eq!(network["vertices"].as_array().unwrap().len(), 2, "{network}");
    assert!(
        network["required"].as_u64() > Some(0) && network["available"].as_u64() > Some(40_000),
        "{network}"
    );
    let checkpoints = json_of(
        &run,
        &format!("tune checkpoint {job} --duration 40s --url {url} --conf . --flink-version 1.18"),
    );
    assert_eq!(checkpoints["typical_ms"].as_u64(), Some(40_000), "{checkpoints}");
    let unknown = "0123456789abcdef0123456789abcdef";
    flinkops(&run, &format!("tune network {unknown} --url {url}")).expect_code(4);
}
