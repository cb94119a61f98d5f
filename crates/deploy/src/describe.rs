//! A description as a file for people: every field with what it means and its default, from the same comments as the JSON
//! Schema; what is not said stands there as a comment.

use ops_core::spec::ClusterSpec;
use serde_json::{Map, Value};

/// Where comments are broken.
const WIDTH: usize = 110;

/// The text of `cluster.yaml`.
pub fn describe(spec: &ClusterSpec) -> String {
    let schema = ClusterSpec::schema();
    let value = serde_json::to_value(spec).unwrap_or_default();
    let walk = Walk { schema: &schema };
    let mut text = String::from(
        "# A Flink cluster: what `flinkops render` makes everything from. `#field: value` shows what is not said, with its default.\n\
         # `flinkops init --schema` prints the JSON Schema for editors.\n",
    );
    for line in walk.object(&schema, &value, Depth::Whole) {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// Whether fields that say nothing are shown.
#[derive(Clone, Copy, PartialEq)]
enum Depth {
    /// As comments, with what they mean.
    Whole,
    /// As if they were said: the lines around them are a comment already.
    Within,
    /// Not at all.
    Said,
}

struct Walk<'a> {
    schema: &'a Value,
}

impl Walk<'_> {
    /// The lines of an object's fields.
    fn object(&self, schema: &Value, value: &Value, depth: Depth) -> Vec<String> {
        let none = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
        let mut lines = Vec::new();
        for (name, property) in properties {
            let here = value.get(name).unwrap_or(&Value::Null);
            let says = !says_nothing(here, property.get("default"));
            if depth == Depth::Said && !says {
                continue;
            }
            if depth != Depth::Said {
                let text = property.get("description").and_then(Value::as_str).unwrap_or_default();
                // Top-level sections are set apart.
                if std::ptr::eq(schema, self.schema) {
                    lines.push(String::new());
                }
                lines.extend(wrapped(text));
            }
            if says || depth == Depth::Within {
                lines.extend(self.field(name, property, here, depth));
            } else {
                let own = self.field(name, property, here, Depth::Within);
                lines.extend(own.into_iter().map(|line| format!("#{line}").trim_end().to_owned()));
            }
        }
        lines
    }

    /// The lines of one field, without its comment.
    fn field(&self, name: &str, property: &Value, value: &Value, depth: Depth) -> Vec<String> {
        let target = self.resolved(property);
        let indented =
            |lines: Vec<String>| lines.into_iter().map(|line| format!("  {line}").trim_end().to_owned());
        if target.get("properties").is_some() && !value.is_null() {
            let mut lines = vec![format!("{name}:")];
            lines.extend(indented(self.object(target, value, depth)));
            return lines;
        }
        match value {
            Value::Null => vec![format!("{name}:")],
            Value::Array(items) if items.iter().any(Value::is_object) => {
                let item = target.get("items").map(|item| self.resolved(item));
                let mut lines = vec![format!("{name}:")];
                for (number, one) in items.iter().enumerate() {
                    // Only the first shows what could be said.
                    let depth = if number == 0 { depth } else { Depth::Said };
                    let fields = item.map(|item| self.object(item, one, depth)).unwrap_or_default();
                    for (line_number, line) in fields.into_iter().enumerate() {
                        let mark = if line_number == 0 { "  - " } else { "    " };
                        lines.push(format!("{mark}{line}").trim_end().to_owned());
                    }
                }
                lines
            }
            Value::Array(items) => {
                let items: Vec<_> = items.iter().map(scalar).collect();
                vec![format!("{name}: [{}]", items.join(", "))]
            }
            Value::Object(map) if map.is_empty() => vec![format!("{name}: {{}}")],
            Value::Object(map) => {
                let mut lines = vec![format!("{name}:")];
                lines
                    .extend(map.iter().map(|(key, value)| format!("  {}: {}", key_text(key), scalar(value))));
                lines
            }
            other => vec![format!("{name}: {}", scalar(other))],
        }
    }

    /// Follows references, also those of fields that may be absent.
    fn resolved<'s>(&'s self, property: &'s Value) -> &'s Value {
        let reference = property.get("$ref").or_else(|| {
            let choices = property.get("anyOf")?.as_array()?;
            choices.iter().find_map(|choice| choice.get("$ref"))
        });
        let Some(reference) = reference.and_then(Value::as_str) else { return property };
        reference.strip_prefix('#').and_then(|pointer| self.schema.pointer(pointer)).unwrap_or(property)
    }
}

/// Whether a field is as if it were not there.
fn says_nothing(value: &Value, default: Option<&Value>) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) if items.is_empty() => true,
        Value::Object(map) if map.is_empty() => true,
        _ if default == Some(value) => true,
        // Defaults of structures are compared field by field, with what is null left out.
        Value::Object(map) => {
            let Some(Value::Object(default)) = default else { return false };
            map.iter().all(|(name, value)| says_nothing(value, default.get(name)))
        }
        _ => false,
    }
}

fn wrapped(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::from("#");
    for word in text.split_whitespace() {
        if line.len() + 1 + word.len() > WIDTH {
            lines.push(std::mem::replace(&mut line, "#".to_owned()));
        }
        line.push(' ');
        line.push_str(word);
    }
    if line.len() > 1 {
        lines.push(line);
    }
    lines
}

/// A value on one line.
fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

/// A text that YAML takes for a text: as it is where that is safe, else in quotes.
fn quoted(text: &str) -> String {
    let plain = !text.is_empty()
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:@=+ ".contains(c))
        && !text.contains(": ")
        && !text.ends_with([':', ' '])
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
            .contains(&text.to_ascii_lowercase().as_str());
    // JSON's strings are YAML's, too.
    if plain { text.to_owned() } else { Value::String(text.to_owned()).to_string() }
}

fn key_text(key: &str) -> String {
    quoted(key)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn read(text: &str) -> ClusterSpec {
        ClusterSpec::parse(text, Path::new("cluster.yaml")).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    const FULL: &str = include_str!("../../../examples/guide/cluster.yaml");

    #[test]
    fn what_is_described_is_read_back() {
        let small = "apiVersion: flinkops/v1\nname: a\nflinkVersion: '1.20'\njobManagers: {hosts: [a]}\n\
                     taskManagers: [{hosts: [b], slots: 2, labels: {disk: 'true'}}, {hosts: [c]}]\n\
                     flink: {a.b: '1', c.d: 'x: y # z', '?': ''}\n";
        for text in [FULL, small] {
            let spec = read(text);
            assert_eq!(read(&describe(&spec)), spec);
        }
    }

    /// What stands in comments is what holds without them.
    #[test]
    fn defaults_in_comments_are_the_defaults() {
        let small = "apiVersion: flinkops/v1\nname: a\nflinkVersion: '1.20'\njobManagers: {hosts: [a]}\n\
                     taskManagers: [{hosts: [b]}]\n";
        let spec = read(small);
        let described = describe(&spec);
        let said: Vec<_> = described
            .lines()
            .map(|line| {
                let indent = line.len() - line.trim_start().len();
                match line.trim_start().strip_prefix('#') {
                    Some(rest) if !rest.starts_with(' ') => format!("{}{rest}", &line[..indent]),
                    // A line of a section that is a comment as a whole: a field of it, or a comment within.
                    Some(rest) if rest.starts_with("  ") => rest.to_owned(),
                    _ => line.to_owned(),
                }
            })
            .collect();
        let said = said.join("\n");
        assert!(said.contains("\n  home: /opt/flink\n") && said.contains("\nparallelism:\n"), "{said}");
        assert_eq!(read(&said), spec);
    }
}
