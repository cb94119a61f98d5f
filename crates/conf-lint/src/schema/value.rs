//! What the value of an option may be.

use ops_core::catalogue::OptionType;
use ops_core::version::FlinkVersion;
use serde_json::{Value, json};

/// The schema of a value. YAML's own numbers and booleans are fine wherever their text is.
pub(super) fn of_type(value_type: &OptionType, version: FlinkVersion) -> Value {
    match value_type {
        OptionType::Boolean => {
            json!({"type": ["boolean", "string"], "pattern": either_case(&["true", "false"])})
        }
        OptionType::Int | OptionType::Long => {
            let least = if *value_type == OptionType::Int { i64::from(i32::MIN) } else { i64::MIN };
            let most = if *value_type == OptionType::Int { i64::from(i32::MAX) } else { i64::MAX };
            json!({
                "type": ["integer", "string"],
                "minimum": least,
                "maximum": most,
                "pattern": "^[+-]?[0-9]+$",
            })
        }
        OptionType::Float | OptionType::Double => json!({
            "type": ["number", "string"],
            "pattern": "^\\s*[+-]?(NaN|Infinity|[0-9]+\\.?[0-9]*([eE][+-]?[0-9]+)?[fFdD]?|\\.[0-9]+([eE][+-]?[0-9]+)?[fFdD]?|0[xX].+)\\s*$",
        }),
        OptionType::Duration => json!({
            "type": ["string", "integer"],
            "minimum": 0,
            "pattern": match version.at_least(2, 1) {
                true => "^\\s*([0-9]+\\s*[a-zA-Zµμ]*|[-+]?[pP].+)\\s*$",
                false => "^\\s*[0-9]+\\s*[a-zA-Zµμ]*\\s*$",
            },
            "examples": ["30 s", "10 min"],
        }),
        OptionType::Memory => json!({
            "type": ["string", "integer"],
            "minimum": 0,
            "pattern": "^\\s*[0-9]+\\s*[a-zA-Z\u{212a}]*\\s*$",
            "examples": ["64 mb", "4g"],
        }),
        OptionType::Enum(values) => json!({
            "anyOf": [{"enum": values}, {"type": ["string", "boolean"], "pattern": either_case(values)}],
        }),
        OptionType::List(_) => json!({"type": ["array", "string", "number", "boolean"]}),
        OptionType::Map => json!({
            "type": ["object", "string"],
            "additionalProperties": {"type": ["string", "number", "boolean", "array", "object"]},
        }),
        _ => json!({"type": ["string", "number", "boolean", "array"]}),
    }
}

/// A pattern for these words in any case.
fn either_case(words: &[&str]) -> String {
    let letter = |c: char| match c.to_lowercase().eq(c.to_uppercase()) {
        true => escape(&c.to_string()),
        false => format!("[{}{}]", c.to_uppercase(), c.to_lowercase()),
    };
    let words: Vec<String> = words.iter().map(|word| word.chars().map(letter).collect()).collect();
    format!("^({})$", words.join("|"))
}

/// The text as a regular expression that matches it alone.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\^$.|?*+()[]{}/".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
