//! `/metrics` and `/healthz` of a watcher.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use tokio::net::TcpListener;

use super::status::Status;

/// A loop that has not gone round for so long hangs. Starting a job takes minutes.
const HANGS: Duration = Duration::from_secs(900);

struct Shown {
    status: Arc<Mutex<Status>>,
    now: fn() -> Timestamp,
}

/// Serves what a watcher shows of itself, for ever.
///
/// # Errors
/// The listener fails.
pub async fn serve(
    listener: TcpListener,
    status: Arc<Mutex<Status>>,
    now: fn() -> Timestamp,
) -> io::Result<()> {
    let router = Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(health))
        .with_state(Arc::new(Shown { status, now }));
    axum::serve(listener, router).await
}

async fn metrics(State(shown): State<Arc<Shown>>) -> Response {
    let text = shown.status.lock().unwrap_or_else(PoisonError::into_inner).metrics();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

async fn health(State(shown): State<Arc<Shown>>) -> Response {
    let status = shown.status.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let silent = |at: Timestamp| Duration::try_from((shown.now)().duration_since(at)).unwrap_or_default();
    let code = match status.alive.map(silent) {
        Some(silent) if silent > HANGS => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::OK,
    };
    (code, Json(status)).into_response()
}
