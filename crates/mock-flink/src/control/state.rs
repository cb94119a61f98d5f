//! `/mock/state`: the whole state, out and in.

use super::routes::{Call, done, refused};
use crate::app::App;
use crate::rest::{Reply, RestError};
use crate::state::StateError;

pub(super) fn show(app: &App, _: &Call<'_>, _: &str) -> Result<Reply, RestError> {
    app.state().map(Reply::written).map_err(|error| refused(500, error.to_string()))
}

pub(super) fn load(app: &App, call: &Call<'_>, _: &str) -> Result<Reply, RestError> {
    app.restore(call.body).map(|()| done()).map_err(|error| match &error {
        StateError::Nonsense(_) => refused(400, error.to_string()),
        StateError::Unfit(_) => refused(409, error.to_string()),
        StateError::Jar(cause) => refused(500, format!("{error}: {cause}")),
    })
}
