//! Differences between the structures of two answers, and which of them are deliberate.

use std::collections::BTreeSet;

use serde_json::Value;

/// One difference: where, and what each side has; `None` for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) at: String,
    pub(super) real: Option<String>,
    pub(super) mock: Option<String>,
}

/// A line of `deliberate.txt`: `METHOD PATH | WHERE | REASON`. A `*` at an end stands for anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Deliberate {
    step: String,
    at: String,
    pub(super) reason: String,
}

impl Deliberate {
    /// Whether the line speaks of this difference.
    pub(super) fn covers(&self, step: &str, difference: &Difference) -> bool {
        fits(&self.step, step) && fits(&self.at, &difference.at)
    }
}

/// Reads `deliberate.txt`.
pub(super) fn deliberate(text: &str) -> Result<Vec<Deliberate>, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let mut parts = line.split(" | ").map(|part| part.trim().to_owned());
            match (parts.next(), parts.next(), parts.next()) {
                (Some(step), Some(at), Some(reason)) if !reason.is_empty() => {
                    Ok(Deliberate { step, at, reason })
                }
                _ => Err(format!("deliberate.txt: `STEP | WHERE | REASON` is needed: {line}")),
            }
        })
        .collect()
}

/// Whether the text is what the pattern says; `*` stands for anything.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut last_was_star = false;
    for part in parts {
        last_was_star = part.is_empty();
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.is_empty() || last_was_star
}

/// All differences, in the order of the keys.
pub(super) fn differences(real: &Value, mock: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk("", Some(real), Some(mock), &mut found);
    found
}

fn walk(at: &str, real: Option<&Value>, mock: Option<&Value>, found: &mut Vec<Difference>) {
    match (real, mock) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                walk(&format!("{at}/{key}"), a.get(key), b.get(key), found);
            }
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) if !a.is_empty() && !b.is_empty() => {
            walk(&format!("{at}/*"), a.first(), b.first(), found);
        }
        (real, mock) if real == mock => {}
        (real, mock) => {
            found.push(Difference { at: at.to_owned(), real: real.map(shown), mock: mock.map(shown) })
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_difference_is_told_where_it_is() {
        let real = json!({"a": {"b": "int"}, "l": [{"x": "int", "y": "null"}], "same": "text"});
        let mock = json!({"a": {"c": "int"}, "l": [{"x": "float", "y": "null"}], "same": "text"});
        let found: Vec<String> = differences(&real, &mock).into_iter().map(|one| one.at).collect();
        assert_eq!(found, ["/a/b", "/a/c", "/l/*/x"]);
        assert_eq!(differences(&json!([]), &json!([{"a": 1}])).len(), 1);
    }

    #[test]
    fn a_deliberate_difference_needs_a_reason() {
        let [line] = deliberate("# c\nGET /x* | /body/* | because\n").unwrap().try_into().unwrap();
        let difference = Difference { at: "/body/a/b".to_owned(), real: None, mock: None };
        assert!(line.covers("GET /x/y", &difference) && !line.covers("GET /y", &difference));
        assert!(deliberate("GET /x | /body |").is_err());
        assert!(fits("*mid*", "a mid b") && !fits("a", "ab") && fits("a*c", "abc"));
    }
}
