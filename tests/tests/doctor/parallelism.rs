//! `flinkops tune parallelism` on a job whose costs are known.

use std::path::Path;

use end_to_end::need::Need;
use end_to_end::{exclusive, require};
use serde_json::Value;

use crate::stage::Stage;

/// A record every 2 ms, which takes 5 ms in one place and 1 ms in another.
const MILLIS: [f64; 3] = [2.0, 5.0, 1.0];

/// What is said of a vertex: its parallelism, and the one that it needs.
fn of(told: &Value, name: &str) -> (i64, i64) {
    let vertices = told["vertices"].as_array().unwrap();
    let vertex = vertices.iter().find(|vertex| vertex["name"].as_str().unwrap().starts_with(name));
    let vertex = vertex.unwrap_or_else(|| panic!("no {name}: {told:#}"));
    (vertex["parallelism"].as_i64().unwrap(), vertex["advised"].as_i64().unwrap())
}

fn advises(home: &Path, version: &'static str) {
    let stage = Stage::set(
        home,
        version,
        "jobmanager.scheduler: adaptive\njobmanager.adaptive-scheduler.resource-stabilization-timeout: 1 s\n",
    );
    stage.wait_for_slots(16);
    let given: Vec<String> = MILLIS.iter().map(|millis| format!("{millis:.0}")).collect();
    let job = stage.submit("costly", "1", &["costly", &given[0], &given[1], &given[2]]);
    stage.wait_for_checkpoints(&job, 1);
    // What the arithmetic gives, with no time for catching up to speak of.
    let needed = |cost: f64| (cost / MILLIS[0] / 0.75).ceil() as i64;
    let arithmetic = [("heavy", needed(MILLIS[1])), ("light", needed(MILLIS[2])), ("Source", 1)];
    let look = |more: &[&str]| {
        let mut all = vec![
            "tune",
            "parallelism",
            "costly",
            "--window",
            "15s",
            "--restart",
            "1s",
            "--catch-up",
            "1h",
            "-o",
            "json",
        ];
        all.extend(more);
        let output = stage.flinkops(&all);
        let told: Value = serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{output}"));
        (output.code, told)
    };
    let (code, first) = look(&["--apply"]);
    assert_eq!(code, Some(0), "{first:#}");
    for (name, needed) in arithmetic {
        let (now, advised) = of(&first, name);
        eprintln!("{version} {name}: {now} now, {advised} advised, {needed} by arithmetic");
        assert!((advised - needed).abs() <= 1, "{name}: {advised}, and {needed} by arithmetic: {first:#}");
    }
    assert_eq!(first["limited_by"].as_str().map(|name| name.starts_with("heavy")), Some(true), "{first:#}");
    stage.wait_for_checkpoints(&job, 4);
    std::thread::sleep(std::time::Duration::from_secs(5));
    let (_, second) = look(&[]);
    for (name, _) in arithmetic {
        let ((_, before), (now, after)) = (of(&first, name), of(&second, name));
        assert_eq!(now, before, "{name} runs as advised: {second:#}");
        assert!((after - before).abs() <= 1, "{name}: {before}, then {after}: {second:#}");
        eprintln!("{version} {name}: {before} advised, then {after}");
    }
}

#[test]
fn parallelism_is_measured_1_20() {
    let [home, _, _] = require!(Need::Flink("1.20.5"), Need::Java, Need::Javac);
    let _alone = exclusive::real_flink();
    advises(&home, "1.20.5");
}

#[test]
fn parallelism_is_measured_2_3() {
    let [home, _, _] = require!(Need::Flink("2.3.0"), Need::Java, Need::Javac);
    let _alone = exclusive::real_flink();
    advises(&home, "2.3.0");
}
