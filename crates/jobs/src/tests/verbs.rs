//! Checkpoints, scaling in place, jars that are there already, logs.

use ops_core::ids::VertexId;
use ops_core::rest::wire::operations::CheckpointType;

use super::*;
use crate::{JobsError, LogSource, Scale, checkpoint, log_sources, plan_scale, scale, upload};

const VERTEX: VertexId = VertexId::new(0xc);
const OTHER: VertexId = VertexId::new(0xd);

fn two_vertices(first: i32, second: i32) -> (u16, Value) {
    let vertex = |id: VertexId, parallelism: i32| {
        json!({"id": id, "name": format!("vertex {id}"), "maxParallelism": 128, "parallelism": parallelism,
               "status": "RUNNING", "start-time": 0, "end-time": -1, "duration": 1, "tasks": {}, "metrics": {}})
    };
    let body = json!({"jid": JOB, "name": "orders", "state": "RUNNING", "start-time": 0, "end-time": -1, "duration": 1,
                      "now": 1, "timestamps": {}, "vertices": [vertex(VERTEX, first), vertex(OTHER, second)],
                      "status-counts": {}, "plan": {"jid": JOB, "name": "orders", "nodes": []}});
    (200, body)
}

fn bounds(first: i32, second: i32) -> Value {
    let of = |upper: i32| json!({"parallelism": {"lowerBound": 1, "upperBound": upper}});
    json!({VERTEX.to_string(): of(first), OTHER.to_string(): of(second)})
}

#[tokio::test]
async fn a_checkpoint_is_asked_for_until_it_has_a_number() {
    let trigger = format!("POST /jobs/{JOB}/checkpoints");
    let poll = format!("GET /jobs/{JOB}/checkpoints/{TRIGGER}");
    let cluster = Cluster::following(&[
        (&trigger, &[triggered()]),
        (&poll, &[in_progress(), completed(json!({"checkpointId": 7}))]),
    ])
    .await;
    assert_eq!(checkpoint(&cluster.client, JOB, CheckpointType::Full, patient()).await.unwrap(), 7);
    let sent = cluster.sent(&trigger).await;
    assert_eq!(sent[0]["checkpointType"], "FULL");
    assert!(sent[0]["triggerId"].is_string());
}

#[tokio::test]
async fn scaling_declares_what_changes_and_keeps_the_rest() {
    let (job, requirements) = (format!("GET /jobs/{JOB}"), format!("/jobs/{JOB}/resource-requirements"));
    let (get, put) = (format!("GET {requirements}"), format!("PUT {requirements}"));
    let cluster = Cluster::following(&[
        (&job, &[two_vertices(2, 3), two_vertices(2, 3), two_vertices(4, 3)]),
        (&get, &[(200, bounds(2, 3))]),
        (&put, &[(200, json!({}))]),
        ("GET /jobs/overview", &[overview("RUNNING", 7, 7)]),
    ])
    .await;
    let wanted = Scale::Vertices([(VERTEX, 4), (OTHER, 3)].into());
    let plan = plan_scale(&cluster.client, JOB, &wanted).await.unwrap();
    assert_eq!(plan.changes.len(), 1);
    scale(&cluster.client, JOB, &plan, patient()).await.unwrap();
    assert_eq!(cluster.sent(&put).await, [bounds(4, 3)]);
}

#[tokio::test]
async fn what_cannot_be_scaled_is_said_before_anything_is_done() {
    let job = format!("GET /jobs/{JOB}");
    let get = format!("GET /jobs/{JOB}/resource-requirements");
    let refused = (500, json!({"errors": ["java.lang.UnsupportedOperationException: no"]}));
    let cluster = Cluster::following(&[(&job, &[two_vertices(2, 2)]), (&get, &[refused])]).await;
    let client = &cluster.client;
    let plan = plan_scale(client, JOB, &Scale::All(4)).await.unwrap();
    assert_eq!((plan.changes.len(), plan.requirements.is_none()), (2, true));
    let error = scale(client, JOB, &plan, patient()).await.unwrap_err();
    assert!(matches!(error, JobsError::NotScalable { .. }), "{error}");
    let error = plan_scale(client, JOB, &Scale::All(129)).await.unwrap_err();
    assert!(matches!(error, JobsError::TooParallel { maximum: 128, .. }), "{error}");
    let unknown = Scale::Vertices([(VertexId::new(9), 1)].into());
    let error = plan_scale(client, JOB, &unknown).await.unwrap_err();
    assert!(error.is_input() && error.to_string().contains(&VERTEX.to_string()), "{error}");
    assert!(cluster.asked().await.iter().all(|asked| asked.starts_with("GET ")));
}

#[tokio::test]
async fn a_jar_that_is_there_is_not_uploaded_again() {
    let directory = std::env::temp_dir().join(format!("jobs-verbs-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let file = directory.join("orders.jar");
    std::fs::write(&file, b"PK\x03\x04content").unwrap();
    let none = (200, json!({"address": "http://x", "files": []}));
    let uploaded = (200, json!({"filename": "/upload/u_orders.jar", "status": "success"}));
    let cluster = Cluster::following(&[("GET /jars", &[none]), ("POST /jars/upload", &[uploaded])]).await;
    let first = upload(&cluster.client, &file).await.unwrap();
    assert_eq!((first.id.as_str(), first.reused), ("u_orders.jar", false));
    // The name says what is in it: SHA-256 of the content above.
    let there = json!({"address": "http://x", "files": [
        {"id": "other", "name": "orders-0000000000000000.jar", "uploaded": 1, "entry": []},
        {"id": "mine", "name": "orders-f90b092ef6105f2a.jar", "uploaded": 1, "entry": []},
    ]});
    let cluster = Cluster::following(&[("GET /jars", &[(200, there)])]).await;
    let asked = upload(&cluster.client, &file).await;
    std::fs::remove_dir_all(&directory).unwrap();
    assert!(asked.as_ref().is_ok_and(|jar| jar.reused && jar.id.as_str() == "mine"), "{asked:?}");
}

#[tokio::test]
async fn logs_are_those_of_registered_processes_that_run_the_job() {
    let of = |vertex: VertexId, ids: &[&str]| {
        let on = |id: &&str| {
            json!({"status": "RUNNING", "start-time": 0, "end-time": -1, "duration": 1, "metrics": {},
                   "status-counts": {}, "taskmanager-id": id, "aggregated": {"metrics": {}, "status-duration": {}}})
        };
        let all: Vec<Value> = ids.iter().map(on).collect();
        (200, json!({"id": vertex, "name": "v", "now": 1, "taskmanagers": all}))
    };
    let (job, first, second) = (
        format!("GET /jobs/{JOB}"),
        format!("GET /jobs/{JOB}/vertices/{VERTEX}/taskmanagers"),
        format!("GET /jobs/{JOB}/vertices/{OTHER}/taskmanagers"),
    );
    let registered = json!({"taskmanagers": [{"id": "a"}, {"id": "b"}, {"id": "c"}]});
    let cluster = Cluster::following(&[
        (&job, &[two_vertices(1, 1)]),
        (&first, &[of(VERTEX, &["a", "gone"])]),
        (&second, &[of(OTHER, &["c", "a"])]),
        ("GET /taskmanagers", &[(200, registered)]),
    ])
    .await;
    let sources: Vec<String> =
        log_sources(&cluster.client, JOB).await.unwrap().iter().map(LogSource::to_string).collect();
    assert_eq!(sources, ["JobManager", "TaskManager a", "TaskManager c"]);
}
