//! Answers from a recording: to each request the next answer that was recorded for it, the last one again and again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::{Request, Response, StatusCode};
use rest_shape::structure;

use super::format::Exchange;
use crate::rest::{Cors, Reply, RestError};

/// The longest body of a request that is looked at.
const REQUEST: usize = 64 << 20;

/// How many requests of the recording an answer to an unknown one names.
const NEAREST: usize = 3;

/// A recording that is played.
#[derive(Debug)]
pub(crate) struct Player {
    exchanges: Vec<Exchange>,
    /// By method and target; what comes next for each.
    by_target: HashMap<String, Mutex<Queue>>,
    /// The same with every id left open, for clients that choose ids by themselves.
    by_shape: HashMap<String, Mutex<Queue>>,
}

/// The exchanges of one request, and how many of them were played.
#[derive(Debug, Default)]
struct Queue {
    exchanges: Vec<usize>,
    next: usize,
}

/// Plays these exchanges.
pub(crate) fn replay(exchanges: Vec<Exchange>) -> Arc<Player> {
    let mut by_target: HashMap<String, Mutex<Queue>> = HashMap::new();
    let mut by_shape: HashMap<String, Mutex<Queue>> = HashMap::new();
    for (number, exchange) in exchanges.iter().enumerate() {
        let key = key(&exchange.method, &exchange.target);
        for (map, key) in [(&mut by_shape, structure(&key)), (&mut by_target, key)] {
            let queue = map.entry(key).or_default();
            queue.get_mut().unwrap_or_else(PoisonError::into_inner).exchanges.push(number);
        }
    }
    Arc::new(Player { exchanges, by_target, by_shape })
}

impl Player {
    pub(crate) async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let body =
            Limited::new(body, REQUEST).collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
        match self.find(head.method.as_str(), target, &body) {
            Some(exchange) => played(exchange),
            None => {
                written(RestError::Plain(404, self.unknown(head.method.as_str(), target), Cors::Any).reply())
            }
        }
    }

    fn find(&self, method: &str, target: &str, body: &[u8]) -> Option<&Exchange> {
        let key = key(method, target);
        let queue = self.by_target.get(&key).or_else(|| self.by_shape.get(&structure(&key)))?;
        let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = &queue.exchanges[queue.next.min(queue.exchanges.len() - 1)..];
        // Of several that are left, the one with this body comes first.
        let same =
            |number: &usize| self.exchanges[*number].request.bytes().is_some_and(|known| known == body);
        let skipped = rest.iter().position(same).unwrap_or(0);
        let number = rest[skipped];
        queue.next += skipped + 1;
        self.exchanges.get(number)
    }

    fn unknown(&self, method: &str, target: &str) -> String {
        let asked = key(method, target);
        let mut known: Vec<&String> = self.by_target.keys().collect();
        known.sort_by_cached_key(|known| (strsim::levenshtein(known, &asked), (*known).clone()));
        let nearest: Vec<&str> = known.iter().take(NEAREST).map(|known| known.as_str()).collect();
        format!("The recording has no {asked}; nearest: {}", nearest.join(", "))
    }
}

fn key(method: &str, target: &str) -> String {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    if segments.first() == Some(&"v1") {
        segments.remove(0);
    }
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    format!("{method} /{}{query}", segments.join("/"))
}

fn played(exchange: &Exchange) -> Response<Full<Bytes>> {
    let Some(body) = exchange.answer.bytes() else {
        let message = "The answer was too long to be recorded".to_owned();
        return written(RestError::Plain(501, message, Cors::Any).reply());
    };
    let mut response = Response::new(Full::from(body));
    *response.status_mut() =
        StatusCode::from_u16(exchange.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &exchange.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<hyper::header::HeaderName>(), value.parse()) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

fn written(reply: Reply) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = hyper::header::HeaderValue::from_static("application/json; charset=UTF-8");
    response.headers_mut().insert(hyper::header::CONTENT_TYPE, kind);
    response
}

#[cfg(test)]
mod tests {
    use super::super::format::Content;
    use super::*;

    fn exchange(method: &str, target: &str, request: &str, answer: &str) -> Exchange {
        Exchange {
            method: method.to_owned(),
            target: target.to_owned(),
            request: Content::Text(request.to_owned()),
            status: 200,
            answer: Content::Text(answer.to_owned()),
            ..Exchange::default()
        }
    }

    #[test]
    fn answers_come_in_their_order_and_the_last_one_stays() {
        let id = "0123456789abcdef0123456789abcdef";
        let player = replay(vec![
            exchange("GET", "/jobs", "", "one"),
            exchange("GET", "/v1/jobs", "", "two"),
            exchange("POST", "/x", "a", "for a"),
            exchange("POST", "/x", "b", "for b"),
            exchange("GET", &format!("/jobs/{id}?a=1"), "", "job"),
        ]);
        let ask = |method: &str, target: &str, body: &str| {
            let found = player.find(method, target, body.as_bytes());
            found.and_then(|exchange| exchange.answer.bytes()).map(|bytes| String::from_utf8(bytes).unwrap())
        };
        let answers = ["/jobs", "//jobs/", "/jobs"].map(|target| ask("GET", target, "").unwrap());
        assert_eq!(answers, ["one", "two", "two"]);
        assert_eq!(ask("POST", "/x", "b").unwrap(), "for b");
        let other = format!("/jobs/{}?a=1", "f".repeat(31) + "0");
        assert_eq!(ask("GET", &other, "").unwrap(), "job");
        assert!(ask("GET", "/jobs/x", "").is_none() && ask("DELETE", "/jobs", "").is_none());
        assert!(
            player
                .unknown("GET", "/job")
                .ends_with("nearest: GET /jobs, POST /x, GET /jobs/0123456789abcdef0123456789abcdef?a=1")
        );
    }
}
