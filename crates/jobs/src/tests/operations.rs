//! Submitting, savepoints, stopping and rescaling.

use ops_core::ids::JarId;
use ops_core::rest::{Drain, JarSource, RunRequest, SavepointRequest};
use serde_json::json;

use super::*;
use crate::{
    Jar, JobsError, Rescaling, SavepointPath, Submission, rescale_from_savepoint, savepoint,
    stop_with_savepoint, submit,
};

const RUN: &str = "POST /jars/u_a.jar/run";
const UPLOAD: &str = "POST /jars/upload";
const DELETE: &str = "DELETE /jars/u_a.jar";
const OVERVIEW: &str = "GET /jobs/overview";

fn upload() -> Submission {
    let jar = JarSource::Bytes { name: "a.jar".to_owned(), bytes: b"PK".to_vec() };
    Submission { jar: Jar::Upload(jar), run: RunRequest { parallelism: Some(1), ..RunRequest::default() } }
}

fn uploaded() -> (u16, Value) {
    (200, json!({"filename": "/upload/u_a.jar", "status": "success"}))
}

fn started() -> (u16, Value) {
    (200, json!({"jobid": JOB}))
}

fn poll() -> String {
    format!("GET /jobs/{JOB}/savepoints/{TRIGGER}")
}

fn savepoints() -> String {
    format!("POST /jobs/{JOB}/savepoints")
}

fn stop() -> String {
    format!("POST /jobs/{JOB}/stop")
}

fn request() -> SavepointRequest {
    SavepointRequest { trigger: TRIGGER, ..SavepointRequest::new(Some("file:/s".to_owned())) }
}

#[tokio::test]
async fn a_job_is_submitted_under_an_id_chosen_beforehand() {
    let cluster = Cluster::following(&[(UPLOAD, &[uploaded()]), (RUN, &[started()])]).await;
    let submitted = submit(&cluster.client, &upload()).await.unwrap();
    assert_eq!((submitted.job_id, submitted.jar_id.as_str()), (JOB, "u_a.jar"));
    let first = cluster.sent(RUN).await[0]["jobId"].clone();
    submit(&cluster.client, &Submission { jar: Jar::Uploaded(JarId("u_a.jar".to_owned())), ..upload() })
        .await
        .unwrap();
    assert_ne!(cluster.sent(RUN).await[1]["jobId"], first);
    let own = RunRequest { job_id: Some(JobId::new(77)), ..RunRequest::default() };
    submit(&cluster.client, &Submission { run: own, ..upload() }).await.unwrap();
    assert_eq!(cluster.sent(RUN).await[2]["jobId"], json!(JobId::new(77)));
    assert_eq!(cluster.asked().await.iter().filter(|key| *key == UPLOAD).count(), 2);
}

#[tokio::test]
async fn a_refused_submission_leaves_no_jar_behind() {
    let main_failed = error(400, "a.B: no\n\tat a\nCaused by: java.lang.IllegalStateException: boom");
    let cluster =
        Cluster::following(&[(UPLOAD, &[uploaded()]), (RUN, &[main_failed]), (DELETE, &[(200, json!({}))])])
            .await;
    let error = submit(&cluster.client, &upload()).await.unwrap_err();
    assert!(error.to_string().ends_with("400: java.lang.IllegalStateException: boom"), "{error}");
    assert_eq!(cluster.asked().await, [UPLOAD, RUN, DELETE]);
    // One that was there before stays.
    let before = Submission { jar: Jar::Uploaded(JarId("u_a.jar".to_owned())), ..upload() };
    submit(&cluster.client, &before).await.unwrap_err();
    assert_eq!(cluster.asked().await[3..], [RUN]);
}

#[tokio::test]
async fn a_job_whose_answer_was_lost_is_found() {
    let gateway = (504, json!({"errors": ["Gateway Timeout"]}));
    let chosen = RunRequest { job_id: Some(JOB), ..RunRequest::default() };
    let lost = Submission { run: chosen, ..upload() };
    let details_key = format!("GET /jobs/{JOB}");
    let cluster = Cluster::following(&[
        (UPLOAD, &[uploaded()]),
        (RUN, &[gateway]),
        (&details_key, &[error(404, "not yet"), details(1, 1)]),
    ])
    .await;
    assert_eq!(submit(&cluster.client, &lost).await.unwrap().job_id, JOB);
    assert_eq!(cluster.sent(RUN).await.len(), 1);
}

#[tokio::test]
async fn savepoints_are_polled_to_their_end() {
    let flaky = error(503, "ongoing leader election");
    let done = completed(json!({"location": "file:/s/savepoint-1"}));
    let cluster = Cluster::following(&[
        (&savepoints(), &[triggered()]),
        (&poll(), &[in_progress(), flaky, in_progress(), done]),
    ])
    .await;
    let path = savepoint(&cluster.client, JOB, &request(), patient()).await.unwrap();
    assert_eq!(path.as_str(), "file:/s/savepoint-1");
    assert_eq!(cluster.sent(&savepoints()).await[0]["triggerId"], json!(TRIGGER));
}

