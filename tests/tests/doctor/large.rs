//! A job of a thousand vertices: answered in time, with few requests.

use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use end_to_end::binaries;
use end_to_end::run::TestRun;
use serde_json::Value;

use crate::stage::now;

const VERTICES: usize = 1000;

#[test]
fn a_thousand_vertices_take_less_than_two_seconds() {
    let run = TestRun::new();
    let mut scenario =
        "cluster: {flink-version: '2.3', task-managers: 100, slots: 4, seed: 3, age: 10 min}\n\
                        programs:\n  - class: com.example.Wide\n    job: wide\n    vertices:\n"
            .to_owned();
    for number in 0..VERTICES {
        let _ = match number {
            0 => writeln!(scenario, "      - {{operators: ['Source: s'], rate: 900}}"),
            700 => writeln!(scenario, "      - {{operators: ['slow'], inputs: [699], busy: 1.9}}"),
            _ => writeln!(
                scenario,
                "      - {{operators: ['v{number}'], inputs: [{}], busy: 0.2}}",
                number - 1
            ),
        };
    }
    scenario.push_str("jobs:\n  - {class: com.example.Wide, parallelism: 4}\n");
    fs::write(run.path().join("wide.yaml"), scenario).unwrap();
    let mock = run
        .command(binaries::mock_flink())
        .args(["--port", "0", "--scenario", "wide.yaml"])
        .timeout(Duration::from_secs(120))
        .spawn();
    let url = mock.wait_for_stdout("listening on ").rsplit(' ').next().unwrap().to_owned();
    let ask =
        || run.command(binaries::flinkops()).args(["--url", &url, "doctor", "wide", "-o", "json"]).run();
    ask();
    let started = now();
    let output = ask();
    let took = started.elapsed();
    let told: Value = serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{output}"));
    let requests = told["requests"].as_u64().unwrap();
    eprintln!("{VERTICES} vertices, 100 TaskManagers: {requests} requests in {} ms", took.as_millis());
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert!((20..=200).contains(&requests), "{requests}");
    let first = &told["findings"][0];
    assert_eq!(
        (first["code"].as_str(), first["subject"].as_str()),
        (Some("DR303"), Some("slow")),
        "{first:#}"
    );
    let gaps = told["gaps"].to_string();
    assert!(gaps.contains("of 1000 vertices of wide") && gaps.contains("68 more TaskManagers"), "{gaps}");
    // Asked again, it is the same number: requests do not depend on what is found by chance.
    let again: Value = serde_json::from_str(&ask().stdout).unwrap();
    assert_eq!(again["requests"].as_u64(), Some(requests));
}
