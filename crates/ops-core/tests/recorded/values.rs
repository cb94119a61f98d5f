//! Values of options: taken and refused as Flink does, and taken for the same.

use ops_core::catalogue::{OptionType, Reading, Value};
use ops_core::version::{Dialect, FlinkVersion};
use serde_json::json;

use crate::answers::answers;

#[test]
fn values_are_read_as_by_flink() {
    let recorded = answers("values.tsv");
    let mut compared = 0;
    let mut wrong = Vec::new();
    for version in ["1.18.1", "1.19.3", "1.20.5", "2.0.2", "2.3.0"] {
        let version: FlinkVersion = version.parse().unwrap();
        for answer in recorded.iter().filter(|answer| answer.holds_for(version)) {
            let mut parts = answer.input.splitn(3, ' ');
            let dialect = match parts.next() {
                Some("legacy") => Dialect::Legacy,
                _ => Dialect::Yaml,
            };
            let kind = option_type(parts.next().unwrap());
            let value = parts.next().unwrap();
            if !version.reads(dialect) {
                continue;
            }
            let read = kind.read(value, Reading { version, dialect });
            let ours = read.map_or(serde_json::Value::Null, |value| shown(&value));
            compared += 1;
            if ours != answer.said {
                wrong.push(format!("{version} {:?}: Flink {}, we {ours}", answer.input, answer.said));
            }
        }
    }
    assert!(compared > 10_000, "only {compared} answers");
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
}

fn option_type(name: &str) -> OptionType {
    match name {
        "boolean" => OptionType::Boolean,
        "int" => OptionType::Int,
        "long" => OptionType::Long,
        "float" => OptionType::Float,
        "double" => OptionType::Double,
        "string" => OptionType::String,
        "duration" => OptionType::Duration,
        "memory" => OptionType::Memory,
        "map" => OptionType::Map,
        "enum" => OptionType::Enum(vec!["RED", "GREEN_LIGHT", "Blue", "dark-grey"]),
        list => OptionType::List(Box::new(option_type(list.strip_prefix("list:").unwrap()))),
    }
}

fn shown(value: &Value) -> serde_json::Value {
    match value {
        Value::Boolean(value) => json!(value),
        Value::Integer(value) => json!(value),
        Value::Float(bits) => json!(format!("{bits:x}")),
        Value::Double(bits) => json!(format!("{bits:x}")),
        Value::Text(text) => json!(text),
        Value::Duration(duration) => {
            json!([duration.as_std().as_secs(), duration.as_std().subsec_nanos()])
        }
        Value::Memory(size) => json!(size.bytes()),
        Value::List(items) => items.iter().map(shown).collect(),
        Value::Map(map) => json!(map),
        other => panic!("{other:?}"),
    }
}
