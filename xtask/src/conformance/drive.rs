//! One cluster through all steps of one scheduler: variables are filled in, conditions awaited, structures recorded.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use rest_shape::{Answer, of_answer};
use serde_json::Value;

use super::http::{Request, send};
use super::steps::{Condition, Keep, Part, Step};
use crate::process::now;

/// How long a condition may take.
const PATIENCE: Duration = Duration::from_secs(25);

const BETWEEN: Duration = Duration::from_millis(50);

const BOUNDARY: &str = "----------conformance-boundary";

/// What came of a step.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) step: Step,
    pub(super) shape: Value,
    /// The request's target and the whole answer, for people who look for the reason of a difference.
    pub(super) raw: String,
}

/// Where a cluster answers: its REST API, and what its reporters export to Prometheus.
#[derive(Clone, Copy, Debug)]
pub(super) struct Addresses {
    pub(super) rest: SocketAddr,
    pub(super) job_manager_page: SocketAddr,
    pub(super) task_manager_page: SocketAddr,
}

/// Drives a cluster through the steps.
pub(super) struct Driver<'a> {
    pub(super) addresses: Addresses,
    /// Where files to upload are, and savepoints may go.
    pub(super) scratch: &'a Path,
    pub(super) variables: BTreeMap<String, String>,
}

impl Driver<'_> {
    /// All steps, in order.
    pub(super) fn run(&mut self, steps: &[Step]) -> Vec<Outcome> {
        steps.iter().map(|step| self.step(step)).collect()
    }

    fn step(&mut self, step: &Step) -> Outcome {
        std::thread::sleep(Duration::from_millis(step.pause));
        let target = self.filled(&step.path);
        let started = now();
        loop {
            let answer = self.ask(step, &target);
            let (unmet, value) = match &answer {
                Ok(answer) => {
                    let value = serde_json::from_slice(&answer.body).unwrap_or_default();
                    (step.wait.iter().find(|condition| !self.holds(condition, answer, &value)), value)
                }
                Err(_) => (None, Value::Null),
            };
            let late = started.elapsed() > PATIENCE;
            if unmet.is_some() && !late {
                std::thread::sleep(BETWEEN);
                continue;
            }
            self.remember(step, &value);
            return match answer {
                Ok(answer) => {
                    let mut shape = of_answer(&answer, &step.path);
                    if let Some(unmet) = unmet {
                        shape["never"] = format!("{unmet:?}").into();
                    }
                    let body = String::from_utf8_lossy(&answer.body);
                    let raw = format!("{} {target}\n{}\n{body}", step.method, answer.status);
                    Outcome { step: step.clone(), shape, raw }
                }
                Err(error) => {
                    let shape = serde_json::json!({ "broken": error.to_string() });
                    Outcome { step: step.clone(), shape, raw: format!("{} {target}\n{error}", step.method) }
                }
            };
        }
    }

    fn ask(&self, step: &Step, target: &str) -> std::io::Result<Answer> {
        let mut headers: Vec<(String, String)> =
            step.headers.iter().map(|(name, value)| (name.clone(), self.filled(value))).collect();
        let body = if step.parts.is_empty() {
            let body = step.body.as_ref();
            if let Some((kind, _)) = body {
                headers.push(("content-type".to_owned(), kind.clone()));
            }
            body.map(|(_, text)| self.filled(text).into_bytes()).unwrap_or_default()
        } else {
            headers.push(("content-type".to_owned(), format!("multipart/form-data; boundary={BOUNDARY}")));
            self.multipart(&step.parts)?
        };
        let request = |method, target| Request { method, target, headers, body };
        match (step.method.as_str(), target) {
            ("SCRAPE", "jobmanager") => send(self.addresses.job_manager_page, &request("GET", "/metrics")),
            ("SCRAPE", _) => send(self.addresses.task_manager_page, &request("GET", "/metrics")),
            (method, target) => send(self.addresses.rest, &request(method, target)),
        }
    }

    fn multipart(&self, parts: &[Part]) -> std::io::Result<Vec<u8>> {
        let mut body = Vec::new();
        for part in parts {
            match part {
                Part::Form { field, value } => body.extend(
                    format!(
                        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{}\r\n",
                        self.filled(value)
                    )
                    .bytes(),
                ),
                Part::File { field, file, sent } => {
                    body.extend(
                        format!(
                            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{sent}\"\r\n\
                             Content-Type: application/octet-stream\r\n\r\n"
                        )
                        .bytes(),
                    );
                    body.extend(fs::read(self.scratch.join(file))?);
                    body.extend(b"\r\n");
                }
            }
        }
        body.extend(format!("--{BOUNDARY}--\r\n").bytes());
        Ok(body)
    }

    fn filled(&self, text: &str) -> String {
        self.variables
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    fn holds(&self, condition: &Condition, answer: &Answer, value: &Value) -> bool {
        match condition {
            Condition::Status(status) => answer.status == *status,
            Condition::Present(pointer) => {
                let found = at(value, &self.filled(pointer));
                !found.is_empty() && found.iter().all(|found| !found.is_null())
            }
            Condition::Equal(pointer, expected) => {
                let found = at(value, &self.filled(pointer));
                !found.is_empty() && found.iter().all(|found| plain(found) == *expected)
            }
        }
    }

    fn remember(&mut self, step: &Step, value: &Value) {
        for (name, pointer, keep) in &step.set {
            let found =
                at(value, &self.filled(pointer)).first().map(|found| plain(found)).unwrap_or_default();
            let kept = match keep {
                Keep::Whole => found,
                Keep::LastComponent => found.rsplit('/').next().unwrap_or_default().to_owned(),
            };
            self.variables.insert(name.clone(), kept);
        }
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The values at a JSON pointer whose `*` stands for every element, and `first` for the first field.
fn at<'a>(value: &'a Value, pointer: &str) -> Vec<&'a Value> {
    let mut found = vec![value];
    for part in pointer.split('/').skip(1) {
        found = found
            .into_iter()
            .flat_map(|value| match (part, value) {
                ("*", Value::Array(items)) => items.iter().collect(),
                ("*", Value::Object(fields)) => fields.values().collect(),
                (part, Value::Array(items)) => {
                    part.parse().ok().and_then(|i: usize| items.get(i)).into_iter().collect()
                }
                (part, value) => value.get(part).into_iter().collect::<Vec<_>>(),
            })
            .collect();
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pointers_reach_into_every_element() {
        let value = json!({"a": [{"s": "UP"}, {"s": "DOWN"}], "n": 3});
        assert_eq!(at(&value, "/a/*/s"), [&json!("UP"), &json!("DOWN")]);
        assert_eq!(at(&value, "/a/1/s"), [&json!("DOWN")]);
        assert!(at(&value, "/a/7/s").is_empty());
        assert_eq!(plain(at(&value, "/n")[0]), "3");
    }
}
