//! The client against servers that misbehave, each in one way.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use wiremock::matchers::{body_json, header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::ids::{JarId, JobId, TriggerId};
use crate::rest::RestError;
use crate::rest::wire::jars::RestoreMode;
use crate::rest::wire::state::JobStatus;

const JOB: JobId = JobId::new(1);
const ELECTION: &str =
    r#"{"errors":["Service temporarily unavailable due to an ongoing leader election. Please refresh."]}"#;

fn client(url: &str) -> RestClient {
    let retries = RetryPolicy {
        first: Duration::from_millis(5),
        longest: Duration::from_millis(10),
        ..RetryPolicy::default()
    };
    RestClient::builder(url).retries(retries).build().unwrap()
}

async fn answering(answer: ResponseTemplate) -> (MockServer, RestClient) {
    let server = MockServer::start().await;
    Mock::given(path("/v1/overview")).respond_with(answer).mount(&server).await;
    let client = client(&server.uri());
    (server, client)
}

async fn overview_error(answer: ResponseTemplate) -> RestError {
    let (server, client) = answering(answer).await;
    let error = client.overview().await.unwrap_err();
    assert!(error.to_string().starts_with(&format!("GET {}/v1/overview: ", server.uri())), "{error}");
    error
}

fn html(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw("<html>\n<title>Log in</title></html>", "text/html")
}

/// A server that takes one connection at a time and treats it as `treat` says.
async fn raw<F, T>(treat: T) -> String
where
    T: Fn(tokio::net::TcpStream) -> F + Send + 'static,
    F: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            treat(stream).await;
        }
    });
    url
}

#[tokio::test]
async fn html_in_place_of_json_is_shown() {
    let error = overview_error(html(200)).await;
    let message = error.to_string();
    assert!(message.contains("not JSON but text/html, beginning with `<html> <title>Log in"), "{message}");
    assert!(!error.is_refused() && !error.is_retryable());
    let error = overview_error(html(404)).await;
    assert!(error.is_not_found() && error.to_string().contains("text/html: <html> <title>Log in"), "{error}");
}

#[tokio::test]
async fn json_of_another_shape_is_shown_at_the_place() {
    let long = format!("{{\"padding\":\"{}\",\"taskmanagers\":\"many\"}}", "x".repeat(1000));
    let error = overview_error(ResponseTemplate::new(200).set_body_raw(long, "application/json")).await;
    let message = error.to_string();
    assert!(matches!(error, RestError::Unexpected { .. }), "{message}");
    assert!(message.contains("expected u32") && message.contains("\"taskmanagers\":\"many\""), "{message}");
    assert!(message.len() < 600, "{message}");
    let cut = ResponseTemplate::new(200).set_body_raw("{\"taskmanagers\": 1", "application/json");
    assert!(overview_error(cut).await.to_string().contains("EOF"));
}

#[tokio::test]
async fn an_election_is_waited_out_for_any_request() {
    let server = MockServer::start().await;
    let election = ResponseTemplate::new(503).set_body_raw(ELECTION, "application/json");
    Mock::given(path("/v1/overview")).respond_with(election.clone()).up_to_n_times(2).mount(&server).await;
    Mock::given(path("/v1/overview"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"slots-total": 4})))
        .mount(&server)
        .await;
    Mock::given(method("POST")).respond_with(election).up_to_n_times(2).mount(&server).await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"jobid": JOB})))
        .mount(&server)
        .await;
    let client = client(&server.uri());
    assert_eq!(client.overview().await.unwrap().slots_total, 4);
    assert_eq!(client.run_jar(&JarId("a.jar".to_owned()), &RunRequest::default()).await.unwrap(), JOB);
    assert_eq!(server.received_requests().await.unwrap().len(), 6);
}

#[tokio::test]
async fn an_election_that_does_not_end_is_told() {
    let (server, client) =
        answering(ResponseTemplate::new(503).set_body_raw(ELECTION, "application/json")).await;
    let error = client.overview().await.unwrap_err();
    assert!(error.is_leader_change() && error.is_refused() && error.is_retryable(), "{error}");
    let repeated = u32::try_from(server.received_requests().await.unwrap().len()).unwrap() - 1;
    assert_eq!(repeated, RetryPolicy::default().leader_change);
}

