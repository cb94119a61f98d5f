//! `/mock/state`: a state goes from one mock to another, and both go on alike.

use std::time::Duration;

use crate::support::{Answer, get, send, uploaded};
use mock_flink::MockFlink;
use mock_flink::scenario::{READY_MADE, Scenario};
use serde_json::Value;

async fn playing(scenario: &str, version: &str) -> MockFlink {
    let builder = MockFlink::builder().scenario(Scenario::named(scenario).unwrap());
    builder.version(version.parse().unwrap()).seed(11).virtual_time().start().await.unwrap()
}

async fn empty(version: &str) -> MockFlink {
    MockFlink::builder()
        .version(version.parse().unwrap())
        .slots(2)
        .seed(4)
        .virtual_time()
        .start()
        .await
        .unwrap()
}

async fn load(mock: &MockFlink, state: &str) -> Answer {
    send(mock.address(), "PUT", "/mock/state", state).await
}

/// What clients see of the whole cluster.
async fn seen(mock: &MockFlink) -> Vec<String> {
    let mut all = Vec::new();
    for path in ["/overview", "/jobs/overview", "/taskmanagers", "/applications/overview"] {
        all.push(get(mock, path).await.body);
    }
    let jobs = get(mock, "/jobs").await.json();
    for job in jobs["jobs"].as_array().unwrap() {
        let id = job["id"].as_str().unwrap();
        for below in ["", "/checkpoints", "/exceptions", "/config", "/accumulators", "/resource-requirements"]
        {
            all.push(get(mock, &format!("/jobs/{id}{below}")).await.body);
        }
    }
    all
}

#[tokio::test]
async fn every_scenario_goes_on_in_another_mock_as_in_its_own() {
    // Ten thousand jobs of one kind say nothing that the others do not.
    let telling = READY_MADE.iter().filter(|ready| ready.name != "large");
    for (ready, version) in telling.zip(["1.18", "1.20", "2.0", "2.3"].iter().cycle()) {
        let (first, second) = (playing(ready.name, version).await, empty(version).await);
        first.advance(Duration::from_secs(47));
        let state = get(&first, "/mock/state").await.body;
        let answer = load(&second, &state).await;
        assert_eq!(answer.status, 200, "{}: {answer:?}", ready.name);
        assert_eq!(get(&second, "/mock/state").await.body, state, "{}", ready.name);
        for seconds in [0, 1, 40, 3000] {
            first.advance(Duration::from_secs(seconds));
            second.advance(Duration::from_secs(seconds));
            let (one, other) = (seen(&first).await, seen(&second).await);
            assert_eq!(one.len(), other.len());
            one.iter().zip(other).for_each(|(one, other)| assert_eq!(*one, other, "{}", ready.name));
        }
    }
}

#[tokio::test]
async fn jars_and_savepoints_in_memory_come_along() {
    let (first, second) = (empty("1.20").await, empty("1.20").await);
    let jar = uploaded(&first).await;
    let job = crate::support::run(&first, &jar, "{}").await;
    let body = r#"{"target-directory":"s3://bucket/savepoints"}"#;
    let trigger = send(first.address(), "POST", &format!("/jobs/{job}/savepoints"), body).await.json();
    first.advance(Duration::from_secs(10));
    let trigger = trigger["request-id"].as_str().unwrap();
    let savepoint = get(&first, &format!("/jobs/{job}/savepoints/{trigger}")).await.json();
    let savepoint = savepoint["operation"]["location"].as_str().unwrap().to_owned();

    second.restore(&first.state().unwrap()).unwrap();
    assert_eq!(get(&second, "/jars").await.json()["files"], get(&first, "/jars").await.json()["files"]);
    let restored = format!(r#"{{"savepointPath":"{savepoint}"}}"#);
    let again = crate::support::run(&second, &jar, &restored).await;
    let checkpoints = get(&second, &format!("/jobs/{again}/checkpoints")).await.json();
    assert_eq!(checkpoints["latest"]["restored"]["external_path"], savepoint);
}

#[tokio::test]
async fn in_real_time_a_state_goes_on_from_its_own_time() {
    let (first, second) =
        (empty("2.3").await, MockFlink::builder().version("2.3".parse().unwrap()).start().await.unwrap());
    second.restore(&first.state().unwrap()).unwrap();
    let saved: i64 = get(&first, "/mock/clock").await.json()["now"].as_i64().unwrap();
    let now = get(&second, "/mock/clock").await.json()["now"].as_i64().unwrap();
    assert!((saved..saved + 60_000).contains(&now), "{saved} {now}");
}

#[tokio::test]
async fn what_is_no_state_changes_nothing() {
    let mock = playing("job-zoo", "1.20").await;
    let state = get(&mock, "/mock/state").await.body;
    let edited = |edit: &dyn Fn(&mut Value)| {
        let mut value: Value = serde_json::from_str(&state).unwrap();
        edit(&mut value);
        value.to_string()
    };
    let of_vertex = |value: &mut Value, name: &str, new: Value| {
        let jobs = value["cluster"]["jobs"].as_object_mut().unwrap();
        jobs.values_mut().for_each(|job| job["vertices"][0][name] = new.clone());
    };
    for (bad, status, expected) in [
        ("{".to_owned(), 400, "EOF"),
        (edited(&|value| value["format"] = 2.into()), 400, "format 2"),
        (get(&empty("2.3").await, "/mock/state").await.body, 409, "--flink-version 2.3.0"),
        (edited(&|value| of_vertex(value, "parallelism", 4_000_000_000_u32.into())), 409, "parallelism"),
        (edited(&|value| of_vertex(value, "parallelism", 3.into())), 409, "subtasks for a parallelism of 3"),
        (edited(&|value| of_vertex(value, "spec", Value::Null)), 400, "null"),
        (
            edited(&|value| {
                value["jars"] =
                    serde_json::json!([{"id": "../x.jar", "name": "", "uploaded": 1, "content": ""}])
            }),
            400,
            "../x.jar",
        ),
    ] {
        let answer = load(&mock, &bad).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(answer.error().contains(expected), "{}", answer.error());
        assert_eq!(get(&mock, "/mock/state").await.body, state);
    }
}
