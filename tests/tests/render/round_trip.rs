//! An installation is described, the description rendered, and the configuration is the same to Flink.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use end_to_end::need::Need;
use end_to_end::require;
use serde_json::Value;

use crate::workplace::Workplace;

/// The keys whose values differ to Flink.
fn differences(place: &Workplace, left: &Path, right: &Path, version: &str) -> BTreeSet<String> {
    let (left, right) = (left.display().to_string(), right.display().to_string());
    let command = place
        .run
        .command(end_to_end::binaries::flinkops())
        .args(["conf", "diff", &left, &right, "--flink-version", version, "-o", "json"])
        .run();
    assert!(matches!(command.code, Some(0 | 1)), "{command}");
    let answer: Value = serde_json::from_str(&command.stdout).unwrap();
    let all = answer["differences"].as_array().unwrap_or_else(|| panic!("{answer}"));
    all.iter().map(|one| one["key"].as_str().unwrap().to_owned()).collect()
}

fn configuration(directory: &Path) -> std::path::PathBuf {
    ["flink-conf.yaml", "config.yaml"]
        .map(|name| directory.join(name))
        .into_iter()
        .find(|path| path.is_file())
        .unwrap()
}

fn stock(home: &Path, version: &str) {
    let place = Workplace::new("");
    let conf = home.join("conf");
    let from = conf.display().to_string();
    place.flinkops(
        &["init", "cluster.yaml", "--overwrite", "--from-conf", &from, "--flink-version", version],
        0,
    );
    place.render(&[]);
    let rendered = configuration(&place.path("rendered/standalone/hosts/localhost"));
    assert_eq!(differences(&place, &configuration(&conf), &rendered, version), BTreeSet::new(), "{version}");
}

#[test]
fn stock_configurations_come_back() {
    let homes =
        require!(Need::Flink("1.18.1"), Need::Flink("1.20.5"), Need::Flink("2.0.2"), Need::Flink("2.3.0"));
    for (home, version) in homes.iter().zip(["1.18.1", "1.20.5", "2.0.2", "2.3.0"]) {
        stock(home, version);
    }
    // The others, where they are there.
    for version in ["1.19.3", "2.1.3", "2.2.1"] {
        if let Ok(home) = Need::Flink(version).find() {
            stock(&home, version);
        }
    }
}

/// The guide's cluster has several hosts, of which each is told its part, and certificates are issued anew.
#[test]
fn the_guides_configuration_comes_back() {
    let place = Workplace::new("");
    let conf = place.path("conf");
    fs::create_dir(&conf).unwrap();
    fs::write(conf.join("flink-conf.yaml"), include_str!("../../../examples/guide/flink-conf.yaml")).unwrap();
    fs::write(conf.join("masters"), "jobmanager-host:8081\n").unwrap();
    let workers: String = (1..=4).map(|number| format!("taskmanager-{number}:8081\n")).collect();
    fs::write(conf.join("workers"), workers).unwrap();
    let said = place.flinkops(
        &["init", "cluster.yaml", "--overwrite", "--from-conf", "conf", "--flink-version", "1.18"],
        0,
    );
    assert!(said.stdout.contains("workers names ports"), "{said}");
    place.render(&[]);
    let of = |host: &str| {
        let rendered = configuration(&place.path(&format!("rendered/standalone/hosts/{host}")));
        differences(&place, &conf.join("flink-conf.yaml"), &rendered, "1.18")
    };
    let (manager, worker) = (of("jobmanager-host"), of("taskmanager-1"));
    // What differs on both is what was issued anew.
    for key in manager.intersection(&worker) {
        assert!(key.starts_with("security.ssl."), "{key}");
    }
    // What one alone lacks is the other's.
    let only = |mine: &BTreeSet<String>, other: &BTreeSet<String>| -> Vec<String> {
        mine.difference(other).cloned().collect()
    };
    assert_eq!(only(&manager, &worker), ["taskmanager.memory.process.size", "taskmanager.numberOfTaskSlots"]);
    for key in only(&worker, &manager) {
        let job_managers =
            ["execution.", "jobmanager.", "parallelism.", "restart-strategy.", "state.backend."];
        let is_own_name = key == "taskmanager.host";
        assert!(is_own_name || job_managers.iter().any(|prefix| key.starts_with(prefix)), "{key}");
    }
}

/// Secrets of a configuration go into files beside the description, and come back from there.
#[test]
fn secrets_do_not_stand_in_the_description() {
    let place = Workplace::new("");
    let conf = place.path("conf");
    fs::create_dir(&conf).unwrap();
    let text = "jobmanager.rpc.address: jm\njobmanager.memory.process.size: 1g\ntaskmanager.memory.process.size: 2g\n\
                s3.secret-key: canary-secret\n";
    fs::write(conf.join("config.yaml"), text).unwrap();
    place.flinkops(&["init", "described/cluster.yaml", "--from-conf", "conf", "--flink-version", "2.3"], 0);
    let described = fs::read_to_string(place.path("described/cluster.yaml")).unwrap();
    assert!(!described.contains("canary") && described.contains("file:secrets/s3.secret-key"), "{described}");
    place.flinkops(&["render", "described/cluster.yaml", "--out", "rendered"], 0);
    let rendered = fs::read_to_string(place.path("rendered/standalone/hosts/jm/config.yaml")).unwrap();
    assert!(rendered.contains("s3.secret-key: canary-secret"), "{rendered}");
}

#[test]
fn a_description_is_not_replaced_unasked() {
    let place = Workplace::new("precious: true\n");
    let refused = place.flinkops(&["init", "cluster.yaml"], 2);
    assert!(refused.stderr.contains("is there already"), "{refused}");
    assert_eq!(fs::read_to_string(place.path("cluster.yaml")).unwrap(), "precious: true\n");
    let schema = place.flinkops(&["init", "--schema"], 0);
    let schema: Value = serde_json::from_str(&schema.stdout).unwrap();
    assert_eq!(schema["properties"]["name"]["type"], "string");
}
