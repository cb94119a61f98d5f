//! Scenarios: those that come with the mock do what they say, and files that make no sense are refused.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use crate::support::{Answer, get, send, uploaded};
use mock_flink::MockFlink;
use mock_flink::scenario::{READY_MADE, Scenario};
use serde_json::Value;

async fn play(name: &str) -> MockFlink {
    let builder = MockFlink::builder().scenario(Scenario::named(name).unwrap()).seed(11);
    builder.virtual_time().start().await.unwrap_or_else(|error| panic!("{name}: {error}"))
}

async fn jobs(mock: &MockFlink) -> Vec<Value> {
    get(mock, "/jobs/overview").await.json()["jobs"].as_array().unwrap().clone()
}

/// The path of the only job.
async fn job(mock: &MockFlink) -> String {
    let jobs = jobs(mock).await;
    assert_eq!(jobs.len(), 1, "{jobs:?}");
    format!("/jobs/{}", jobs[0]["jid"].as_str().unwrap())
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

#[test]
fn every_scenario_says_what_it_is_for_and_is_documented() {
    let page = include_str!("../../../../docs/mock-scenarios.md");
    for ready in READY_MADE {
        let scenario = Scenario::named(ready.name).unwrap_or_else(|error| panic!("{error}"));
        assert!(scenario.description.ends_with('.'), "{}", ready.name);
        let row = format!("| `{}` | {} |", ready.name, scenario.description);
        assert!(page.contains(&row), "docs/mock-scenarios.md lacks the row\n{row}");
    }
    assert_eq!(page.lines().filter(|line| line.starts_with("| `")).count(), READY_MADE.len());
}

#[tokio::test]
async fn lost_machines_and_leaders_come_back() {
    let mock = play("task-manager-lost").await;
    let registered = async || get(&mock, "/overview").await.json()["taskmanagers"].as_u64();
    mock.advance(seconds(29));
    assert_eq!((registered().await, jobs(&mock).await[0]["state"].clone()), (Some(2), "RUNNING".into()));
    mock.advance(seconds(20));
    assert_eq!(registered().await, Some(1));
    assert_ne!(
        get(&mock, &job(&mock).await).await.json()["status-counts"]["RUNNING"],
        2,
        "slots are missing"
    );
    mock.advance(seconds(60));
    assert_eq!((registered().await, jobs(&mock).await[0]["state"].clone()), (Some(2), "RUNNING".into()));

    let mock = play("leader-change").await;
    let mut statuses = Vec::new();
    for step in [29, 2, 6, 2] {
        mock.advance(seconds(step));
        statuses.push(get(&mock, "/jobs").await.status);
    }
    assert_eq!(statuses, [200, 503, 503, 200]);
}

#[tokio::test]
async fn checkpoints_time_out_and_savepoints_are_denied() {
    let mock = play("checkpoint-timeouts").await;
    let counts =
        async || get(&mock, &format!("{}/checkpoints", job(&mock).await)).await.json()["counts"].clone();
    let before = counts().await;
    assert_eq!((before["completed"].as_u64(), before["failed"].as_u64()), (Some(4), Some(0)));
    mock.advance(seconds(4 * 60));
    assert_eq!(counts().await["failed"], 3);
    let metric = get(&mock, &format!("{}/exceptions", job(&mock).await)).await.body;
    assert!(metric.contains("Exceeded checkpoint tolerable failure threshold"), "{metric}");
    mock.advance(seconds(5 * 60));
    assert!(counts().await["completed"].as_u64() > Some(4));

    let mock = play("savepoints-denied").await;
    mock.advance(seconds(5));
    let savepoint = async || {
        let path = format!("{}/savepoints", job(&mock).await);
        let body = r#"{"target-directory":"s3://savepoints/orders"}"#;
        let trigger = send(mock.address(), "POST", &path, body).await.json()["request-id"].clone();
        mock.advance(seconds(2));
        get(&mock, &format!("{path}/{}", trigger.as_str().unwrap())).await.json()["operation"].clone()
    };
    assert!(
        savepoint().await["failure-cause"]["stack-trace"].as_str().unwrap().contains("AccessDeniedException")
    );
    mock.advance(seconds(600));
    assert!(savepoint().await["location"].as_str().unwrap().starts_with("s3://savepoints/orders/savepoint-"));
}

#[tokio::test]
async fn a_job_in_every_state_is_there_from_the_start() {
    let mock = play("job-zoo").await;
    let states: BTreeMap<String, String> = jobs(&mock)
        .await
        .iter()
        .map(|job| (job["name"].as_str().unwrap().to_owned(), job["state"].as_str().unwrap().to_owned()))
        .collect();
    let states: Vec<_> = states.iter().map(|(name, state)| (name.as_str(), state.as_str())).collect();
    assert_eq!(
        states,
        [
            ("broken", "FAILED"),
            ("nightly report", "FINISHED"),
            ("orders", "RUNNING"),
            ("orders of last year", "CANCELED"),
            ("too wide", "FAILED"),
        ]
    );
    let orders = jobs(&mock).await.into_iter().find(|job| job["name"] == "orders").unwrap();
    assert!((2_990_000..=3_000_000).contains(&orders["duration"].as_i64().unwrap()), "{orders}");
}

#[tokio::test]
async fn states_grow_loops_go_on_and_slow_sinks_hold_up() {
    let mock = play("growing-state").await;
    let size = async || {
        let statistics = get(&mock, &format!("{}/checkpoints", job(&mock).await)).await.json();
        statistics["latest"]["completed"]["state_size"].as_u64().unwrap()
    };
    let before = size().await;
    mock.advance(seconds(600));
    assert!(size().await > before + 10_000_000, "{before}");

    let mock = play("restart-loop").await;
    let history = get(&mock, &format!("{}/exceptions", job(&mock).await)).await.body;
    assert!(history.contains("java.lang.NumberFormatException: For input string"), "{history}");
    assert_eq!(
        jobs(&mock).await[0]["state"].as_str().map(|state| state == "RUNNING" || state == "RESTARTING"),
        Some(true)
    );

    let mock = play("back-pressure").await;
    let vertices = get(&mock, &job(&mock).await).await.json()["vertices"].as_array().unwrap().clone();
    assert_eq!(vertices.len(), 3);
    let path = format!("{}/vertices/{}/backpressure", job(&mock).await, vertices[0]["id"].as_str().unwrap());
    let pressure = get(&mock, &path).await.json();
    assert_eq!(
        (pressure["backpressureLevel"].as_str(), pressure["subtasks"][0]["busyRatio"].as_f64()),
        (Some("high"), Some(0.12))
    );
    let path = format!("{}/vertices/{}/backpressure", job(&mock).await, vertices[2]["id"].as_str().unwrap());
    let slow = get(&mock, &path).await.json();
    assert_eq!(
        (slow["backpressureLevel"].as_str(), slow["subtasks"][0]["busyRatio"].as_f64()),
        (Some("ok"), Some(1.0))
    );
}

#[tokio::test]
async fn programs_behave_by_their_arguments() {
    let text = r#"
description: One program, three behaviours.
cluster: {flink-version: "2.3", slots: 4}
programs:
  - class: com.example.Orders
    job: orders
    vertices:
      - {operators: ["Source: orders"], rate: 10}
      - {operators: [count, "Sink: totals"], inputs: [0], keys: 100, bytes-per-key: 10}
    when:
      - {argument: --broken, throws: {class: com.example.Wrong, message: no such topic}}
      - {argument: --limit=, finishes-after: 5 s}
"#;
    let scenario = Scenario::parse(text, Path::new("orders.yaml")).unwrap();
    let mock = MockFlink::builder().scenario(scenario).virtual_time().start().await.unwrap();
    let jar = uploaded(&mock).await;
    let run = async |arguments: &str| -> Answer {
        let body = format!("{{\"programArgsList\":[{arguments}]}}");
        send(mock.address(), "POST", &format!("/jars/{jar}/run"), &body).await
    };
    assert!(run("\"--broken\"").await.body.contains("com.example.Wrong: no such topic"));
    assert_eq!((run("").await.status, run("\"--limit=5\"").await.status), (200, 200));
    mock.advance(seconds(10));
    let states: Vec<_> =
        jobs(&mock).await.iter().map(|job| job["state"].as_str().unwrap().to_owned()).collect();
    assert_eq!(states, ["RUNNING", "FINISHED"]);
    assert!(get(&mock, "/config").await.body.contains("2.3"));
}

#[tokio::test]
async fn the_same_seed_gives_the_same_answers() {
    let mocks = [play("job-zoo").await, play("job-zoo").await];
    let job = job_named(&mocks[0], "orders").await;
    let vertex = get(&mocks[0], &format!("/jobs/{job}")).await.json()["vertices"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for path in [
        "/overview".to_owned(),
        "/jobs/overview".to_owned(),
        "/taskmanagers".to_owned(),
        format!("/jobs/{job}"),
        format!("/jobs/{job}/checkpoints"),
        format!("/jobs/{job}/exceptions"),
        format!("/jobs/{job}/vertices/{vertex}"),
        format!("/jobs/{job}/metrics?get=numRestarts,uptime"),
    ] {
        let [one, other] = [get(&mocks[0], &path).await.body, get(&mocks[1], &path).await.body];
        assert_eq!(one, other, "{path}");
    }
}

async fn job_named(mock: &MockFlink, name: &str) -> String {
    let jobs = jobs(mock).await;
    let job = jobs.iter().find(|job| job["name"] == name).unwrap();
    job["jid"].as_str().unwrap().to_owned()
}

#[test]
fn what_makes_no_sense_is_refused_at_its_place() {
    let refused = |text: &str| Scenario::parse(text, Path::new("s.yaml")).unwrap_err().to_string();
    let typo = refused("cluster:\n  task-manager: 2\n");
    assert!(typo.starts_with("s.yaml:2:") && typo.contains("task-managers"), "{typo}");
    let span = refused("timeline:\n  - {at: soon, lose-task-manager: 0}\n");
    assert!(span.starts_with("s.yaml:2:"), "{span}");
    let pattern = refused("faults:\n  - {on: jobs, do: malformed}\n");
    assert!(pattern.contains("`METHOD /path`"), "{pattern}");
    let order = refused("programs:\n  - class: A\n    vertices:\n      - {operators: [a], inputs: [0]}\n");
    assert!(order.contains("inputs stand before it"), "{order}");
    let unknown = Scenario::named("job-zo").unwrap_err().to_string();
    assert!(unknown.contains("job-zoo"), "{unknown}");
}
