//! One request: from hyper's types to the REST resources and back.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request as HttpRequest, Response, StatusCode};
use tokio::sync::watch;

use super::{pages, upload};
use crate::app::App;
use crate::journal::RecordedRequest;
use crate::mock::Phase;
use crate::rest::{
    Content, Cors, Endpoint, Reply, Request, RestError, Route, answer, decoded, http_date, route,
};

/// The longest body of a request that is no upload.
const BODY_LIMIT: usize = 4 << 20;

/// How much of a body the journal keeps.
const JOURNAL_BODY: usize = 4096;

/// How long a cluster that was told to shut down still answers.
const LAST_WORDS: Duration = Duration::from_millis(100);

pub(super) async fn respond(
    app: &Arc<App>,
    stop: &watch::Sender<Phase>,
    request: HttpRequest<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let method = parts.method.as_str();
    let path = parts.uri.path();
    let found = route(app.version, method, path);
    let (reply, text) = match found {
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
                Ok(body) => ordinary(app, &parts, route, body.to_bytes()),
                Err(_) => (
                    RestError::Plain(413, "The request's body is too large.".to_owned(), Cors::Any).reply(),
                    String::new(),
                ),
            };
            if shuts_down {
                let stop = stop.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(LAST_WORDS).await;
                    stop.send_replace(Phase::Stopping);
                });
            }
            reply
        }
    };
    app.journal.record(RecordedRequest {
        method: method.to_owned(),
        target: parts.uri.to_string(),
        body: text,
        status: reply.status,
    });
    let closes = parts
        .headers
        .get(header::CONNECTION)
        .is_some_and(|value| value.to_str().is_ok_and(|value| value.eq_ignore_ascii_case("close")));
    Ok(response(reply, &parts.method, if closes { Connection::Close } else { Connection::KeepAlive }))
}

fn ordinary(app: &App, parts: &hyper::http::request::Parts, route: Route, body: Bytes) -> (Reply, String) {
    let text = String::from_utf8_lossy(&body[..body.len().min(JOURNAL_BODY)]).into_owned();
    let request = Request {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: query(parts.uri.query().unwrap_or_default()),
        body: body.into(),
    };
    let mut cluster = app.cluster();
    (answer(app, &mut cluster, &request, &route), text)
}

fn query(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(&key.replace('+', " ")), decoded(&value.replace('+', " ")))
        })
        .collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Connection {
    KeepAlive,
    Close,
}

fn response(reply: Reply, method: &Method, connection: Connection) -> Response<Full<Bytes>> {
    let body = if method == Method::HEAD { Vec::new() } else { reply.body };
    let mut response = Response::new(Full::new(Bytes::from(body)));
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
    if connection == Connection::KeepAlive {
        headers.insert(header::CONNECTION, HeaderValue::from_static("keep-alive"));
    }
    response
}

/// Plain HTTP on the TLS port.
pub(super) async fn redirect(
    app: &App,
    request: HttpRequest<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
    if let Ok(location) = HeaderValue::from_str(&format!("{}{}", app.url, request.uri())) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::query;

    #[test]
    fn queries_are_decoded() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            query("a=1&b=x%20y+z&c&&d=%3D"),
            [pair("a", "1"), pair("b", "x y z"), pair("c", ""), pair("d", "=")]
        );
    }
}
