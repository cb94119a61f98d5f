//! `/mock/…`: what other languages tell the mock.

use std::time::Duration;

use crate::support::{get, run, send, uploaded};
use mock_flink::{Expectation, MockFlink, Times};
use serde_json::json;

async fn mock() -> MockFlink {
    let entries = [("execution.checkpointing.interval", "10 s"), ("execution.checkpointing.timeout", "5 s")];
    MockFlink::builder()
        .task_managers(2)
        .slots(2)
        .seed(5)
        .configuration(entries.map(|(key, value)| (key.to_owned(), value.to_owned())))
        .virtual_time()
        .start()
        .await
        .unwrap()
}

async fn post(mock: &MockFlink, target: &str, body: &str) -> crate::support::Answer {
    send(mock.address(), "POST", target, body).await
}

#[tokio::test]
async fn a_day_of_checkpoints_passes_when_it_is_told_to() {
    let mock = mock().await;
    let jar = uploaded(&mock).await;
    let job = run(&mock, &jar, "{}").await;
    let before = get(&mock, "/mock/clock").await.json();
    assert_eq!(before["kind"], "virtual");
    let after = post(&mock, "/mock/clock/advance", r#"{"duration":"1 d"}"#).await;
    assert_eq!(after.json()["now"].as_i64().unwrap() - before["now"].as_i64().unwrap(), 86_400_000);
    let completed =
        get(&mock, &format!("/jobs/{job}/checkpoints")).await.json()["counts"]["completed"].clone();
    assert!((8_600..=8_700).contains(&completed.as_u64().unwrap()), "{completed}");
    let refused = post(&mock, "/mock/clock/advance", r#"{"duration":"soon"}"#).await;
    assert!(refused.status == 400 && refused.error().contains("soon"), "{refused:?}");
    let real = MockFlink::builder().start().await.unwrap();
    let refused = post(&real, "/mock/clock/advance", r#"{"duration":"1 d"}"#).await;
    assert!(refused.status == 409 && refused.error().contains("--virtual-time"), "{refused:?}");
}

#[tokio::test]
async fn checkpoints_and_savepoints_fail_when_told_to() {
    let mock = mock().await;
    let jar = uploaded(&mock).await;
    let job = run(&mock, &jar, "{}").await;
    let counts = async || get(&mock, &format!("/jobs/{job}/checkpoints")).await.json()["counts"].clone();
    assert_eq!(
        post(&mock, &format!("/mock/jobs/{job}/checkpoints/fail"), r#"{"as":"timeout"}"#).await.status,
        200
    );
    mock.advance(Duration::from_secs(12));
    let early = counts().await;
    assert_eq!(
        (early["in_progress"].as_u64(), early["failed"].as_u64()),
        (Some(1), Some(0)),
        "until its timeout"
    );
    mock.advance(Duration::from_secs(5));
    // No failure is tolerated by default: the job restarts, and takes the next one.
    assert_eq!(counts().await["failed"], 1);
    let failures = get(&mock, &format!("/jobs/{job}/exceptions")).await.json();
    let first = failures["exceptionHistory"]["entries"][0]["stacktrace"].as_str().unwrap().to_owned();
    assert!(first.contains("Exceeded checkpoint tolerable failure threshold"), "{first}");
    mock.advance(Duration::from_secs(30));
    assert!(counts().await["completed"].as_u64().unwrap() >= 1);

    post(&mock, "/mock/savepoints/deny", r#"{"duration":"1 min"}"#).await;
    let savepoint = async || {
        let directory =
            format!("{{\"target-directory\":\"{}\"}}", std::env::temp_dir().join("never").display());
        let trigger =
            post(&mock, &format!("/jobs/{job}/savepoints"), &directory).await.json()["request-id"].clone();
        mock.advance(Duration::from_secs(2));
        get(&mock, &format!("/jobs/{job}/savepoints/{}", trigger.as_str().unwrap())).await.json()
    };
    let failed = savepoint().await;
    let cause = failed["operation"]["failure-cause"]["stack-trace"].as_str().unwrap().to_owned();
    assert!(cause.contains("java.nio.file.AccessDeniedException"), "{cause}");
    assert!(!std::env::temp_dir().join("never").exists());
}

#[tokio::test]
async fn machines_come_and_go_and_everything_starts_anew() {
    let mock = mock().await;
    let jar = uploaded(&mock).await;
    let job = run(&mock, &jar, r#"{"parallelism":2}"#).await;
    let listed = get(&mock, "/mock/task-managers").await.json();
    let first = listed["task-managers"][0].as_str().unwrap().to_owned();
    assert_eq!(send(mock.address(), "DELETE", &format!("/mock/task-managers/{first}"), "").await.status, 200);
    assert_eq!(send(mock.address(), "DELETE", &format!("/mock/task-managers/{first}"), "").await.status, 404);
    let added = post(&mock, "/mock/task-managers", "").await.json();
    assert!(get(&mock, "/taskmanagers").await.body.contains(added["id"].as_str().unwrap()));
    let exception = r#"{"class":"com.example.Broken","message":"as told"}"#;
    mock.advance(Duration::from_secs(5));
    assert_eq!(post(&mock, &format!("/mock/jobs/{job}/fail"), exception).await.status, 200);
    assert!(
        get(&mock, &format!("/jobs/{job}/exceptions")).await.body.contains("com.example.Broken: as told")
    );

    post(&mock, "/mock/leader-change", r#"{"duration":"1 h"}"#).await;
    post(&mock, "/mock/faults", r#"{"on":"GET /config","do":{"status":{"code":500}}}"#).await;
    assert_eq!(get(&mock, "/mock/faults").await.json()["faults"].as_array().unwrap().len(), 2);
    assert_eq!(get(&mock, "/jobs").await.status, 503);
    assert_eq!(post(&mock, "/mock/reset", "").await.status, 200);
    assert_eq!(get(&mock, "/jobs").await.json(), json!({ "jobs": [] }));
    assert_eq!(get(&mock, "/jars").await.json()["files"], json!([]));
    assert_eq!(get(&mock, "/taskmanagers").await.json()["taskmanagers"].as_array().unwrap().len(), 2);
    // The same seed, the same cluster.
    assert_eq!(get(&mock, "/mock/task-managers").await.json(), listed);
}

#[tokio::test]
async fn requests_are_verified_over_http_and_in_rust() {
    let mock = mock().await;
    let expectation = r#"{"on":"POST /jars/*/run","times":{"min":1,"max":1},"body":{"parallelism":2}}"#;
    assert_eq!(post(&mock, "/mock/expectations", expectation).await.status, 200);
    let unmet = get(&mock, "/mock/verify").await;
    assert_eq!((unmet.status, unmet.json()["unmet"][0]["found"].as_u64()), (409, Some(0)));
    let jar = uploaded(&mock).await;
    run(&mock, &jar, r#"{"parallelism":3}"#).await;
    let unmet = get(&mock, "/mock/verify").await.json();
    let nearest = unmet["unmet"][0]["nearest"][0].as_str().unwrap();
    assert!(nearest.contains(r#"with {"parallelism":3} -> 200"#), "{nearest}");
    run(&mock, &jar, r#"{"parallelism":2}"#).await;
    assert_eq!(get(&mock, "/mock/verify").await.json()["verified"], true);
    let runs = get(&mock, "/mock/requests?on=POST+%2Fjars%2F*%2Frun").await.json();
    assert_eq!(runs["requests"].as_array().unwrap().len(), 2);

    // What is asked of the mock itself is in no journal.
    assert!(mock.requests().iter().all(|request| !request.target.starts_with("/mock")));
    send(mock.address(), "DELETE", "/mock/requests", "").await;
    assert!(mock.requests().is_empty());
    let unknown = get(&mock, "/mock/nothing").await;
    assert!(unknown.status == 404 && unknown.error().contains("POST /mock/clock/advance"), "{unknown:?}");
    let typo = post(&mock, "/mock/expectations", r#"{"on":"GET /jobs","time":{}}"#).await;
    assert!(typo.status == 400 && typo.error().contains("unknown field `time`"), "{typo:?}");
}

#[tokio::test]
#[should_panic(expected = "DELETE /cluster (none): 1 requests came")]
async fn a_mock_that_is_dropped_says_what_did_not_come_as_expected() {
    let never = Expectation::new("DELETE /cluster".parse().unwrap()).times(Times::never());
    let mock = MockFlink::builder().expect(never).start().await.unwrap();
    assert!(mock.verify().is_ok());
    send(mock.address(), "DELETE", "/cluster", "").await;
    drop(mock);
}
