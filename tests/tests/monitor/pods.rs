//! The discovery of pods, by a real Prometheus: a file with the labels that Kubernetes would give stands for it.

use std::fs;
use std::time::Duration;

use end_to_end::need::Need;
use end_to_end::run::TestRun;
use end_to_end::{binaries, require};
use serde_json::{Value, json};

use crate::server::Server;

const CLUSTER: &str = "apiVersion: flinkops/v1
name: prod
flinkVersion: '2.3'
metrics: {prometheus: 9249}
platforms: [kubernetes]
jobManagers: {}
taskManagers:
  - replicas: 2
";

fn pod(ip: &str, phase: &str, labels: &[(&str, &str)]) -> Value {
    let mut all = json!({
        "__meta_kubernetes_pod_ip": ip, "__meta_kubernetes_pod_phase": phase, "__meta_kubernetes_pod_container_init": "false",
        "__meta_kubernetes_namespace": "streams", "__meta_kubernetes_pod_name": format!("pod-{ip}"),
    });
    for (name, value) in labels {
        all[format!("__meta_kubernetes_pod_label_{name}")] = Value::from(*value);
    }
    // One target a declared port, as the discovery has it.
    json!({"targets": [format!("{ip}:6122"), format!("{ip}:9249")], "labels": all})
}

#[test]
fn pods_are_chosen_by_their_labels() {
    let prometheus = require!(Need::Prometheus);
    let run = TestRun::new();
    fs::write(run.path().join("cluster.yaml"), CLUSTER).unwrap();
    let scrape = ["monitor", "scrape", "--cluster", "cluster.yaml"];
    let config = run.command(binaries::flinkops()).args(scrape).run().expect_code(0).stdout;
    let discovery =
        "    kubernetes_sd_configs:\n      - role: pod\n        namespaces:\n          names: [\"prod\"]\n";
    assert!(config.contains(discovery), "{config}");
    let config = config.replace(discovery, "    file_sd_configs:\n      - files: [pods.json]\n");
    fs::write(run.path().join("prometheus.yml"), config).unwrap();
    let own =
        |component| [("app_kubernetes_io_instance", "prod"), ("app_kubernetes_io_component", component)];
    let native = |component| [("app", "prod"), ("component", component)];
    let pods = json!([
        pod("10.0.0.1", "Running", &own("jobmanager")),
        pod("10.0.0.2", "Running", &own("taskmanager")),
        pod("10.0.0.3", "Succeeded", &own("taskmanager")),
        pod("10.0.0.4", "Running", &native("taskmanager")),
        pod("10.0.0.5", "Running", &[("app", "other"), ("component", "taskmanager")]),
        pod("fd00::6", "Running", &own("taskmanager")),
    ]);
    fs::write(run.path().join("pods.json"), pods.to_string()).unwrap();
    let server = Server::start(&run, &prometheus, Duration::from_secs(60));
    let mut targets = Vec::new();
    for _ in 0..200 {
        let data = server.data("targets?state=active");
        targets = data["activeTargets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|target| {
                let label = |name: &str| target["labels"][name].as_str().unwrap_or_default().to_owned();
                format!("{} {} {} {}", label("job"), label("instance"), label("cluster"), label("pod"))
            })
            .collect();
        if targets.len() >= 4 {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    targets.sort();
    assert_eq!(
        targets,
        [
            "flink-jobmanager 10.0.0.1:9249 prod pod-10.0.0.1",
            "flink-taskmanager 10.0.0.2:9249 prod pod-10.0.0.2",
            "flink-taskmanager 10.0.0.4:9249 prod pod-10.0.0.4",
            "flink-taskmanager [fd00::6]:9249 prod pod-fd00::6",
        ]
    );
}
