//! The structure of an answer: keys at every depth, types, enumerated values, messages without what changes.

use serde_json::{Map, Value};

use crate::text::{headlines, structure};

/// Headers whose values are compared.
const HEADERS: [&str; 5] =
    ["content-type", "access-control-allow-origin", "cache-control", "connection", "location"];

/// Texts that are a choice of a few, though not in capitals.
const LITERAL: [&str; 17] = [
    "className",
    "class",
    "status",
    "level",
    "backpressureLevel",
    "type",
    "mode",
    "exchange",
    "exceptionName",
    "exception-name",
    "state_backend",
    "checkpoint_storage",
    "changelog_storage",
    "ship_strategy",
    "restart-strategy",
    "execution-mode",
    "savepointFormat",
];

/// Texts that are stack traces.
const TRACES: [&str; 6] =
    ["stack-trace", "stacktrace", "root-exception", "exception", "failure_message", "stackTrace"];

/// Texts that are anything.
const FREE: [&str; 5] = ["name", "value", "description", "threadName", "stringifiedThreadInfo"];

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers; names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The structure of a whole answer. The path says what some of its parts are: ids of metrics are names, for instance.
pub fn of_answer(answer: &Answer, path: &str) -> Value {
    let mut shape = Map::new();
    shape.insert("status".to_owned(), answer.status.into());
    let mut headers = Map::new();
    for name in HEADERS {
        if let Some(value) = answer.header(name) {
            headers.insert(name.to_owned(), structure(value).into());
        }
    }
    shape.insert("headers".to_owned(), headers.into());
    let json = answer.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    let exposition = answer.header("content-type").is_some_and(|kind| kind.contains("version=0.0.4"));
    let body = match serde_json::from_slice::<Value>(&answer.body) {
        _ if exposition => exposed(&String::from_utf8_lossy(&answer.body)),
        _ if answer.body.is_empty() => "nothing".into(),
        Ok(value) if json => of(
            &value,
            "",
            if path.contains("metrics") || path.ends_with("watermarks") { Ids::Literal } else { Ids::Any },
        ),
        _ => "text".into(),
    };
    shape.insert("body".to_owned(), body);
    shape.into()
}

/// What a page for Prometheus exports: the kind of each metric, and the names of the labels of its samples.
fn exposed(page: &str) -> Value {
    let mut shape = Map::new();
    for line in page.lines() {
        if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|rest| rest.split_once(' ')) {
            shape.insert(name.to_owned(), serde_json::json!({ "kind": kind, "samples": [] }));
        } else if let Some((name, help)) = line.strip_prefix("# HELP ").and_then(|rest| rest.split_once(' '))
        {
            shape.insert(format!("{name} help"), help.into());
        } else if let Some((name, rest)) = line.split_once('{') {
            let family = name.strip_suffix("_count").filter(|family| shape.contains_key(*family));
            let samples =
                shape.get_mut(family.unwrap_or(name)).and_then(|found| found["samples"].as_array_mut());
            let sample = Value::from(format!("{name} {}", labels(rest).join(" ")));
            if let Some(samples) = samples.filter(|samples| !samples.contains(&sample)) {
                samples.push(sample);
                samples.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            }
        }
    }
    shape.into()
}

/// The names of labels, in order, with the values of those that are a choice of a few.
fn labels(text: &str) -> Vec<String> {
    let mut labels: Vec<String> = text
        .split("\",")
        .filter_map(|pair| pair.split_once("=\""))
        .map(|(name, value)| match name {
            "quantile" | "job_name" | "task_name" | "operator_name" => format!("{name}={value}"),
            _ => name.to_owned(),
        })
        .collect();
    labels.sort_unstable();
    labels
}

/// Whether the `id` of something is one of a fixed set of names, as those of metrics are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ids {
    Literal,
    Any,
}

fn of(value: &Value, key: &str, ids: Ids) -> Value {
    match value {
        Value::Null => "null".into(),
        Value::Bool(value) => value.to_string().into(),
        Value::Number(number) => number_of(number).into(),
        Value::String(text) => string(text, key, ids).into(),
        // How deep the stacks of a flame graph are is the program's business.
        Value::Array(items) if key == "children" => {
            Value::Array(items.iter().take(1).map(|_| "tree".into()).collect())
        }
        Value::Array(items) if ids == Ids::Literal && items.iter().all(|item| item.get("id").is_some()) => {
            named(items)
        }
        Value::Array(items) => {
            let merged = items.iter().map(|item| of(item, key, ids)).reduce(merge);
            Value::Array(merged.into_iter().collect())
        }
        Value::Object(fields) => {
            let mut shape = Map::new();
            for (name, value) in fields {
                let (name, shaped) = (key_of(name), of(value, name, ids));
                let merged = match shape.remove(&name) {
                    Some(before) => merge(before, shaped),
                    None => shaped,
                };
                shape.insert(name, merged);
            }
            shape.into()
        }
    }
}

/// Metrics: an object from name to structure, so that each that is missing is one difference.
fn named(items: &[Value]) -> Value {
    let mut shape = Map::new();
    for item in items {
        let id = item["id"].as_str().unwrap_or_default();
        let mut rest = item.clone();
        if let Some(fields) = rest.as_object_mut() {
            fields.remove("id");
        }
        shape.insert(metric(id), of(&rest, "", Ids::Any));
    }
    let mut whole = Map::new();
    whole.insert("metrics".to_owned(), shape.into());
    whole.into()
}

/// The name of a metric without the index of the subtask.
fn metric(id: &str) -> String {
    match id.split_once('.') {
        Some((index, name)) if index.parse::<u32>().is_ok() => format!("<n>.{}", of_splits(name)),
        _ => of_splits(id),
    }
}

