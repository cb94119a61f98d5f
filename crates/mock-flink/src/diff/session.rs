//! The requests of a recording, sent to two clusters. Ids that a cluster gives itself take the place of those that were
//! recorded: where an answer has another text than the recording has in the same place, later requests use it.

use std::collections::BTreeMap;
use std::time::Duration;

use rest_shape::Answer;
use serde_json::Value;
use tokio::time::sleep;

use super::ask::{Question, ask, json};
use super::report::Report;
use crate::recording::Exchange;
use crate::target::{Target, TargetError};

/// How long a cluster may take to come to the state that was recorded.
const PATIENCE: u32 = 100;

const BETWEEN: Duration = Duration::from_millis(100);

/// Shorter texts are names or states, not ids.
const SHORTEST: usize = 8;

/// Where an answer says how far something is.
const PROGRESS: [&str; 3] = ["/status/id", "/state", "/status"];

/// A cluster, and what it calls what the recording calls otherwise.
struct Side<'a> {
    cluster: &'a Target,
    names: BTreeMap<String, String>,
}

/// Sends every request of the recording to both clusters.
///
/// # Errors
/// One of them does not answer.
pub(crate) async fn repeat(
    exchanges: &[Exchange],
    first: &Target,
    second: &Target,
) -> Result<Report, TargetError> {
    let mut report = Report::default();
    let mut sides = [first, second].map(|cluster| Side { cluster, names: BTreeMap::new() });
    for (exchange, next) in exchanges.iter().zip(exchanges.iter().skip(1).map(Some).chain([None])) {
        // A client that asks until something is done counts with its last question.
        let asked = |exchange: &Exchange| (exchange.method.clone(), exchange.target.clone());
        if exchange.method == "GET" && next.is_some_and(|next| asked(next) == asked(exchange)) {
            continue;
        }
        let Some(body) = exchange.request.bytes() else {
            let what =
                format!("{} {}, whose body was too long to be recorded", exchange.method, exchange.target);
            report.only_one.push(what);
            continue;
        };
        let [one, other] = &mut sides;
        let one = one.answer(exchange, &body).await?;
        let other = other.answer(exchange, &body).await?;
        let request = format!("{} {}", exchange.method, exchange.target);
        report.compare(&request, &exchange.target, &one, &other);
    }
    Ok(report)
}

impl Side<'_> {
    async fn answer(&mut self, exchange: &Exchange, body: &[u8]) -> Result<Answer, TargetError> {
        let question = Question {
            method: exchange.method.clone(),
            target: self.renamed(&exchange.target),
            content_type: exchange.content_type.clone(),
            body: match std::str::from_utf8(body) {
                Ok(text) => self.renamed(text).into_bytes(),
                Err(_) => body.to_owned(),
            },
        };
        let recorded: Value =
            exchange.answer.bytes().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        let mut left = if exchange.method == "GET" { PATIENCE } else { 0 };
        loop {
            let answer = ask(self.cluster, &question).await?;
            let given = json(&answer);
            let there = PROGRESS.iter().all(|at| match (recorded.pointer(at), given.pointer(at)) {
                (Some(Value::String(recorded)), Some(Value::String(given))) => {
                    recorded == given || recorded == "IN_PROGRESS"
                }
                _ => true,
            });
            if there || left == 0 {
                self.learn(&recorded, &given);
                return Ok(answer);
            }
            left -= 1;
            sleep(BETWEEN).await;
        }
    }

    /// All names at once: what took one's place is not replaced again.
    fn renamed(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            // Of names that begin alike, the longest is meant.
            let found = self.names.iter().filter(|(recorded, _)| rest.starts_with(recorded.as_str()));
            match found.max_by_key(|(recorded, _)| recorded.len()) {
                Some((recorded, own)) => {
                    out.push_str(own);
                    rest = &rest[recorded.len()..];
                }
                None => {
                    out.push(next);
                    rest = &rest[next.len_utf8()..];
                }
            }
        }
        out
    }

    fn learn(&mut self, recorded: &Value, given: &Value) {
        match (recorded, given) {
            (Value::Object(a), Value::Object(b)) => {
                a.iter()
                    .filter_map(|(key, value)| Some((value, b.get(key)?)))
                    .for_each(|(a, b)| self.learn(a, b));
            }
            (Value::Array(a), Value::Array(b)) => paired(a, b).for_each(|(a, b)| self.learn(a, b)),
            (Value::String(a), Value::String(b)) if a != b => {
                // Of a path, its last part: the id of a jar.
                let last = |text: &str| text.rsplit('/').next().unwrap_or_default().to_owned();
                for (a, b) in [(a.clone(), b.clone()), (last(a), last(b))] {
                    if a.len() >= SHORTEST && !b.is_empty() && !a.contains(char::is_whitespace) {
                        self.names.entry(a).or_insert(b);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The elements of two arrays that stand for the same: those of one name in one state, in their order; others in their
/// places.
fn paired<'a>(recorded: &'a [Value], given: &'a [Value]) -> impl Iterator<Item = (&'a Value, &'a Value)> {
    let kind = |value: &Value| (value["name"].clone(), value["state"].clone());
    recorded.iter().enumerate().filter_map(move |(place, one)| {
        if one["name"].is_null() {
            return Some((one, given.get(place)?));
        }
        let before = recorded[..place].iter().filter(|other| kind(other) == kind(one)).count();
        given.iter().filter(|other| kind(other) == kind(one)).nth(before).map(|other| (one, other))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::target::Trust;

    #[test]
    fn a_cluster_s_own_names_take_the_place_of_the_recorded_ones() {
        let target = Target::new("http://x", &Trust::default()).unwrap();
        let mut side = Side { cluster: &target, names: BTreeMap::new() };
        side.learn(
            &json!({"filename": "/a/b/0123-orders.jar", "jobs": [{"id": "aaaaaaaabbbbbbbb", "state": "RUNNING"}]}),
            &json!({"filename": "/c/4567-orders.jar", "jobs": [{"id": "ccccccccdddddddd", "state": "FAILED"}]}),
        );
        assert_eq!(side.renamed("/jars/0123-orders.jar/run"), "/jars/4567-orders.jar/run");
        assert_eq!(side.renamed("/jobs/aaaaaaaabbbbbbbb"), "/jobs/ccccccccdddddddd");
        assert_eq!(side.renamed("RUNNING"), "RUNNING");
    }

    #[test]
    fn names_may_change_places() {
        let target = Target::new("http://x", &Trust::default()).unwrap();
        let mut side = Side { cluster: &target, names: BTreeMap::new() };
        let job = |id: &str, state: &str| json!({"jid": id, "name": "orders", "state": state});
        side.learn(
            &json!([job("aaaaaaaa", "RUNNING"), job("bbbbbbbb", "FAILED")]),
            &json!([job("cccccccc", "FINISHED"), job("aaaaaaaa", "FAILED"), job("bbbbbbbb", "RUNNING")]),
        );
        assert_eq!(side.renamed("/a/aaaaaaaa/bbbbbbbb"), "/a/bbbbbbbb/aaaaaaaa");
    }
}
