//! Waiting: reached, ended otherwise, out of time, and what is seen on the way.

use ops_core::rest::wire::state::JobStatus;
use serde_json::json;

use super::*;
use crate::{
    Goal, JobProgress, JobsError, cancel, list, restarts, run_mark, show, wait_for_restart, wait_until,
};

const OVERVIEW: &str = "GET /jobs/overview";

fn details_key() -> String {
    format!("GET /jobs/{JOB}")
}

#[tokio::test]
async fn running_means_all_tasks_and_each_change_is_observed_once() {
    let cluster = Cluster::following(&[(
        OVERVIEW,
        &[
            overview("CREATED", 0, 0),
            overview("RUNNING", 0, 0),
            overview("RUNNING", 0, 2),
            overview("RUNNING", 0, 2),
            error(503, "ongoing leader election"),
            overview("RUNNING", 1, 2),
            overview("RUNNING", 2, 2),
        ],
    )])
    .await;
    let mut seen = Vec::new();
    let observe = |progress: JobProgress| seen.push(progress.to_string());
    wait_until(&cluster.client, JOB, Goal::AllTasksRunning, patient(), observe).await.unwrap();
    let expected = [
        "CREATED, 0 of 0 tasks running",
        "RUNNING, 0 of 0 tasks running",
        "RUNNING, 0 of 2 tasks running, 2 waiting for slots",
        "RUNNING, 1 of 2 tasks running, 1 waiting for slots",
        "RUNNING, 2 of 2 tasks running",
    ];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_job_that_failed_is_told_with_its_root_cause() {
    let cause =
        json!({"class": "a.B", "stack-trace": "a.B: outer\n\tat a.B.c\nCaused by: x.Y: boom\n\tat x.Y.z\n"});
    let result = json!({"id": JOB, "application-status": "FAILED", "failure-cause": cause});
    let body = json!({"status": {"id": "COMPLETED"}, "job-execution-result": result});
    let cluster = Cluster::following(&[
        (OVERVIEW, &[overview("RUNNING", 0, 1), overview("FAILED", 0, 1)]),
        (&format!("GET /jobs/{JOB}/execution-result"), &[(200, body)]),
    ])
    .await;
    let error = wait_until(&cluster.client, JOB, Goal::AllTasksRunning, patient(), |_| {}).await.unwrap_err();
    assert!(error.is_ended() && !error.is_timeout(), "{error}");
    assert!(
        error.to_string().ends_with("is FAILED, and so will never be RUNNING with all its tasks: x.Y: boom"),
        "{error}"
    );
    assert!(error.stack().unwrap().contains("at a.B.c"));
}

#[tokio::test]
async fn the_other_goals_are_told_apart() {
    let finished = Cluster::following(&[(OVERVIEW, &[overview("FINISHED", 0, 1)])]).await;
    for (goal, reached) in [
        (Goal::Ended, true),
        (Goal::State(JobStatus::Finished), true),
        (Goal::State(JobStatus::Canceled), false),
        (Goal::AllTasksRunning, false),
    ] {
        let result = wait_until(&finished.client, JOB, goal, patient(), |_| {}).await;
        assert_eq!(result.is_ok(), reached, "{goal}");
        assert!(result.is_ok() || matches!(result, Err(JobsError::Ended { state: JobStatus::Finished, .. })));
    }
}

#[tokio::test]
async fn running_out_of_time_says_what_was_seen_and_how_to_look() {
    let cluster = Cluster::following(&[(OVERVIEW, &[overview("RUNNING", 0, 4)])]).await;
    let error =
        wait_until(&cluster.client, JOB, Goal::AllTasksRunning, impatient(), |_| {}).await.unwrap_err();
    assert!(error.is_timeout() && !error.is_ended());
    let message = error.to_string();
    assert!(
        message.contains("after 0.15 s (RUNNING, 0 of 4 tasks running, 4 waiting for slots)"),
        "{message}"
    );
    assert!(message.contains(&format!("it goes on: look with `flinkops job show {JOB}`")), "{message}");
    assert!(cluster.asked().await.len() > 2);
}

#[tokio::test]
async fn an_unknown_job_is_told_at_once_but_one_seen_before_is_waited_for() {
    let cluster = Cluster::following(&[(OVERVIEW, &[(200, json!({"jobs": []}))])]).await;
    let error = wait_until(&cluster.client, JOB, Goal::Ended, patient(), |_| {}).await.unwrap_err();
    assert!(matches!(&error, JobsError::Rest(error) if error.is_not_found()), "{error}");
    let gone = (200, json!({"jobs": []}));
    let answers = [overview("RUNNING", 1, 1), gone.clone(), gone, overview("FINISHED", 0, 1)];
    let cluster = Cluster::following(&[(OVERVIEW, &answers)]).await;
    wait_until(&cluster.client, JOB, Goal::Ended, patient(), |_| {}).await.unwrap();
}

#[tokio::test]
async fn a_restart_is_a_later_entry_into_running() {
    let cluster = Cluster::following(&[
        (OVERVIEW, &[overview("RUNNING", 1, 1)]),
        // Running since before the mark; stale at first; then restarted.
        (&details_key(), &[details(1000, 900), details(2000, 900), details(3000, 900), details(4000, 2500)]),
    ])
    .await;
    let mark = run_mark(&cluster.client, JOB).await.unwrap();
    let summary = wait_for_restart(&cluster.client, JOB, mark, patient(), |_| {}).await.unwrap();
    assert_eq!(summary.state, JobStatus::Running);
    let asked = cluster.asked().await;
    assert_eq!(asked.iter().filter(|key| **key == details_key()).count(), 4, "{asked:?}");

    let cluster = Cluster::following(&[
        (OVERVIEW, &[overview("RUNNING", 1, 1)]),
        (&details_key(), &[details(1000, 900)]),
    ])
    .await;
    let mark = run_mark(&cluster.client, JOB).await.unwrap();
    assert!(
        wait_for_restart(&cluster.client, JOB, mark, impatient(), |_| {}).await.unwrap_err().is_timeout()
    );
}

#[tokio::test]
async fn restarts_are_unknown_until_they_are_measured() {
    let key = format!("GET /jobs/{JOB}/metrics");
    let answers = [(200, json!([])), (200, json!([{"id": "numRestarts", "value": "3"}]))];
    let cluster = Cluster::following(&[(&key, &answers)]).await;
    assert_eq!(restarts(&cluster.client, JOB).await.unwrap(), None);
    assert_eq!(restarts(&cluster.client, JOB).await.unwrap(), Some(3));
}

#[tokio::test]
async fn cancelling_waits_for_the_end() {
    let patch = format!("PATCH /jobs/{JOB}");
    let answers = [overview("CANCELLING", 1, 1), overview("CANCELED", 0, 1)];
    let cluster = Cluster::following(&[(&patch, &[(202, json!({}))]), (OVERVIEW, &answers)]).await;
    assert_eq!(cancel(&cluster.client, JOB, patient()).await.unwrap().state, JobStatus::Canceled);
    let ended =
        Cluster::following(&[(&patch, &[error(409, "already reached another terminal state")])]).await;
    let error = cancel(&ended.client, JOB, patient()).await.unwrap_err();
    assert!(matches!(&error, JobsError::Rest(error) if error.status() == Some(409)), "{error}");
}

#[tokio::test]
async fn jobs_are_listed_with_those_that_go_on_first() {
    let job = |id: u128, state: &str, start: i64| json!({"jid": JobId::new(id), "state": state, "start-time": start});
    let jobs = json!({"jobs": [job(1, "FINISHED", 9), job(2, "RUNNING", 1), job(3, "RESTARTING", 5), job(4, "FAILED", 7)]});
    let cluster = Cluster::following(&[(OVERVIEW, &[(200, jobs)])]).await;
    let ids: Vec<_> = list(&cluster.client).await.unwrap().iter().map(|job| job.jid.value()).collect();
    assert_eq!(ids, [3, 2, 1, 4]);
}

#[tokio::test]
async fn a_report_does_without_checkpoints_but_not_without_the_job() {
    let exceptions = format!("GET /jobs/{JOB}/exceptions");
    let metrics = format!("GET /jobs/{JOB}/metrics");
    let entry = json!({"exceptionName": "x.Y", "stacktrace": "x.Y: boom\n\tat x\n", "timestamp": 1});
    let history = json!({"exceptionHistory": {"entries": [entry], "truncated": false}});
    let cluster = Cluster::following(&[
        (&details_key(), &[details(1, 1)]),
        (&exceptions, &[(200, history)]),
        (&metrics, &[(200, json!([{"id": "numRestarts", "value": "1"}]))]),
    ])
    .await;
    let report = show(&cluster.client, JOB).await.unwrap();
    assert_eq!((report.details.jid, report.checkpoints, report.restarts), (JOB, None, Some(1)));
    assert!(report.exceptions.latest().unwrap().starts_with("x.Y: boom"));
    let empty = Cluster::following(&[(&metrics, &[(200, json!([]))])]).await;
    assert!(matches!(show(&empty.client, JOB).await, Err(JobsError::Rest(error)) if error.is_not_found()));
}
