//! `/mock/reset`, `/mock/task-managers`, `/mock/jobs`: what happens to the cluster.

use ops_core::ids::{JobId, TaskManagerId};
use serde::Deserialize;
use serde_json::json;

use super::routes::{Call, body, done, refused};
use crate::app::App;
use crate::rest::{Reply, RestError, decoded};
use crate::sim::Sabotage;
use crate::span::Span;

pub(super) fn reset(app: &App, _: &Call<'_>, _: &str) -> Result<Reply, RestError> {
    app.reset();
    Ok(done())
}

pub(super) fn task_managers(app: &App, _: &Call<'_>, _: &str) -> Result<Reply, RestError> {
    Ok(Reply::ok(&json!({ "task-managers": app.cluster().task_manager_ids() })))
}

pub(super) fn add_task_manager(app: &App, _: &Call<'_>, _: &str) -> Result<Reply, RestError> {
    Ok(Reply::ok(&json!({ "id": app.cluster().add_task_manager() })))
}

pub(super) fn lose_task_manager(app: &App, _: &Call<'_>, id: &str) -> Result<Reply, RestError> {
    let id = TaskManagerId(decoded(id));
    if app.cluster().lose_task_manager(&id) {
        return Ok(done());
    }
    Err(refused(404, format!("there is no TaskManager {id}; GET /mock/task-managers lists them")))
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Exception {
    class: String,
    message: String,
}

impl Default for Exception {
    fn default() -> Self {
        Self { class: "java.lang.RuntimeException".to_owned(), message: "failed on purpose".to_owned() }
    }
}

pub(super) fn fail_job(app: &App, call: &Call<'_>, id: &str) -> Result<Reply, RestError> {
    let exception: Exception = body(call)?;
    if app.cluster().fail_job(job(id)?, &exception.class, &exception.message) {
        return Ok(done());
    }
    Err(refused(409, format!("job {id} is not running")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FailCheckpoints {
    #[serde(default = "one")]
    count: u32,
    #[serde(default, rename = "as")]
    sabotage: Sabotage,
}

fn one() -> u32 {
    1
}

pub(super) fn fail_checkpoints(app: &App, call: &Call<'_>, id: &str) -> Result<Reply, RestError> {
    let FailCheckpoints { count, sabotage } = body(call)?;
    if app.cluster().sabotage_checkpoints(job(id)?, count, sabotage) {
        return Ok(done());
    }
    Err(refused(404, format!("there is no job {id} that goes on")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deny {
    #[serde(default)]
    duration: Option<Span>,
}

/// For a while, or until it is denied for `0 ms`.
pub(super) fn deny_savepoints(app: &App, call: &Call<'_>, _: &str) -> Result<Reply, RestError> {
    let Deny { duration } = body(call)?;
    app.cluster().deny_savepoints(duration.map(Span::millis));
    Ok(done())
}

fn job(id: &str) -> Result<JobId, RestError> {
    id.parse().map_err(|error| refused(400, format!("{error}")))
}