/// Which subtask reads which split is luck.
fn of_splits(name: &str) -> String {
    let Some((before, after)) = name.split_once(".split.") else { return name.to_owned() };
    let name = after.split_once('.').map_or("", |(_, name)| name);
    format!("{before}.split.<n>.{name}")
}

fn number_of(number: &serde_json::Number) -> String {
    match (number.as_i64(), number.as_f64()) {
        (Some(value), _) if (-3..0).contains(&value) || value == i64::MAX => value.to_string(),
        (Some(value), _) if value < 0 => "-int".to_owned(),
        (Some(_), _) => "int".to_owned(),
        (None, Some(value)) if value < 0.0 => "-float".to_owned(),
        _ => "float".to_owned(),
    }
}

fn string(text: &str, key: &str, ids: Ids) -> String {
    let constant = |c: char| c.is_ascii_uppercase() || c == '_';
    match () {
        () if text.is_empty() => "empty".to_owned(),
        () if TRACES.contains(&key) => format!("={}", headlines(text)),
        () if key == "errors" => format!("={}", error(text)),
        () if LITERAL.contains(&key) || (ids == Ids::Literal && key == "id") => format!("={text}"),
        () if matches!(text, "NaN" | "true" | "false" | "ok" | "deprecated" | "success") => {
            format!("={text}")
        }
        () if FREE.contains(&key) => "text".to_owned(),
        () if text.len() > 1 && text.chars().all(constant) => format!("={text}"),
        () if structure(text) == "<id>" => "id".to_owned(),
        () => "text".to_owned(),
    }
}

/// The first line of an error; of one that shows what happened on the server, also the exception's.
fn error(text: &str) -> String {
    match text.strip_prefix("<Exception on server side:\n") {
        Some(rest) => format!("<Exception on server side: {}", headlines(rest)),
        None => headlines(text),
    }
}

/// Names of fields that are ids are one field.
fn key_of(name: &str) -> String {
    let shaped = structure(name);
    if shaped == "<id>" || (name.contains(':') && shaped.contains("<n>")) { shaped } else { name.to_owned() }
}

/// What elements of an array have in common: a field that some lack is marked `?`, different values are listed.
fn merge(a: Value, b: Value) -> Value {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => merge_objects(a, b).into(),
        (Value::Array(a), Value::Array(b)) => {
            Value::Array(a.into_iter().chain(b).reduce(merge).into_iter().collect())
        }
        (Value::String(a), Value::String(b)) => {
            let mut all: Vec<&str> = a.split('|').chain(b.split('|')).collect();
            all.sort_unstable();
            all.dedup();
            all.join("|").into()
        }
        (a, _) => a,
    }
}

fn merge_objects(mut a: Map<String, Value>, mut b: Map<String, Value>) -> Map<String, Value> {
    let bare = |name: &str| name.trim_end_matches('?').to_owned();
    let names: std::collections::BTreeSet<String> = a.keys().chain(b.keys()).map(|name| bare(name)).collect();
    let take = |map: &mut Map<String, Value>, name: &str| {
        let certain = map.remove(name);
        let optional = map.remove(&format!("{name}?"));
        (certain.is_some(), certain.or(optional))
    };
    let mut merged = Map::new();
    for name in names {
        let ((in_a, first), (in_b, second)) = (take(&mut a, &name), take(&mut b, &name));
        let name = if in_a && in_b { name } else { format!("{name}?") };
        let value = match (first, second) {
            (Some(first), Some(second)) => merge(first, second),
            (one, other) => one.or(other).unwrap_or_default(),
        };
        merged.insert(name, value);
    }
    merged
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_become_types_and_choices_stay() {
        let body = json!({"a": 1, "b": 1.5, "c": -1, "d": "RUNNING", "e": "some text", "name": "ANY", "f": null,
            "g": true, "h": "NaN", "0123456789abcdef0123456789abcdef": {"x": 1}, "errors": ["A: b 1\n\tat c"]});
        assert_eq!(
            of(&body, "", Ids::Any),
            json!({"a": "int", "b": "float", "c": "-1", "d": "=RUNNING", "e": "text",
            "name": "text", "f": "null", "g": "true", "h": "=NaN", "<id>": {"x": "int"}, "errors": ["=A: b <n>"]})
        );
    }

    #[test]
    fn elements_of_an_array_are_merged() {
        let body = json!([{"a": 1, "s": "UP"}, {"b": 2, "s": "DOWN"}]);
        assert_eq!(of(&body, "", Ids::Any), json!([{"a?": "int", "b?": "int", "s": "=DOWN|=UP"}]));
        assert_eq!(of(&json!([]), "", Ids::Any), json!([]));
    }

    #[test]
    fn metrics_are_told_by_their_names() {
        let body = json!([{"id": "0.busy", "value": "1"}, {"id": "1.busy", "value": "NaN"}]);
        assert_eq!(of(&body, "", Ids::Literal)["metrics"]["<n>.busy"], json!({"value": "=NaN"}));
    }

    #[test]
    fn pages_for_prometheus_are_told_by_their_labels() {
        let page = "# HELP a_b b (scope: a)\n# TYPE a_b summary\na_b_count{x=\"1\",} 1.0\n\
                    a_b{x=\"1\",quantile=\"0.5\",} 1.0\na_b{x=\"2\",quantile=\"0.5\",} 1.0\n";
        assert_eq!(
            exposed(page),
            json!({"a_b help": "b (scope: a)",
                   "a_b": {"kind": "summary", "samples": ["a_b quantile=0.5 x", "a_b_count x"]}})
        );
    }
}