#[tokio::test]
async fn a_gateway_that_is_overloaded_is_asked_again_when_it_says_and_not_otherwise() {
    let server = MockServer::start().await;
    let busy = || ResponseTemplate::new(503).set_body_string("busy");
    let hinted = busy().insert_header("retry-after", "0");
    Mock::given(path("/v1/overview")).respond_with(hinted).up_to_n_times(2).mount(&server).await;
    let ready = ResponseTemplate::new(200).set_body_json(json!({"slots-total": 4}));
    Mock::given(path("/v1/overview")).respond_with(ready).mount(&server).await;
    Mock::given(path("/v1/config")).respond_with(busy()).mount(&server).await;
    let client = client(&server.uri());
    assert_eq!(client.overview().await.unwrap().slots_total, 4);
    let error = client.config().await.unwrap_err();
    assert!(!error.is_retryable() && error.to_string().contains("503: text/plain: busy"), "{error}");
    assert_eq!(server.received_requests().await.unwrap().len(), 4);
}

#[tokio::test]
async fn a_compressed_answer_is_read_within_the_same_bounds() {
    use std::io::Write as _;
    let compressed = |length: usize| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        write!(gzip, "{{\"slots-total\": 4{}}}", " ".repeat(length)).unwrap();
        let answer = ResponseTemplate::new(200).insert_header("content-encoding", "gzip");
        answer.set_body_raw(gzip.finish().unwrap(), "application/json")
    };
    let (server, client) = answering(compressed(10)).await;
    assert_eq!(client.overview().await.unwrap().slots_total, 4);
    assert_eq!(server.received_requests().await.unwrap()[0].headers["accept-encoding"], "gzip");
    // A few kilobytes that become a hundred million.
    let (server, _) = answering(compressed(100_000_000)).await;
    let bounded = RestClient::builder(&server.uri()).longest_answer(1 << 20).build().unwrap();
    let error = bounded.overview().await.unwrap_err();
    assert!(matches!(error, RestError::TooLarge { .. }), "{error}");
}

#[tokio::test]
async fn errors_of_flink_show_their_cause_first() {
    let body = json!({"errors": ["org.apache.flink.runtime.rest.NotFoundException: Job 00 not found\n\tat a.B.c(B.java:1)\n"]});
    let error = overview_error(ResponseTemplate::new(404).set_body_json(body)).await;
    let expected =
        "the cluster answered 404: org.apache.flink.runtime.rest.NotFoundException: Job 00 not found";
    assert!(error.to_string().ends_with(expected), "{error}");
    assert!(error.is_not_found() && !error.is_retryable() && !error.is_unreachable());
    assert!(error.failure().unwrap().stack().contains("\tat a.B.c"));
    let empty = overview_error(ResponseTemplate::new(413)).await.to_string();
    assert!(empty.contains("413: Payload Too Large (raise `rest.server.max-content-length`"), "{empty}");
}

