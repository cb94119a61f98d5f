//! The undertakings against scripted clusters: each answer is given once, the last one for ever.

mod operations;
mod verbs;
mod waiting;

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use ops_core::ids::{JobId, TriggerId};
use ops_core::rest::{RestClient, RetryPolicy};
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::Patience;

pub(crate) const JOB: JobId = JobId::new(0xa);
pub(crate) const TRIGGER: TriggerId = TriggerId::new(0xb);

/// A cluster that follows a script: for each `METHOD /path` (without `/v1`), its answers in order.
pub(crate) struct Cluster {
    pub(crate) client: RestClient,
    server: MockServer,
}

struct Script(Mutex<HashMap<String, Vec<(u16, Value)>>>);

impl Respond for Script {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let key = key(request);
        let mut script = self.0.lock().unwrap();
        let (status, body) = match script.get_mut(&key) {
            Some(answers) if answers.len() > 1 => answers.remove(0),
            Some(answers) => answers[0].clone(),
            None => (404, json!({"errors": [format!("Not found: {key}")]})),
        };
        ResponseTemplate::new(status).set_body_json(body)
    }
}

fn key(request: &Request) -> String {
    let path = request.url.path();
    format!("{} {}", request.method, path.strip_prefix("/v1").unwrap_or(path))
}

impl Cluster {
    pub(crate) async fn following(script: &[(&str, &[(u16, Value)])]) -> Self {
        let script = script.iter().map(|(key, answers)| ((*key).to_owned(), answers.to_vec())).collect();
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(Script(Mutex::new(script))).mount(&server).await;
        let client = RestClient::builder(&server.uri()).retries(RetryPolicy::NEVER).build().unwrap();
        Self { client, server }
    }

    /// What the cluster was asked, in order.
    pub(crate) async fn asked(&self) -> Vec<String> {
        self.server.received_requests().await.unwrap().iter().map(key).collect()
    }

    /// The JSON bodies it was sent under this key.
    pub(crate) async fn sent(&self, wanted: &str) -> Vec<Value> {
        let requests = self.server.received_requests().await.unwrap();
        let wanted = requests.iter().filter(|request| key(request) == wanted);
        wanted.map(|request| serde_json::from_slice(&request.body).unwrap()).collect()
    }
}

/// The overview with this one job: its state, its running tasks, all its tasks; the others wait for slots.
pub(crate) fn overview(state: &str, running: u32, tasks: u32) -> (u16, Value) {
    let tasks = json!({"total": tasks, "running": running, "scheduled": tasks - running});
    (200, json!({"jobs": [{"jid": JOB, "name": "job", "state": state, "start-time": 5, "tasks": tasks}]}))
}

/// The details of the job, told at `now`, RUNNING since `running`.
pub(crate) fn details(now: i64, running: i64) -> (u16, Value) {
    let vertex = json!({"id": "000000000000000000000000000000cc", "name": "map", "status": "RUNNING", "maxParallelism": 8});
    let timestamps = json!({"RUNNING": running});
    (200, json!({"jid": JOB, "state": "RUNNING", "now": now, "timestamps": timestamps, "vertices": [vertex]}))
}

pub(crate) fn error(status: u16, text: &str) -> (u16, Value) {
    (status, json!({"errors": [text]}))
}

pub(crate) fn triggered() -> (u16, Value) {
    (202, json!({"request-id": TRIGGER}))
}

pub(crate) fn in_progress() -> (u16, Value) {
    (200, json!({"status": {"id": "IN_PROGRESS"}, "operation": null}))
}

pub(crate) fn completed(operation: Value) -> (u16, Value) {
    (200, json!({"status": {"id": "COMPLETED"}, "operation": operation}))
}

/// Long enough for a scripted cluster on a busy machine.
pub(crate) fn patient() -> Patience {
    Patience::new(Duration::from_secs(20))
}

/// Enough for a few looks.
pub(crate) fn impatient() -> Patience {
    Patience::new(Duration::from_millis(150))
}
