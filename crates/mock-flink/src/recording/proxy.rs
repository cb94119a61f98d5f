//! The proxy that records: requests go to the cluster and answers come back as they are; both are written down.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderName};
use hyper::{Request, Response, StatusCode};
use tokio::sync::Notify;

use super::format::{Content, Exchange, RecordingError, Writer};
use super::tee::Tee;
use crate::rest::{Cors, RestError};
use crate::target::Target;

/// The longest body of a request that is recorded. Jars that tests upload are shorter.
const REQUEST: usize = 8 << 20;

/// The longest body of an answer that is recorded.
const ANSWER: usize = 64 << 20;

/// Headers that are a connection's own.
const OF_THE_CONNECTION: [HeaderName; 6] = [
    header::CONNECTION,
    header::TRANSFER_ENCODING,
    header::TE,
    header::TRAILER,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
];

/// Headers of answers that are no matter of a recording.
const FORGOTTEN: [HeaderName; 3] = [header::DATE, header::CONTENT_LENGTH, header::SET_COOKIE];

type Answer = Response<Either<Tee, Full<bytes::Bytes>>>;

/// Passes requests on, and records them.
#[derive(Debug)]
pub(crate) struct Recorder {
    target: Target,
    writer: Mutex<Writer>,
    /// Why nothing is written any more; the proxy ends with it.
    failure: Mutex<Option<RecordingError>>,
    failed: Notify,
}

/// A recorder of what this cluster answers.
pub(crate) fn record(target: Target, file: &Path) -> Result<Arc<Recorder>, RecordingError> {
    let writer = Mutex::new(Writer::create(file, target.url())?);
    Ok(Arc::new(Recorder { target, writer, failure: Mutex::default(), failed: Notify::new() }))
}

impl Recorder {
    /// Resolves when the recording cannot be written any more.
    pub(crate) async fn broken(&self) -> RecordingError {
        loop {
            self.failed.notified().await;
            if let Some(error) = lock(&self.failure).take() {
                return error;
            }
        }
    }

    pub(crate) async fn pass(self: Arc<Self>, request: Request<Incoming>) -> Answer {
        let started = started();
        let (mut head, body) = request.into_parts();
        let mut exchange = Exchange {
            method: head.method.to_string(),
            target: head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
            content_type: text(&head.headers, &header::CONTENT_TYPE),
            ..Exchange::default()
        };
        forget(&mut head.headers);
        // What is compressed cannot be read in a recording.
        head.headers.remove(header::ACCEPT_ENCODING);
        let seen = Arc::new(Mutex::new(Content::default()));
        let keep = Arc::clone(&seen);
        let body = Tee::new(body, REQUEST, move |content| *lock(&keep) = content);
        let answer = match self.target.send(Request::from_parts(head, body)).await {
            Ok(answer) => answer,
            Err(error) => return refused(&error),
        };
        let (mut head, body) = answer.into_parts();
        forget(&mut head.headers);
        exchange.status = head.status.as_u16();
        let kept = head.headers.iter().filter(|(name, _)| !FORGOTTEN.contains(name));
        exchange.headers = kept
            .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
            .collect();
        let tee = Tee::new(body, ANSWER, move |content| {
            exchange.request = std::mem::take(&mut lock(&seen));
            exchange.answer = content;
            exchange.millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
            if let Err(error) = lock(&self.writer).add(&exchange) {
                *lock(&self.failure) = Some(error);
                self.failed.notify_one();
            }
        });
        Response::from_parts(head, Either::Left(tee))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a cluster elsewhere takes is no matter of the simulation"
)]
fn started() -> Instant {
    Instant::now()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn forget(headers: &mut HeaderMap) {
    for name in OF_THE_CONNECTION {
        headers.remove(name);
    }
}

/// The cluster gave no answer. That is not recorded.
fn refused(error: &(dyn std::error::Error + 'static)) -> Answer {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        message.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    let reply = RestError::Plain(502, message, Cors::Unsaid).reply();
    let mut response = Response::new(Either::Right(Full::from(reply.body)));
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response
}
