//! States that a real cluster is not brought into quickly, played by mock-flink for a real Prometheus.

use std::fs;
use std::time::{Duration, Instant};

use end_to_end::need::Need;
use end_to_end::run::TestRun;
use end_to_end::{binaries, http, require};
use serde_json::Value;

use crate::server::Server;

/// The alerts that the rules, with waiting times of seconds, raise on a scenario. Others may not fire.
fn fires(scenario: &str, settings: &[&str], expected: &[&str]) {
    let prometheus = require!(Need::Prometheus);
    let run = TestRun::new();
    let mock = run
        .command(binaries::mock_flink())
        .args(["--port", "0", "--scenario", scenario, "--conf"])
        .arg("metrics.reporter.prom.factory.class=org.apache.flink.metrics.prometheus.PrometheusReporterFactory")
        .args(["--conf", "metrics.reporter.prom.port=0"])
        .timeout(Duration::from_secs(180))
        .spawn();
    let url = mock.wait_for_stdout("listening on ").rsplit(' ').next().unwrap().to_owned();
    let (_, pages) = http::ask_url("GET", &format!("{url}/mock/prometheus"), "").unwrap();
    let pages: Value = serde_json::from_str(&pages).unwrap();
    let target = |url: &Value| url.as_str().unwrap().split('/').nth(2).unwrap().to_owned();
    let task_managers: Vec<String> =
        pages["taskmanagers"].as_object().unwrap().values().map(target).collect();
    let config = format!(
        "global: {{scrape_interval: 1s, evaluation_interval: 1s}}\nrule_files: [rules.yml]\nscrape_configs:\n  \
         - job_name: flink-jobmanager\n    static_configs: [{{targets: ['{}'], labels: {{cluster: mock}}}}]\n  \
         - job_name: flink-taskmanager\n    static_configs: [{{targets: {task_managers:?}, labels: {{cluster: mock}}}}]\n",
        target(&pages["jobmanager"])
    );
    fs::write(run.path().join("prometheus.yml"), config).unwrap();
    let mut alerts = vec!["monitor", "alerts", "--out", "rules.yml"];
    alerts.extend(settings.iter().flat_map(|setting| ["--set", *setting]));
    run.command(binaries::flinkops()).args(alerts).run().expect_code(0);
    let server = Server::start(&run, &prometheus, Duration::from_secs(180));
    let started = now();
    let mut seen = std::collections::BTreeSet::new();
    while !expected.iter().all(|name| seen.contains(*name)) {
        seen.extend(server.firing());
        assert!(started.elapsed() < Duration::from_secs(60), "expected {expected:?}, fired: {seen:?}");
        std::thread::sleep(Duration::from_millis(250));
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), expected);
    // What Prometheus has loaded is sound, as far as the catalogue knows.
    let check = ["monitor", "check", "--prometheus", &server.url(), "--loaded", "-o", "json"];
    let report = run.command(binaries::flinkops()).args(check).run();
    let report: Value = serde_json::from_str(&report.stdout).unwrap_or_else(|_| panic!("{report}"));
    assert!(report["judged"].as_u64() >= Some(30), "{report}");
    for finding in report["findings"].as_array().unwrap() {
        assert!(["absent", "never-fires"].contains(&finding["kind"].as_str().unwrap()), "{finding}");
    }
}

#[test]
fn a_slow_sink_is_the_bottleneck_and_others_wait_for_it() {
    let settings = ["FlinkBackpressure.for=3s", "FlinkBottleneck.for=3s"];
    fires("back-pressure", &settings, &["FlinkBackpressure", "FlinkBottleneck"]);
}

#[expect(clippy::disallowed_methods, reason = "waiting for alerts needs a clock")]
fn now() -> Instant {
    Instant::now()
}
