//! Checkpoints, scaling in place, jars that are there already, logs.

use ops_core::ids::VertexId;
use ops_core::rest::RunRequest;
use ops_core::rest::wire::operations::CheckpointType;

use super::*;
use crate::{
    Jar, JobsError, LogSource, Scale, Submission, checkpoint, log_sources, plan_scale, scale, submit, upload,
};

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

/// A jar of its own directory, which goes with it.
struct JarFile(std::path::PathBuf);

impl JarFile {
    fn new(name: &str) -> Self {
        let directory = std::env::temp_dir().join(format!("jobs-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let file = directory.join("orders.jar");
        std::fs::write(&file, b"PK\x03\x04content").unwrap();
        Self(file)
    }
}

impl Drop for JarFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.0.parent().unwrap());
    }
}

/// The jars of a cluster, by id and name.
fn jars(all: &[(&str, &str)]) -> (u16, Value) {
    let file = |(id, name): &(&str, &str)| json!({"id": id, "name": name, "uploaded": 1, "entry": []});
    (200, json!({"address": "http://x", "files": all.iter().map(file).collect::<Vec<_>>()}))
}

/// The name says what is in it: SHA-256 of [`JarFile`]'s content.
const THERE: (&str, &str) = ("mine", "orders-f90b092ef6105f2a.jar");

#[tokio::test]
async fn a_jar_that_is_there_is_not_uploaded_again() {
    let jar = JarFile::new("upload");
    let uploaded = (200, json!({"filename": "/upload/u_orders.jar", "status": "success"}));
    let cluster =
        Cluster::following(&[("GET /jars", &[jars(&[])]), ("POST /jars/upload", &[uploaded])]).await;
    let first = upload(&cluster.client, &jar.0, None).await.unwrap();
    assert_eq!((first.id.as_str(), first.reused), ("u_orders.jar", false));
    let other = ("other", "orders-0000000000000000.jar");
    let cluster = Cluster::following(&[("GET /jars", &[jars(&[other, THERE])])]).await;
    let again = upload(&cluster.client, &jar.0, None).await.unwrap();
    assert_eq!((again.id.as_str(), again.reused), ("mine", true));
}

#[tokio::test]
async fn a_refused_job_takes_along_only_the_jar_that_was_uploaded_for_it() {
    let jar = JarFile::new("refused");
    let submission = Submission { jar: Jar::File(jar.0.clone()), run: RunRequest::default() };
    let uploaded = (200, json!({"filename": "/upload/u_orders.jar", "status": "success"}));
    let cluster = Cluster::following(&[
        ("GET /jars", &[jars(&[]), jars(&[THERE])]),
        ("POST /jars/upload", &[uploaded]),
        ("POST /jars/u_orders.jar/run", &[error(400, "x.Y: no")]),
        ("POST /jars/mine/run", &[error(400, "x.Y: no")]),
        ("DELETE /jars/u_orders.jar", &[(200, json!({}))]),
        ("DELETE /jars/mine", &[(200, json!({}))]),
    ])
    .await;
    for _ in 0..2 {
        assert!(submit(&cluster.client, &submission).await.unwrap_err().to_string().contains("x.Y: no"));
    }
    let asked = cluster.asked().await;
    let deleted: Vec<&String> = asked.iter().filter(|asked| asked.starts_with("DELETE")).collect();
    assert_eq!(deleted, ["DELETE /jars/u_orders.jar"]);
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
