//! `/mock/clock`: the time in the simulation.

use serde::Deserialize;
use serde_json::json;

use super::routes::{Call, body, refused};
use crate::app::App;
use crate::rest::{Reply, RestError};
use crate::span::Span;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    duration: Span,
}

pub(super) fn show(app: &App, _: &Call<'_>, _: &str) -> Result<Reply, RestError> {
    let kind = if app.clock.is_virtual() { "virtual" } else { "real" };
    Ok(Reply::ok(&json!({ "now": app.cluster().now(), "kind": kind })))
}

/// Everything that is due by then has happened once this is answered.
pub(super) fn advance(app: &App, call: &Call<'_>, _: &str) -> Result<Reply, RestError> {
    let Advance { duration } = body(call)?;
    if !app.clock.advance(duration.0) {
        return Err(refused(
            409,
            "the clock is the system's, and cannot be moved; start the mock with --virtual-time",
        ));
    }
    show(app, call, "")
}
