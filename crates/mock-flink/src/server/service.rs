//! One request: from hyper's types to the REST resources and back.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request as HttpRequest, Response, StatusCode};

use super::body::AnswerBody;
use super::gate::Gate;
use super::mishap::{self, Broken};
use super::site::{Place, Site};
use super::{pages, upload};
use crate::app::App;
use crate::control::{self, Call};
use crate::faults::Action;
use crate::journal::RecordedRequest;
use crate::phase::Phase;
use crate::rest::{
    Content, Cors, Endpoint, Reply, Request, RestError, Route, answer, decoded, http_date, query, route,
};

/// The longest body of a request that is no upload.
const BODY_LIMIT: usize = 4 << 20;

/// How much of a body the journal keeps.
const JOURNAL_BODY: usize = 4096;

/// How long a cluster that was told to shut down still answers.
const LAST_WORDS: Duration = Duration::from_millis(100);

pub(super) async fn respond(
    site: &Site,
    reset: &Arc<AtomicBool>,
    request: HttpRequest<Incoming>,
) -> Result<Response<AnswerBody>, Broken> {
    let (mut parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let (app, shortened) = match site.place(target) {
        Place::Cluster(app, shortened) => (app, shortened),
        Place::Mock(app, shortened) => {
            parts.uri = shortened.unwrap_or(parts.uri);
            let reply = to_the_mock(app, &parts, body).await;
            return Ok(response(reply, &parts));
        }
        Place::Gone(app) => {
            let gone = format!("The cluster below {} has been shut down", app.prefix);
            return Ok(response(RestError::Plain(502, gone, Cors::Unsaid).reply(), &parts));
        }
        Place::Nowhere => {
            if let Some(gate) = site.first().gate.as_ref().filter(|gate| !gate.admits(&parts.headers)) {
                return Ok(challenge(gate, &parts));
            }
            let beside = format!("Nothing is here; Flink is below {}", site.prefixes());
            return Ok(response(RestError::Plain(404, beside, Cors::Unsaid).reply(), &parts));
        }
    };
    if let Some(gate) = app.gate.as_ref().filter(|gate| !gate.admits(&parts.headers)) {
        return Ok(challenge(gate, &parts));
    }
    if let Some(shortened) = shortened {
        parts.uri = shortened;
    }
    let method = parts.method.as_str();
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let mishap = app.faults.meet(method, target, || app.clock.now());
    let action = match mishap {
        None => None,
        Some(mishap) => {
            tokio::time::sleep(mishap.delay).await;
            mishap.action
        }
    };
    let found = route(app.version, method, parts.uri.path());
    let (reply, text) = match action.as_ref().and_then(mishap::refusal) {
        Some(reply) if matches!(action, Some(Action::Late { .. })) => {
            (reply, later(app, &parts, found, body, action.as_ref()).await)
        }
        Some(refusal) => (refusal, unheeded(found.as_ref(), body).await),
        None => carry_out(app, &parts, found, body).await,
    };
    let recorded = RecordedRequest {
        method: method.to_owned(),
        target: parts.uri.to_string(),
        body: text,
        status: reply.status,
    };
    app.watch.see(&recorded);
    app.journal.record(recorded);
    match action {
        None => Ok(response(reply, &parts)),
        Some(action) => mishap::spoil(response(reply, &parts), &action, reset),
    }
}

/// The answer to who does not show what the proxy asks for.
fn challenge(gate: &Gate, parts: &Parts) -> Response<AnswerBody> {
    let refusal = RestError::Plain(401, "Unauthorized".to_owned(), Cors::Unsaid).reply();
    let mut answer = response(refusal, parts);
    answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(gate.challenge()));
    answer
}

/// A request below `/mock/`.
async fn to_the_mock(app: &App, parts: &Parts, body: Incoming) -> Reply {
    let limit = control::body_limit(parts.uri.path());
    let Ok(body) = Limited::new(body, limit).collect().await else { return too_large() };
    let query = query(parts.uri.query().unwrap_or_default());
    let body = body.to_bytes();
    let call = Call { method: parts.method.as_str(), path: parts.uri.path(), query: &query, body: &body };
    control::answer(app, &call)
}

fn too_large() -> Reply {
    RestError::Plain(413, "The request's body is too large.".to_owned(), Cors::Any).reply()
}

