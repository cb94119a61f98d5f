//! What the check says of our own rules and dashboards, and of the guide's.

use monitor::alerts::{Form, Settings, rules};
use monitor::check::{FindingKind, Known, Report, Weight, judge, own, read_rules};
use ops_core::version::FlinkVersion;

fn settings() -> Settings {
    let mut settings = Settings::new("");
    settings.expected.jobs = vec!["orders".to_owned()];
    settings
}

/// Every metric and label that rules and dashboards use is in the catalogue, for every version.
#[test]
fn our_own_rules_and_dashboards_are_sound_on_every_version() {
    for version in FlinkVersion::KNOWN {
        let report = judge(&own(&settings()), Known { version: Some(version), seen: None });
        let wrong: Vec<String> = report
            .findings
            .iter()
            // One panel and the sum over collectors came later; an `or` covers the versions before.
            .filter(|finding| finding.kind != FindingKind::OtherVersion)
            .filter(|finding| !(version.major < 2 && finding.rule.contains("Age of the last checkpoint")))
            .map(|finding| format!("{version} {}: {}", finding.rule, finding.message))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

/// promtool reads no objects of Kubernetes: what is in one is what is in the file that it has judged.
#[test]
fn an_object_holds_the_same_rules_as_a_file() {
    let settings = settings();
    let object = Form::Kubernetes { name: "flink", namespace: Some("streams") };
    let (file, object) = (rules(&settings, Form::File), rules(&settings, object));
    assert_eq!(read_rules(&file).unwrap(), read_rules(&object).unwrap());
    assert!(object.starts_with("apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\n"), "{object}");
}

fn guide() -> Report {
    let rules = read_rules(include_str!("fixtures/guide-alerts.yml")).unwrap();
    judge(&rules, Known::default())
}

/// Each of the guide's five alerts, with the reason why it does not work.
#[test]
fn the_guide_s_alerts_are_flagged() {
    let report = guide();
    let has = |rule: &str, kind: FindingKind, text: &str| {
        let found = report.findings.iter().any(|finding| {
            let said = format!("{} {}", finding.message, finding.help.as_deref().unwrap_or_default());
            finding.rule == rule && finding.kind == kind && said.contains(text)
        });
        assert!(found, "{rule} {kind:?} {text}: {:#?}", report.findings);
    };
    has(
        "FlinkJobFailed",
        FindingKind::UnknownMetric,
        "no Flink exports `flink_jobmanager_job_numberOfFailedJobVertices`",
    );
    has("FlinkJobFailed", FindingKind::NeverFires, "can never have a value");
    has(
        "FlinkCheckpointFailed",
        FindingKind::GaugeAsCounter,
        "is a gauge, and increase() reads it as a counter",
    );
    has("FlinkBackpressure", FindingKind::UnknownMetric, "`flink_taskmanager_job_task_isBackPressured`");
    has(
        "FlinkHighLatency",
        FindingKind::UnknownMetric,
        "no Flink exports `flink_jobmanager_job_currentInputWatermark`",
    );
    has("FlinkHighMemory", FindingKind::Refused, "`flink_taskmanager_Status_JVM_Memory_Heap_Used`");
    assert!(report.findings.iter().filter(|finding| finding.severity == Weight::Error).count() >= 5);
}