#[tokio::test]
async fn redirections_are_not_followed() {
    let elsewhere = MockServer::start().await;
    let location = elsewhere.uri().replace("http", "https");
    let answer = ResponseTemplate::new(301).insert_header("location", location.as_str());
    let error = overview_error(answer).await;
    let message = error.to_string();
    assert!(message.contains(&format!("redirection (301) to {location}")), "{message}");
    assert!(
        message.contains("write https:// in its address, and give its authority with --cacert"),
        "{message}"
    );
    assert_eq!(error.status(), Some(301));
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn answers_are_read_within_bounds() {
    let server = MockServer::start().await;
    let body = json!({"padding": "x".repeat(5000)});
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_json(body))
        .mount(&server)
        .await;
    let bounded = |bytes| RestClient::builder(&server.uri()).longest_answer(bytes).build().unwrap();
    let error = bounded(1000).overview().await.unwrap_err();
    assert!(matches!(error, RestError::TooLarge { limit: 1000, .. }), "{error}");
    bounded(6000).overview().await.unwrap();
    // Without a stated length the same holds.
    let endless = raw(|mut stream| async move {
        let _ = stream.read(&mut [0; 1024]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        while stream.write_all(&[b' '; 4096]).await.is_ok() {}
    });
    let error = RestClient::builder(&endless.await).longest_answer(100_000).build().unwrap().overview().await;
    assert!(matches!(error, Err(RestError::TooLarge { limit: 100_000, .. })), "{error:?}");
}

#[tokio::test]
async fn slow_answers_are_given_up_and_not_repeated() {
    let (server, _) = answering(ResponseTemplate::new(200).set_delay(Duration::from_secs(60))).await;
    let timeouts = Timeouts { answer: Duration::from_millis(100), ..Timeouts::default() };
    let client = RestClient::builder(&server.uri()).timeouts(timeouts).build().unwrap();
    let error = client.overview().await.unwrap_err();
    assert!(error.to_string().contains("no answer within 0.1 s"), "{error}");
    assert!(error.is_timed_out() && error.is_unknown_outcome() && !error.is_unreachable());
    // A body that never ends counts as slow, too.
    let trickling = raw(|mut stream| async move {
        let _ = stream.read(&mut [0; 1024]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{").await;
        tokio::time::sleep(Duration::from_secs(60)).await;
    });
    let client = RestClient::builder(&trickling.await).timeouts(timeouts).build().unwrap();
    assert!(client.overview().await.unwrap_err().is_timed_out());
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = client(&url).overview().await.unwrap_err();
    assert!(matches!(error, RestError::Unreachable { .. }), "{error}");
    assert!(error.is_unreachable() && error.is_retryable() && !error.is_unknown_outcome());
    assert!(error.to_string().contains("refused"), "{error}");
    let error = client("http://no-such-host.invalid:8081").overview().await.unwrap_err();
    assert!(error.is_unreachable(), "{error}");
}

#[tokio::test]
async fn a_broken_connection_is_repeated_only_where_that_is_harmless() {
    let count = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let counted = count.clone();
    let url = raw(move |mut stream| {
        counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        async move {
            let _ = stream.read(&mut [0; 4096]).await;
        }
    })
    .await;
    let client = client(&url);
    let error = client.run_jar(&JarId("a.jar".to_owned()), &RunRequest::default()).await.unwrap_err();
    assert!(matches!(error, RestError::Broken { .. }) && error.is_unknown_outcome(), "{error}");
    assert_eq!(count.swap(0, std::sync::atomic::Ordering::SeqCst), 1);
    let error = client.trigger_savepoint(JOB, &SavepointRequest::new(None)).await.unwrap_err();
    assert!(matches!(error, RestError::Broken { .. }), "{error}");
    assert_eq!(count.load(std::sync::atomic::Ordering::SeqCst), 1 + RetryPolicy::default().connection);
}

#[tokio::test]
async fn savepoints_are_asked_for_once_and_polled() {
    let server = MockServer::start().await;
    let trigger = TriggerId::new(7);
    let body = json!({"target-directory": "file:/s", "cancel-job": false, "triggerId": trigger});
    Mock::given(method("POST"))
        .and(path(format!("/v1/jobs/{JOB}/savepoints")))
        .and(body_json(&body))
        .respond_with(ResponseTemplate::new(202).set_body_json(json!({"request-id": trigger})))
        .mount(&server)
        .await;
    let polled = format!("/v1/jobs/{JOB}/savepoints/{trigger}");
    let cause = json!({"class": "x.Y", "stack-trace": "x.Y: outer\n\tat z\nCaused by: x.Z: inner\n"});
    for (times, answer) in [
        (1, json!({"status": {"id": "IN_PROGRESS"}, "operation": null})),
        (1, json!({"status": {"id": "COMPLETED"}, "operation": {"location": "file:/s/1"}})),
        (1, json!({"status": {"id": "COMPLETED"}, "operation": {"failure-cause": cause}})),
        (1, json!({"status": {"id": "COMPLETED"}, "operation": {}})),
    ] {
        let answer = ResponseTemplate::new(200).set_body_json(answer);
        Mock::given(path(&polled)).respond_with(answer).up_to_n_times(times).mount(&server).await;
    }
    let client = client(&server.uri());
    let request = SavepointRequest { trigger, ..SavepointRequest::new(Some("file:/s".to_owned())) };
    assert_eq!(client.trigger_savepoint(JOB, &request).await.unwrap(), trigger);
    let mut polls = Vec::new();
    for _ in 0..4 {
        polls.push(client.savepoint_status(JOB, trigger).await.unwrap());
    }
    assert_eq!(polls[..2], [AsyncStatus::InProgress, AsyncStatus::Completed("file:/s/1".to_owned())]);
    assert!(matches!(&polls[2], AsyncStatus::Failed(failure) if failure.root_cause() == "x.Z: inner"));
    assert!(matches!(&polls[3], AsyncStatus::Failed(failure) if failure.root_cause().contains("no path")));
    assert!(client.savepoint_status(JOB, TriggerId::new(8)).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn jars_are_sent_whole_under_their_name() {
    let server = MockServer::start().await;
    Mock::given(path("/v1/jars/upload"))
        .respond_with(
            ResponseTemplate::new(200)
                .set_body_json(json!({"filename": "/tmp/flink-web/u_job.jar", "status": "success"})),
        )
        .mount(&server)
        .await;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("job.jar");
    let content: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
    std::fs::write(&file, &content).unwrap();
    let client = client(&server.uri());
    let bytes = JarSource::Bytes { name: "job.jar".to_owned(), bytes: content.clone() };
    for jar in [&bytes, &JarSource::File(file)] {
        assert_eq!(client.upload_jar(jar).await.unwrap().as_str(), "u_job.jar");
    }
    for request in server.received_requests().await.unwrap() {
        assert!(request.body.windows(content.len()).any(|window| window == content));
        let head = String::from_utf8_lossy(&request.body[..300]).into_owned();
        assert!(head.contains("filename=\"job.jar\"") && head.contains("application/java-archive"), "{head}");
    }
    let missing = client.upload_jar(&JarSource::File("/nonexistent/a.jar".into())).await.unwrap_err();
    assert!(missing.to_string().starts_with("cannot read /nonexistent/a.jar: "), "{missing}");
    let directory = client.upload_jar(&JarSource::File(dir.path().to_owned())).await.unwrap_err();
    assert!(matches!(directory, RestError::Jar(_)), "{directory}");
}

#[tokio::test]
async fn the_version_is_asked_for_once_and_only_where_it_matters() {
    let server = MockServer::start().await;
    Mock::given(path("/v1/config"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"flink-version": "1.18.1"})))
        .mount(&server)
        .await;
    let run = |body| {
        Mock::given(path("/v1/jars/a.jar/run"))
            .and(body_json(body))
            .respond_with(ResponseTemplate::new(200).set_body_json(json!({"jobid": JOB})))
    };
    run(json!({})).mount(&server).await;
    run(json!({"restoreMode": "CLAIM"})).expect(2).mount(&server).await;
    let client = client(&server.uri());
    let jar = JarId("a.jar".to_owned());
    client.run_jar(&jar, &RunRequest::default()).await.unwrap();
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
    let claim = RunRequest { claim_mode: Some(RestoreMode::Claim), ..RunRequest::default() };
    client.run_jar(&jar, &claim).await.unwrap();
    client.clone().run_jar(&jar, &claim).await.unwrap();
    let paths: Vec<_> =
        server.received_requests().await.unwrap().iter().map(|r| r.url.path().to_owned()).collect();
    assert_eq!(paths.iter().filter(|path| path.ends_with("/config")).count(), 1, "{paths:?}");
}

#[tokio::test]
async fn small_requests_have_flinks_shape() {
    let server = MockServer::start().await;
    let job = format!("/v1/jobs/{JOB}");
    Mock::given(method("PATCH"))
        .and(path(&job))
        .and(query_param("mode", "cancel"))
        .respond_with(ResponseTemplate::new(202))
        .mount(&server)
        .await;
    Mock::given(path(format!("{job}/status")))
        .and(header("user-agent", concat!("flinkops/", env!("CARGO_PKG_VERSION"))))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"status": "RESTARTING"})))
        .mount(&server)
        .await;
    Mock::given(path(format!("{job}/metrics")))
        .and(query_param("get", "numRestarts,uptime"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!([{"id": "numRestarts", "value": "3"}])))
        .mount(&server)
        .await;
    let client = client(&server.uri());
    client.cancel(JOB).await.unwrap();
    assert_eq!(client.job_status(JOB).await.unwrap(), JobStatus::Restarting);
    let metrics = client.job_metrics(JOB, &["numRestarts", "uptime"]).await.unwrap();
    assert_eq!(metrics[0].value.as_deref(), Some("3"));
}
