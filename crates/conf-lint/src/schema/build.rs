//! The tree of keys as a schema.

use std::collections::BTreeMap;

use ops_core::catalogue::{Catalogue, Family, Known, OptionType};
use ops_core::version::FlinkVersion;
use serde_json::{Map, Value, json};

use super::value::{escape, of_type};
use crate::explain::prose;

/// A JSON Schema (2020-12) of the `config.yaml` of a version, with flat keys, nested ones, and every mixture: below a
/// part of a key, the rest may be written with dots or nested further. It also fits a `flink-conf.yaml` that is YAML.
pub fn schema(version: FlinkVersion) -> Value {
    let mut root = Node::default();
    for (key, leaf) in leaves(version) {
        root.insert(key, leaf);
    }
    let catalogue = Catalogue::of(version);
    let templates = catalogue.keys().filter(|key| key.contains('.') && key.contains('<'));
    for pattern in Family::all(version).map(|family| family.pattern).chain(templates) {
        match pattern.find(['<', '*']) {
            Some(open) => root.open(pattern[..open].trim_end_matches('.')),
            None => root.insert(pattern, json!({"type": ["string", "number", "boolean"]})),
        }
    }
    let mut definitions = Map::new();
    let mut schema = root.object("", &mut definitions);
    let line = version.line();
    let mut whole = Map::new();
    whole.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    whole.insert("title".to_owned(), json!(format!("config.yaml of Flink {line}")));
    if let Some(object) = schema.as_object_mut() {
        whole.append(object);
    }
    whole.insert("$defs".to_owned(), Value::Object(definitions));
    Value::Object(whole)
}

/// Every name that this version reads, with the schema of its value.
fn leaves(version: FlinkVersion) -> Vec<(&'static str, Value)> {
    let catalogue = Catalogue::of(version);
    let mut leaves = Vec::new();
    for key in catalogue.keys().filter(|key| !key.starts_with('$') && !key.contains(['<', '#'])) {
        let Some(option) = catalogue.option(key) else { continue };
        let mut value = of_type(&option.value_type, version);
        let said = prose(key).map(|prose| prose.text.clone());
        let default = option.default.as_deref().map(|default| format!("Default: {default}"));
        let description: Vec<String> = said.into_iter().chain(default.clone()).collect();
        if !description.is_empty() {
            value["description"] = json!(description.join("\n\n"));
        }
        if let Some(default) = option.default.as_deref().filter(|_| option.value_type != OptionType::Map) {
            value["default"] = json!(default);
        }
        if option.deprecated {
            value["deprecated"] = json!(true);
        }
        leaves.push((key, value));
        for name in option.deprecated_keys.iter().chain(&option.fallback_keys) {
            if catalogue.option(name).is_none() && matches!(catalogue.lookup(name), Some(Known::Alias { .. }))
            {
                let mut value = of_type(&option.value_type, version);
                value["description"] = json!(format!("Another name of {key}"));
                value["deprecated"] = json!(true);
                leaves.push((name, value));
            }
        }
    }
    leaves
}

/// A part of a key.
#[derive(Default)]
struct Node {
    /// The schema of its value, if it is a key.
    leaf: Option<Value>,
    /// Whether any key may follow.
    open: bool,
    below: BTreeMap<String, Node>,
}

impl Node {
    fn at(&mut self, key: &str) -> &mut Self {
        key.split('.').fold(self, |node, part| node.below.entry(part.to_owned()).or_default())
    }

    fn insert(&mut self, key: &str, leaf: Value) {
        let node = self.at(key);
        node.open |= leaf["type"] == json!(["object", "string"]);
        node.leaf.get_or_insert(leaf);
    }

    fn open(&mut self, key: &str) {
        self.at(key).open = true;
    }

    /// The mapping of what follows this part. Everything below is a definition by its key, and referred to.
    fn object(&self, key: &str, definitions: &mut Map<String, Value>) -> Value {
        let (mut properties, mut patterns) = (Map::new(), Map::new());
        self.names("", key, &mut properties, &mut patterns);
        for (part, node) in &self.below {
            let full = if key.is_empty() { part.clone() } else { format!("{key}.{part}") };
            let value = node.value(&full, definitions);
            definitions.insert(full, value);
        }
        let mut object = json!({"type": "object", "properties": properties});
        if !patterns.is_empty() {
            object["patternProperties"] = Value::Object(patterns);
        }
        if !self.open {
            object["additionalProperties"] = json!(false);
        }
        object
    }

    fn value(&self, key: &str, definitions: &mut Map<String, Value>) -> Value {
        let object = (!self.below.is_empty() || self.open).then(|| self.object(key, definitions));
        match (&self.leaf, object) {
            (Some(leaf), None) => leaf.clone(),
            (Some(leaf), Some(object)) => {
                let mut value = json!({"anyOf": [leaf, object]});
                if let Some(description) = leaf.get("description") {
                    value["description"] = description.clone();
                }
                value
            }
            (None, object) => object.unwrap_or_else(|| json!({})),
        }
    }

    /// Everything below, under the names that it has here: the rest of the key, with dots.
    fn names(
        &self,
        name: &str,
        key: &str,
        properties: &mut Map<String, Value>,
        patterns: &mut Map<String, Value>,
    ) {
        let join = |prefix: &str, part: &str| match prefix {
            "" => part.to_owned(),
            prefix => format!("{prefix}.{part}"),
        };
        for (part, node) in &self.below {
            let (name, key) = (join(name, part), join(key, part));
            properties.insert(name.clone(), json!({"$ref": format!("#/$defs/{}", pointer(&key))}));
            if node.open {
                patterns.insert(format!("^{}\\..+$", escape(&name)), json!({}));
            }
            node.names(&name, &key, properties, patterns);
        }
    }
}

/// A key as a part of a JSON pointer within a URI fragment.
fn pointer(key: &str) -> String {
    let mut text = String::new();
    for byte in key.replace('~', "~0").replace('/', "~1").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' | b'~' => {
                text.push(char::from(byte))
            }
            byte => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}