#[tokio::test]
async fn savepoints_fail_in_three_ways() {
    let failed =
        completed(json!({"failure-cause": {"class": "x.Y", "stack-trace": "x.Y: disk full\n\tat x"}}));
    for (answers, expected, timeout) in [
        (vec![in_progress(), failed], "the savepoint of job {JOB} failed: x.Y: disk full", false),
        (vec![in_progress()], "is not complete after 0.15 s; it goes on in the cluster", true),
        (vec![in_progress(), error(404, "no such operation")], "has forgotten the savepoint of job", true),
        (vec![error(404, "no such operation")], "the cluster answered 404", false),
    ] {
        let cluster = Cluster::following(&[(&savepoints(), &[triggered()]), (&poll(), &answers)]).await;
        let error = savepoint(&cluster.client, JOB, &request(), impatient()).await.unwrap_err();
        let expected = expected.replace("{JOB}", &JOB.to_string());
        assert!(error.to_string().contains(&expected), "{error}");
        assert_eq!(error.is_timeout(), timeout, "{error}");
    }
}

#[tokio::test]
async fn stopping_waits_for_the_job_and_never_loses_the_savepoint() {
    let done = completed(json!({"location": "file:/s/1"}));
    let answers = [overview("RUNNING", 1, 1), overview("FINISHED", 0, 1)];
    let cluster = Cluster::following(&[
        (&stop(), &[triggered()]),
        (&poll(), &[in_progress(), done.clone()]),
        (OVERVIEW, &answers),
    ])
    .await;
    let path = stop_with_savepoint(&cluster.client, JOB, &request(), Drain::Drain, patient()).await.unwrap();
    assert_eq!(path, SavepointPath("file:/s/1".to_owned()));
    let expected = json!({"targetDirectory": "file:/s", "drain": true, "triggerId": TRIGGER});
    assert_eq!(cluster.sent(&stop()).await, [expected]);
    let stuck = Cluster::following(&[
        (&stop(), &[triggered()]),
        (&poll(), &[done]),
        (OVERVIEW, &[overview("RUNNING", 1, 1)]),
    ])
    .await;
    let error =
        stop_with_savepoint(&stuck.client, JOB, &request(), Drain::Keep, impatient()).await.unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("complete, file:/s/1, but"), "{error}");
}

fn rescaling(parallelism: i32) -> Rescaling {
    Rescaling { submission: upload(), parallelism, savepoint: request() }
}

#[tokio::test]
async fn rescaling_stops_and_starts_from_there() {
    let next = JobId::new(0xd);
    let cluster = Cluster::following(&[
        (&format!("GET /jobs/{JOB}"), &[details(1, 1)]),
        (UPLOAD, &[uploaded()]),
        (&stop(), &[triggered()]),
        (&poll(), &[completed(json!({"location": "file:/s/1"}))]),
        (OVERVIEW, &[overview("FINISHED", 0, 1)]),
        (RUN, &[(200, json!({"jobid": next}))]),
    ])
    .await;
    let rescaled = rescale_from_savepoint(&cluster.client, JOB, &rescaling(4), patient()).await.unwrap();
    assert_eq!((rescaled.stopped, rescaled.started, rescaled.savepoint.as_str()), (JOB, next, "file:/s/1"));
    let run = &cluster.sent(RUN).await[0];
    assert_eq!((run["parallelism"].as_i64(), run["savepointPath"].as_str()), (Some(4), Some("file:/s/1")));
    assert_ne!(run["jobId"], json!(JOB));
}

#[tokio::test]
async fn a_job_is_not_stopped_for_a_rescaling_that_cannot_be() {
    let cluster = Cluster::following(&[(&format!("GET /jobs/{JOB}"), &[details(1, 1)])]).await;
    let error = rescale_from_savepoint(&cluster.client, JOB, &rescaling(9), patient()).await.unwrap_err();
    assert!(matches!(error, JobsError::TooParallel { wanted: 9, maximum: 8, .. }), "{error}");
    rescale_from_savepoint(&cluster.client, JOB, &rescaling(8), patient()).await.unwrap_err();
    assert!(!cluster.asked().await.contains(&stop()));
}

#[tokio::test]
async fn a_job_that_cannot_be_started_again_is_not_lost() {
    let cluster = Cluster::following(&[
        (&format!("GET /jobs/{JOB}"), &[details(1, 1)]),
        (UPLOAD, &[uploaded()]),
        (&stop(), &[triggered()]),
        (&poll(), &[completed(json!({"location": "file:/s/1"}))]),
        (OVERVIEW, &[overview("FINISHED", 0, 1)]),
        (RUN, &[error(400, "x.Y: no")]),
    ])
    .await;
    let error = rescale_from_savepoint(&cluster.client, JOB, &rescaling(4), patient()).await.unwrap_err();
    let message = error.to_string();
    assert!(
        message.contains("its state is safe in file:/s/1") && message.contains("400: x.Y: no"),
        "{message}"
    );
    assert!(!cluster.asked().await.contains(&DELETE.to_owned()), "the jar is needed for the next attempt");
}
