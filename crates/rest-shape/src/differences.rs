//! Differences between the structures of two answers.

use std::collections::BTreeSet;

use serde_json::Value;

/// One difference: where, and what each has there; `None` for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where, as a JSON pointer; `*` stands for the elements of an array.
    pub at: String,
    /// What the first has.
    pub first: Option<String>,
    /// What the second has.
    pub second: Option<String>,
}

/// All differences, in the order of the keys.
pub fn differences(first: &Value, second: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk("", Some(first), Some(second), &mut found);
    found
}

fn walk(at: &str, first: Option<&Value>, second: Option<&Value>, found: &mut Vec<Difference>) {
    match (first, second) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                walk(&format!("{at}/{key}"), a.get(key), b.get(key), found);
            }
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) if !a.is_empty() && !b.is_empty() => {
            walk(&format!("{at}/*"), a.first(), b.first(), found);
        }
        (first, second) if first == second => {}
        (first, second) => {
            found.push(Difference { at: at.to_owned(), first: first.map(shown), second: second.map(shown) })
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
}