/// Reads the body of a request that is not carried out, for the journal; uploads are not read.
async fn unheeded(found: Option<&Route>, body: Incoming) -> String {
    if found.is_some_and(|route| matches!(route.endpoint, Endpoint::Upload | Endpoint::Submit)) {
        return String::new();
    }
    match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => journal_text(&body.to_bytes()),
        Err(_) => String::new(),
    }
}

/// Carries a request out when nobody waits for its answer any more; its body for the journal.
async fn later(
    app: &Arc<App>,
    parts: &Parts,
    found: Option<Route>,
    body: Incoming,
    action: Option<&Action>,
) -> String {
    let Some(route) = found else { return String::new() };
    if matches!(route.endpoint, Endpoint::Upload | Endpoint::Submit | Endpoint::Shutdown) {
        return String::new();
    }
    let Ok(body) = Limited::new(body, BODY_LIMIT).collect().await else { return String::new() };
    let (body, app, parts) = (body.to_bytes(), Arc::clone(app), parts.clone());
    let (text, by) = (journal_text(&body), action.and_then(Action::late).unwrap_or_default());
    tokio::spawn(async move {
        tokio::time::sleep(by).await;
        ordinary(&app, &parts, route, body);
    });
    text
}

/// The answer to a request, and its body for the journal.
async fn carry_out(app: &Arc<App>, parts: &Parts, found: Option<Route>, body: Incoming) -> (Reply, String) {
    let (method, path) = (parts.method.as_str(), parts.uri.path());
    match found {
        None => {
            let shown = if method == "GET" { decoded(path) } else { path.to_owned() };
            let page = if method == "GET" { pages::page(app, &shown, &parts.headers) } else { None };
            (page.unwrap_or_else(|| RestError::no_such_path(method, &shown).reply()), String::new())
        }
        Some(Route { endpoint: Endpoint::Upload, .. }) => {
            (upload::receive(app, &parts.headers, body).await, String::new())
        }
        Some(Route { endpoint: Endpoint::Submit, .. }) => {
            (upload::receive_job(app, &parts.headers, body).await, String::new())
        }
        Some(route) => {
            let shuts_down = matches!(route.endpoint, Endpoint::Shutdown);
            let reply = match Limited::new(body, BODY_LIMIT).collect().await {
                Ok(body) => ordinary(app, parts, route, body.to_bytes()),
                Err(_) => (too_large(), String::new()),
            };
            if shuts_down {
                let stop = app.stop.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(LAST_WORDS).await;
                    stop.send_replace(Phase::Stopping);
                });
            }
            reply
        }
    }
}

fn journal_text(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(JOURNAL_BODY)]).into_owned()
}

fn ordinary(app: &App, parts: &Parts, route: Route, body: Bytes) -> (Reply, String) {
    let text = journal_text(&body);
    let request = Request {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: query(parts.uri.query().unwrap_or_default()),
        body: body.into(),
    };
    let mut cluster = app.cluster();
    (answer(app, &mut cluster, &request, &route), text)
}

fn response(reply: Reply, parts: &Parts) -> Response<AnswerBody> {
    let body = if parts.method == Method::HEAD { Vec::new() } else { reply.body };
    let closes = parts
        .headers
        .get(header::CONNECTION)
        .is_some_and(|value| value.to_str().is_ok_and(|value| value.eq_ignore_ascii_case("close")));
    let mut response = Response::new(AnswerBody::whole(body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let kind = match reply.content {
        Content::Json => "application/json; charset=UTF-8",
        Content::Text => "text/plain",
        Content::File(kind, _) => kind,
    };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Content::File(_, modified) = reply.content {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=300"));
        if let Ok(date) = HeaderValue::from_str(&http_date(modified)) {
            headers.insert(header::LAST_MODIFIED, date);
        }
    }
    if reply.cors == Cors::Any {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    if !closes {
        headers.insert(header::CONNECTION, HeaderValue::from_static("keep-alive"));
    }
    response
}

/// Plain HTTP on the TLS port.
pub(super) async fn redirect(
    app: &App,
    request: HttpRequest<Incoming>,
) -> Result<Response<AnswerBody>, Infallible> {
    let mut response = Response::new(AnswerBody::whole(Bytes::new()));
    *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
    if let Ok(location) = HeaderValue::from_str(&format!("{}{}", app.url, request.uri())) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    Ok(response)
}
