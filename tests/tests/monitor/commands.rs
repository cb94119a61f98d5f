//! The commands as they are typed.

use end_to_end::binaries;
use end_to_end::run::{Output, TestRun};

const CLUSTER: &str = "apiVersion: flinkops/v1
name: prod
flinkVersion: '1.20'
metrics: {prometheus: 9249}
checkpoints: {timeout: 20 min}
jobManagers:
  hosts: [jm-1]
taskManagers:
  - hosts: [tm-1, tm-2]
";

fn flinkops(run: &TestRun, arguments: &[&str]) -> Output {
    run.command(binaries::flinkops()).args(["monitor"]).args(arguments).run()
}

#[test]
fn metrics_are_found_and_explained() {
    let run = TestRun::new();
    let one = flinkops(&run, &["metrics", "flink_taskmanager_job_task_busyTimeMsPerSecond"]).expect_code(0);
    insta::assert_snapshot!("one_metric", one.stdout);
    let some = flinkops(&run, &["metrics", "fullRestarts"]).expect_code(0);
    assert!(some.stdout.contains("1.18-1.20"), "{some}");
    flinkops(&run, &["metrics", "fullRestarts", "--flink-version", "2.3"]).expect_code(1);
    std::fs::write(
        run.path().join("config.yaml"),
        "metrics.reporter.p.scope.variables.excludes: host;tm_id\n",
    )
    .unwrap();
    let labels =
        flinkops(&run, &["metrics", "Heap.Used", "--conf", "config.yaml", "-o", "json"]).expect_code(0);
    assert!(!labels.stdout.contains("tm_id"), "{labels}");
}

#[test]
fn a_reporter_is_written_into_a_configuration() {
    let run = TestRun::new();
    let path = run.path().join("config.yaml");
    std::fs::write(&path, "# mine\nmetrics:\n  reporters: slf4j\n").unwrap();
    let write =
        ["reporter", "--port", "9249-9260", "--without-label", "task_attempt_id", "--write", "config.yaml"];
    let dry = flinkops(&run, &[&write[..], &["--flink-version", "2.0", "--dry-run"]].concat()).expect_code(0);
    insta::assert_snapshot!("reporter_dry_run", dry.stdout);
    flinkops(&run, &[&write[..], &["--flink-version", "2.0"]].concat()).expect_code(0);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("# mine\n") && text.contains("slf4j,prometheus"), "{text}");
    for (arguments, said) in [
        (&["reporter", "--port", "9260-9249"][..], "9249 or 9249-9260 is needed"),
        (&["reporter", "--pushgateway", "gateway:9091"], "http://HOST:9091 is needed"),
        (&["reporter", "--include", "a:b:number"], "SCOPE:NAME:KIND is needed"),
    ] {
        let refused = flinkops(&run, arguments).expect_code(2);
        assert!(refused.stderr.contains(said), "{refused}");
    }
}

#[test]
fn alerts_know_the_cluster() {
    let run = TestRun::new();
    std::fs::write(run.path().join("cluster.yaml"), CLUSTER).unwrap();
    let rules = flinkops(&run, &["alerts", "--cluster", "cluster.yaml", "--expect-job", "orders"])
        .expect_code(0)
        .stdout;
    for part in [
        "2 - (max by (cluster) (flink_jobmanager_numRegisteredTaskManagers) < 2)",
        "absent(flink_jobmanager_numRegisteredTaskManagers{cluster=\\\"prod\\\"})",
        "absent(flink_jobmanager_job_uptime{cluster=\"prod\",job_name=\"orders\"})",
        "> 0.7 * 1200",
    ] {
        assert!(rules.contains(part), "{part}: {rules}");
    }
    let list = flinkops(&run, &["alerts", "--list"]).expect_code(0);
    insta::assert_snapshot!("list_of_alerts", list.stdout);
    let explained = flinkops(&run, &["alerts", "--explain", "FlinkCheckpointStuck"]).expect_code(0);
    insta::assert_snapshot!("explained_alert", explained.stdout);
    let refused = flinkops(&run, &["alerts", "--set", "FlinkNothing.for=1m"]).expect_code(2);
    assert!(refused.stderr.contains("there is no alert `FlinkNothing`"), "{refused}");
    let refused = flinkops(&run, &["alerts", "--explain", "Nothing"]).expect_code(2);
    assert!(refused.stderr.contains("--list"), "{refused}");
}

#[test]
fn a_cluster_without_a_reporter_cannot_be_scraped() {
    let run = TestRun::new();
    std::fs::write(run.path().join("cluster.yaml"), CLUSTER.replace("metrics: {prometheus: 9249}\n", ""))
        .unwrap();
    let refused = flinkops(&run, &["scrape"]).expect_code(2);
    assert!(refused.stderr.contains("metrics: {prometheus: 9249}"), "{refused}");
}

#[test]
fn dashboards_are_written() {
    let run = TestRun::new();
    let written =
        flinkops(&run, &["dashboard", "--out", "boards", "--provider", "flink.yaml"]).expect_code(0);
    assert_eq!(written.stdout.lines().count(), 7, "{written}");
    for entry in std::fs::read_dir(run.path().join("boards")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let board: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(board["uid"].as_str().unwrap().starts_with("flinkops-"));
    }
    let refused = flinkops(&run, &["dashboard", "jobs"]).expect_code(2);
    assert!(refused.stderr.contains("fleet, cluster, job"), "{refused}");
}

/// The guide's rules: each of its five alerts is flagged, and why.
#[test]
fn the_guide_s_rules_are_flagged() {
    let run = TestRun::new();
    let rules = include_str!("../../../crates/monitor/tests/fixtures/guide-alerts.yml");
    std::fs::write(run.path().join("alerts.yml"), rules).unwrap();
    let output =
        flinkops(&run, &["check", "--rules", "alerts.yml", "--flink-version", "1.20"]).expect_code(1);
    insta::assert_snapshot!("guide_rules", output.stdout);
    let refused = flinkops(&run, &["check", "--prometheus", "http://127.0.0.1:1"]).expect_code(3);
    assert!(refused.stderr.contains("does not answer"), "{refused}");
    let refused = flinkops(&run, &["check"]).expect_code(2);
    assert!(refused.stderr.contains("--prometheus"), "{refused}");
}
