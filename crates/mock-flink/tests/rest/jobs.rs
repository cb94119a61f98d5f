//! The life of a job over REST, version by version. Time is virtual and the seed fixed, so that whole answers are snapshots.

use std::time::Duration;

use crate::support::{get, run, send, uploaded};
use mock_flink::MockFlink;
use serde_json::{Value, json};

async fn mock(version: &str) -> MockFlink {
    let entries =
        [("execution.checkpointing.interval", "2 s"), ("state.checkpoints.dir", "s3://flink/checkpoints")];
    MockFlink::builder()
        .version(version.parse().unwrap())
        .task_managers(3)
        .slots(2)
        .configuration(entries.map(|(key, value)| (key.to_owned(), value.to_owned())))
        .seed(7)
        .virtual_time()
        .start()
        .await
        .unwrap()
}

#[tokio::test]
async fn whole_answers_of_every_shape() {
    for version in ["1.18", "1.19", "1.20", "2.0", "2.1", "2.2", "2.3"] {
        let mock = mock(version).await;
        let jar = uploaded(&mock).await;
        let run = send(mock.address(), "POST", &format!("/jars/{jar}/run"), "{\"parallelism\":2}").await;
        let id = run.json()["jobid"].as_str().unwrap().to_owned();
        let mut answers = vec![(String::from("POST /jars/:jarid/run"), run.json())];
        mock.advance(Duration::from_secs(9));
        let vertex = get(&mock, &format!("/jobs/{id}")).await.json()["vertices"][0]["id"].clone();
        let vertex = vertex.as_str().unwrap();
        mock.lose_task_manager(&mock.task_managers()[0]);
        let failing = get(&mock, &format!("/jobs/{id}/exceptions")).await.json();
        mock.advance(Duration::from_secs(4));
        let task_manager = mock.task_managers()[0].clone();
        for path in [
            "/config".to_owned(),
            "/overview".to_owned(),
            "/jobs".to_owned(),
            "/jobs/overview".to_owned(),
            format!("/jobs/{id}"),
            format!("/jobs/{id}/status"),
            format!("/jobs/{id}/config"),
            format!("/jobs/{id}/checkpoints"),
            format!("/jobs/{id}/checkpoints/config"),
            format!("/jobs/{id}/execution-result"),
            format!("/jobs/{id}/vertices/{vertex}/subtasks/0"),
            format!("/jobs/{id}/vertices/{vertex}/backpressure"),
            format!("/taskmanagers/{task_manager}"),
        ] {
            let answer = get(&mock, &path).await;
            assert_eq!(answer.status, 200, "{path}: {answer:?}");
            answers.push((format!("GET {}", path.replace(&id, ":jobid")), answer.json()));
        }
        answers.push(("GET /jobs/:jobid/exceptions, restarting".to_owned(), failing));
        let text: String =
            answers.iter().map(|(path, json)| format!("{path}\n{}\n", shortened(json))).collect();
        insta::assert_snapshot!(format!("answers-{version}"), text);
    }
}

/// One line for each field, so that a change shows where it is; lists are cut after two entries.
fn shortened(value: &Value) -> String {
    fn cut(value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().take(2).map(cut).collect(),
            Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), cut(value))).collect(),
            other => other.clone(),
        }
    }
    serde_json::to_string_pretty(&cut(value)).unwrap()
}

#[tokio::test]
async fn savepoint_rescale_and_stop_leave_directories_behind() {
    let directory = tempfile::tempdir().unwrap();
    for version in ["1.18", "1.20", "2.3"] {
        let mock = mock(version).await;
        let jar = uploaded(&mock).await;
        let job = run(&mock, &jar, "{\"parallelism\":2}").await;
        let target = directory.path().join(version);
        let trigger = "0123456789abcdef0123456789abcdef";
        let body = json!({ "target-directory": target, "triggerId": trigger }).to_string();
        for _ in 0..2 {
            let accepted = send(mock.address(), "POST", &format!("/jobs/{job}/savepoints"), &body).await;
            assert_eq!((accepted.status, accepted.json()), (202, json!({ "request-id": trigger })));
        }
        let poll = format!("/v1/jobs/{job}/savepoints/{trigger}");
        let in_progress = json!({ "status": { "id": "IN_PROGRESS" }, "operation": null });
        assert_eq!(get(&mock, &poll).await.json(), in_progress);
        mock.advance(Duration::from_secs(1));
        let location = get(&mock, &poll).await.json()["operation"]["location"].as_str().unwrap().to_owned();
        let path = location.strip_prefix("file:").unwrap();
        assert!(std::path::Path::new(path).join("_metadata").is_file(), "{location}");

        let body = json!({ "targetDirectory": target, "drain": false }).to_string();
        let accepted = send(mock.address(), "POST", &format!("/jobs/{job}/stop"), &body).await;
        mock.advance(Duration::from_secs(1));
        let stop = accepted.json()["request-id"].as_str().unwrap().to_owned();
        let stopped = get(&mock, &format!("/jobs/{job}/savepoints/{stop}")).await.json();
        assert_eq!(stopped["status"]["id"], "COMPLETED");
        assert_eq!(get(&mock, &format!("/jobs/{job}/status")).await.json(), json!({ "status": "FINISHED" }));
        let result = get(&mock, &format!("/jobs/{job}/execution-result")).await.json();
        assert_eq!(result["job-execution-result"]["application-status"], "SUCCEEDED");

        let body = json!({ "parallelism": 4, "savepointPath": location }).to_string();
        let rescaled = run(&mock, &jar, &body).await;
        let details = get(&mock, &format!("/jobs/{rescaled}")).await.json();
        assert_eq!(details["vertices"][1]["tasks"]["RUNNING"], 4);
        let checkpoints = get(&mock, &format!("/jobs/{rescaled}/checkpoints")).await.json();
        assert_eq!(checkpoints["latest"]["restored"]["external_path"], location);
        assert_eq!(checkpoints["counts"]["restored"], 1);
    }
}

