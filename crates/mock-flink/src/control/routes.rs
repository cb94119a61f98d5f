//! Which path leads where. Nothing below `/mock/` exists in Flink, and none of it is in the journal.

use serde::de::DeserializeOwned;
use serde_json::json;

use super::{clock, cluster, faults, prometheus, requests, state, tls};
use crate::app::App;
use crate::rest::{Cors, Reply, RestError};

/// A request to the mock itself.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a [(String, String)],
    pub(crate) body: &'a [u8],
}

/// Whether a path is one of the mock's own.
pub(crate) fn is_control(path: &str) -> bool {
    path.starts_with("/mock/")
}

/// The longest body: a state holds jars.
pub(crate) fn body_limit(path: &str) -> usize {
    if path.starts_with("/mock/state") { 256 << 20 } else { 4 << 20 }
}

type Handler = fn(&App, &Call<'_>, &str) -> Result<Reply, RestError>;

/// `*` is handed to the handler.
const ROUTES: &[(&str, &str, Handler)] = &[
    ("GET", "clock", clock::show),
    ("POST", "clock/advance", clock::advance),
    ("POST", "reset", cluster::reset),
    ("GET", "state", state::show),
    ("PUT", "state", state::load),
    ("GET", "task-managers", cluster::task_managers),
    ("POST", "task-managers", cluster::add_task_manager),
    ("DELETE", "task-managers/*", cluster::lose_task_manager),
    ("POST", "jobs/*/fail", cluster::fail_job),
    ("POST", "jobs/*/checkpoints/fail", cluster::fail_checkpoints),
    ("POST", "savepoints/deny", cluster::deny_savepoints),
    ("POST", "leader-change", faults::change_leader),
    ("GET", "prometheus", prometheus::list),
    ("POST", "tls", tls::exchange),
    ("GET", "faults", faults::list),
    ("POST", "faults", faults::add),
    ("DELETE", "faults", faults::remove_all),
    ("DELETE", "faults/*", faults::remove),
    ("GET", "requests", requests::list),
    ("DELETE", "requests", requests::forget),
    ("GET", "expectations", requests::expectations),
    ("POST", "expectations", requests::expect),
    ("DELETE", "expectations", requests::expect_nothing),
    ("GET", "verify", requests::verify),
];

/// Every method and path below `/mock/`.
pub(crate) fn list() -> impl Iterator<Item = (&'static str, &'static str)> {
    ROUTES.iter().map(|(method, pattern, _)| (*method, *pattern))
}

pub(crate) fn answer(app: &App, call: &Call<'_>) -> Reply {
    let found = ROUTES.iter().find_map(|(method, pattern, handler)| {
        let captured = capture(pattern, call.path.trim_start_matches("/mock/").trim_end_matches('/'))?;
        (*method == call.method).then_some((handler, captured))
    });
    match found {
        Some((handler, captured)) => handler(app, call, captured),
        None => Err(refused(404, format!("the mock has no {} {}; it has {}", call.method, call.path, all()))),
    }
    .unwrap_or_else(|error| error.reply())
}

fn capture<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    let (mut own, mut given) = (pattern.split('/'), path.split('/'));
    let mut captured = "";
    loop {
        match (own.next(), given.next()) {
            (Some("*"), Some(segment)) if !segment.is_empty() => captured = segment,
            (Some(part), Some(segment)) if part == segment => {}
            (None, None) => return Some(captured),
            _ => return None,
        }
    }
}

fn all() -> String {
    let rows: Vec<String> =
        ROUTES.iter().map(|(method, pattern, _)| format!("{method} /mock/{pattern}")).collect();
    rows.join(", ")
}

/// A refusal in Flink's own form.
pub(super) fn refused(status: u16, message: impl Into<String>) -> RestError {
    RestError::Plain(status, message.into(), Cors::Any)
}

/// The body as JSON; an empty one is `{}`.
pub(super) fn body<T: DeserializeOwned>(call: &Call<'_>) -> Result<T, RestError> {
    let text = if call.body.iter().all(u8::is_ascii_whitespace) { b"{}" } else { call.body };
    serde_json::from_slice(text).map_err(|error| {
        refused(400, format!("the body of {} {} makes no sense: {error}", call.method, call.path))
    })
}

/// `{}`.
pub(super) fn done() -> Reply {
    Reply::ok(&json!({}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_captured() {
        assert_eq!(capture("jobs/*/fail", "jobs/4711/fail"), Some("4711"));
        assert_eq!(capture("clock", "clock"), Some(""));
        assert!(capture("jobs/*/fail", "jobs/4711").is_none() && capture("faults/*", "faults/").is_none());
        assert!(is_control("/mock/clock") && !is_control("/mockery"));
    }
}
