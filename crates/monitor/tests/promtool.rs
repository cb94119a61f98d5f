//! Prometheus' own tool judges what is written for it, and runs the unit tests of every alert.

use std::fs;
use std::time::Duration;

use end_to_end::need::Need;
use end_to_end::require;
use end_to_end::run::TestRun;
use monitor::alerts::{Form, Language, Settings, routes, rules, unit_tests};
use monitor::dashboards;
use monitor::scrape::{Discovery, Tls, scrape};
use ops_core::spec::{ClusterSpec, Platform};

/// A day of samples, minute by minute, takes a while.
const PATIENCE: Duration = Duration::from_secs(400);

fn settings(language: Language) -> Settings {
    let mut settings = Settings::new("https://example.org/alerts.md");
    settings.expected.jobs = vec!["orders".to_owned()];
    settings.labels = vec![("team".to_owned(), "streams".to_owned())];
    settings.language = language;
    settings
}

#[test]
fn every_alert_fires_when_it_should_and_only_then() {
    let promtool = require!(Need::Promtool);
    let run = TestRun::new();
    for language in [Language::English, Language::Chinese] {
        let mut settings = settings(language);
        if language == Language::Chinese {
            // Only texts differ: a day of samples is not gone through twice.
            settings.leave_out("FlinkCheckpointSizeGrowing").unwrap();
        }
        fs::write(run.path().join("rules.yml"), rules(&settings, Form::File)).unwrap();
        fs::write(run.path().join("tests.yml"), unit_tests(&settings, "rules.yml")).unwrap();
        run.command(&promtool).args(["check", "rules", "--lint-fatal", "rules.yml"]).run().expect_code(0);
        let test = run.command(&promtool).args(["test", "rules", "tests.yml"]);
        test.timeout(PATIENCE).run().expect_code(0);
    }
}

/// What promtool says of a rule that was changed: the tests can fail.
#[test]
fn a_wrong_threshold_is_found() {
    let promtool = require!(Need::Promtool);
    let run = TestRun::new();
    let mut settings = settings(Language::English);
    // One whose cases are a day long is enough in the other test.
    settings.leave_out("FlinkCheckpointSizeGrowing").unwrap();
    for setting in ["FlinkBackpressure.share=0.95", "FlinkJobNotRunning.for=30m"] {
        settings.set(setting).unwrap();
    }
    fs::write(run.path().join("rules.yml"), rules(&settings, Form::File)).unwrap();
    fs::write(run.path().join("tests.yml"), unit_tests(&settings, "rules.yml")).unwrap();
    let output = run.command(&promtool).args(["test", "rules", "tests.yml"]).timeout(PATIENCE).run();
    assert_eq!(output.code, Some(1), "{output}");
    let said = format!("{}{}", output.stdout, output.stderr);
    assert!(said.contains("FlinkBackpressure") && said.contains("FlinkJobNotRunning"), "{said}");
    assert!(!said.contains("FlinkHeapAlmostFull"), "{said}");
}

#[test]
fn alertmanager_takes_the_routes() {
    let amtool = require!(Need::Amtool);
    let run = TestRun::new();
    fs::write(run.path().join("alertmanager.yml"), routes()).unwrap();
    run.command(&amtool).args(["check-config", "alertmanager.yml"]).run().expect_code(0);
    for (labels, receiver) in [
        (["severity=critical", "alertname=FlinkJobNotRunning"], "on-call"),
        (["severity=warning", "alertname=FlinkCertificateExpiring"], "security"),
        (["severity=info", "alertname=FlinkJobRestarted"], "nobody"),
        (["severity=warning", "alertname=FlinkBackpressure"], "chat"),
    ] {
        let test = ["config", "routes", "test", "--config.file=alertmanager.yml"];
        let output = run.command(&amtool).args(test).args(labels).run().expect_code(0);
        assert!(output.stdout.contains(receiver), "{labels:?}: {output}");
    }
}

/// Queries of dashboards are judged as rules: promtool has no other way.
#[test]
fn every_query_of_the_dashboards_is_promql() {
    let promtool = require!(Need::Promtool);
    let run = TestRun::new();
    let queries = dashboards::ALL.iter().flat_map(|board| board.queries());
    let rules: String = queries
        .zip(0..)
        .map(|((_, query), number)| {
            format!("  - record: panel:{number}\n    expr: {}\n", serde_json::Value::from(query))
        })
        .collect();
    fs::write(run.path().join("panels.yml"), format!("groups:\n- name: panels\n  rules:\n{rules}")).unwrap();
    run.command(promtool).args(["check", "rules", "panels.yml"]).run().expect_code(0);
}

#[test]
fn prometheus_takes_every_scrape_configuration() {
    const CLUSTER: &str = "apiVersion: flinkops/v1
name: prod
flinkVersion: '1.20'
metrics: {prometheus: 9249}
jobManagers:
  hosts: [jm]
taskManagers:
  - hosts: [tm-1, 'fd00::7']
    slots: 4
";
    let promtool = require!(Need::Promtool);
    let run = TestRun::new();
    let spec = ClusterSpec::parse(CLUSTER, "cluster.yaml".as_ref()).unwrap();
    for file in ["ca.pem", "a.pem", "a.key"] {
        fs::write(run.path().join(file), "").unwrap();
    }
    let tls = Tls { authority: Some("ca.pem".into()), identity: Some(("a.pem".into(), "a.key".into())) };
    for platform in [Platform::Standalone, Platform::Kubernetes] {
        for discovery in [Discovery::Static, Discovery::File] {
            for tls in [None, Some(&tls)] {
                let scrape = scrape(&spec, platform, discovery, tls).unwrap();
                fs::write(run.path().join("prometheus.yml"), without_kubernetes(&scrape.config)).unwrap();
                if let Some(targets) = scrape.targets {
                    fs::write(run.path().join("flink-prod.json"), targets).unwrap();
                }
                let output = run.command(&promtool).args(["check", "config", "prometheus.yml"]).run();
                let said = format!("{}{}", output.stdout, output.stderr);
                // It looks into the files, which are empty here.
                assert!(output.code == Some(0) || tls.is_some() && said.contains("PEM"), "{output}");
            }
        }
    }
}

/// Debian's Prometheus is built without the discovery of pods: a file stands for it.
fn without_kubernetes(config: &str) -> String {
    let discovery =
        "    kubernetes_sd_configs:\n      - role: pod\n        namespaces:\n          names: [\"prod\"]\n";
    config.replace(discovery, "    file_sd_configs:\n      - files: [pods.json]\n")
}