#[tokio::test]
async fn savepoints_need_a_directory_and_name_the_option() {
    for (version, option) in
        [("1.18", "state.savepoints.dir"), ("1.20", "execution.checkpointing.savepoint-dir")]
    {
        let mock = mock(version).await;
        let jar = uploaded(&mock).await;
        let job = run(&mock, &jar, "{}").await;
        for (verb, field) in [("savepoints", "target-directory"), ("stop", "targetDirectory")] {
            let answer = send(mock.address(), "POST", &format!("/jobs/{job}/{verb}"), "{}").await;
            let message = format!("Config key [{option}] is not set. Property [{field}] must be provided.");
            assert!(answer.status == 400 && answer.error().ends_with(&message), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn an_unwritable_target_fails_in_the_poll() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("file"), "in the way").unwrap();
    let mock = mock("2.3").await;
    let jar = uploaded(&mock).await;
    let job = run(&mock, &jar, "{}").await;
    let body = json!({ "target-directory": directory.path().join("file") }).to_string();
    let accepted = send(mock.address(), "POST", &format!("/jobs/{job}/savepoints"), &body).await;
    mock.advance(Duration::from_secs(1));
    let trigger = accepted.json()["request-id"].as_str().unwrap().to_owned();
    let cause = get(&mock, &format!("/jobs/{job}/savepoints/{trigger}")).await.json();
    let cause = &cause["operation"]["failure-cause"];
    assert_eq!(cause["class"], "java.util.concurrent.CompletionException");
    assert!(cause["stack-trace"].as_str().unwrap().contains("Failed to create savepoint directory at "));
    assert!(cause["serialized-throwable"].as_str().unwrap().starts_with("rO0ABXNy"));
}

#[tokio::test]
async fn unknown_jobs_are_answered_resource_by_resource() {
    let mock = mock("1.20").await;
    let job = "f".repeat(32);
    for (path, status) in [
        ("", 404),
        ("/status", 500),
        ("/plan", 404),
        ("/config", 404),
        ("/exceptions", 404),
        ("/checkpoints", 404),
        ("/checkpoints/config", 404),
        ("/checkpoints/details/1", 404),
        ("/execution-result", 404),
        ("/metrics", 200),
        ("/accumulators", 404),
        ("/jobmanager/config", 200),
        ("/yarn-cancel", 404),
        ("/yarn-stop", 308),
    ] {
        assert_eq!(get(&mock, &format!("/jobs/{job}{path}")).await.status, status, "{path}");
    }
    for (verb, field) in [("savepoints", "target-directory"), ("stop", "targetDirectory")] {
        let body = json!({ field: "/tmp/x" }).to_string();
        let accepted = send(mock.address(), "POST", &format!("/jobs/{job}/{verb}"), &body).await;
        assert_eq!(accepted.status, 202);
        let trigger = accepted.json()["request-id"].as_str().unwrap().to_owned();
        let poll = get(&mock, &format!("/jobs/{job}/savepoints/{trigger}")).await;
        assert!(poll.body.contains(&format!("Could not find Flink job ({job})")), "{poll:?}");
    }
}

#[tokio::test]
async fn cancelling_is_accepted_until_another_terminal_state() {
    let mock = mock("1.20").await;
    let jar = uploaded(&mock).await;
    let job = run(&mock, &jar, "{}").await;
    let cancel = || send(mock.address(), "PATCH", "/jobs/", "");
    assert_eq!(cancel().await.status, 404, "a path without an id is none");
    let path = format!("/jobs/{job}");
    assert_eq!(send(mock.address(), "PATCH", &path, "{}").await.status, 202);
    assert_eq!(get(&mock, &format!("{path}/status")).await.json()["status"], "CANCELLING");
    mock.advance(Duration::from_secs(1));
    assert_eq!(get(&mock, &format!("{path}/status")).await.json()["status"], "CANCELED");
    assert_eq!(send(mock.address(), "PATCH", &path, "").await.status, 202);
    assert_eq!(send(mock.address(), "PATCH", &format!("{path}?mode=bogus"), "").await.status, 400);

    let failed = run(&mock, &jar, "{\"flinkConfiguration\":{\"restart-strategy.type\":\"none\"}}").await;
    assert!(mock.fail_job(failed.parse().unwrap(), "java.lang.RuntimeException", "boom"));
    mock.advance(Duration::from_secs(1));
    let answer = send(mock.address(), "PATCH", &format!("/jobs/{failed}"), "").await;
    assert!(answer.status == 409 && answer.error().contains("another terminal state (FAILED)"), "{answer:?}");
}
