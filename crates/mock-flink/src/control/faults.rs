//! `/mock/faults`, `/mock/leader-change`.

use serde::Deserialize;
use serde_json::json;

use super::routes::{Call, body, done, refused};
use crate::app::App;
use crate::faults::{Action, Fault};
use crate::rest::{Reply, RestError};
use crate::span::Span;

pub(super) fn list(app: &App, _: &Call<'_>, _: &str) -> Result<Reply, RestError> {
    Ok(Reply::ok(&json!({ "faults": app.faults.all() })))
}

pub(super) fn add(app: &App, call: &Call<'_>, _: &str) -> Result<Reply, RestError> {
    let fault: Fault = body(call)?;
    Ok(Reply::ok(&json!({ "id": app.faults.add(fault, app.clock.now()) })))
}

pub(super) fn remove(app: &App, _: &Call<'_>, id: &str) -> Result<Reply, RestError> {
    let number = id.parse().map_err(|_| refused(400, format!("`{id}` is no number of a fault")))?;
    if app.faults.remove(Some(number)) {
        Ok(done())
    } else {
        Err(refused(404, format!("there is no fault {id}")))
    }
}

pub(super) fn remove_all(app: &App, _: &Call<'_>, _: &str) -> Result<Reply, RestError> {
    app.faults.remove(None);
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LeaderChange {
    duration: Span,
}

pub(super) fn change_leader(app: &App, call: &Call<'_>, _: &str) -> Result<Reply, RestError> {
    let LeaderChange { duration } = body(call)?;
    app.change_leader(duration.0);
    Ok(done())
}

impl App {
    /// For so long, no leader answers.
    pub(crate) fn change_leader(&self, time: std::time::Duration) {
        let fault = Fault::new(crate::matcher::Matcher::everything(), Action::LeaderChange).lasting(time);
        self.faults.add(fault, self.clock.now());
    }
}
