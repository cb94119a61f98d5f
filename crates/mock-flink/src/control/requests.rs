//! `/mock/requests`, `/mock/expectations`, `/mock/verify`.

use serde_json::json;

use super::routes::{Call, body, done, refused};
use crate::app::App;
use crate::journal::RecordedRequest;
use crate::matcher::Matcher;
use crate::rest::{Reply, RestError};
use crate::verify::Expectation;

/// All, or with `?on=PATTERN` those that match.
pub(super) fn list(app: &App, call: &Call<'_>, _: &str) -> Result<Reply, RestError> {
    let pattern = call.query.iter().find(|(key, _)| key == "on").map(|(_, value)| value.parse::<Matcher>());
    let pattern = pattern.transpose().map_err(|error| refused(400, error.to_string()))?;
    let mut requests = app.journal.all();
    requests.retain(|request: &RecordedRequest| {
        pattern.as_ref().is_none_or(|pattern| pattern.matches(&request.method, &request.target))
    });
    Ok(Reply::ok(&json!({ "requests": requests })))
}

pub(super) fn forget(app: &App, _: &Call<'_>, _: &str) -> Result<Reply, RestError> {
    app.journal.clear();
    Ok(done())
}

pub(super) fn expectations(app: &App, _: &Call<'_>, _: &str) -> Result<Reply, RestError> {
    Ok(Reply::ok(&json!({ "expectations": app.watch.all() })))
}

/// What is expected of the requests that come from now on.
pub(super) fn expect(app: &App, call: &Call<'_>, _: &str) -> Result<Reply, RestError> {
    let expectation: Expectation = body(call)?;
    app.watch.add(expectation);
    Ok(done())
}

pub(super) fn expect_nothing(app: &App, _: &Call<'_>, _: &str) -> Result<Reply, RestError> {
    app.watch.clear();
    Ok(done())
}

/// 200 where every expectation is met, 409 otherwise.
pub(super) fn verify(app: &App, _: &Call<'_>, _: &str) -> Result<Reply, RestError> {
    let verdict = app.watch.verdict(&app.journal.all());
    let status = if verdict.verified { 200 } else { 409 };
    Ok(Reply::json(status, &verdict))
}
