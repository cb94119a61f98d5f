//! Collections, configurations and ids out of a stream's table.

use ops_core::ids::VertexId;

use super::stream::{Item, Object, Stream, StreamError, Value};

impl Object {
    /// The value of a field; null when there is none of that name.
    pub(super) fn field(&self, name: &str) -> Value {
        self.fields.iter().rev().find(|(field, _)| field == name).map_or(Value::Null, |(_, value)| *value)
    }
}

impl Stream {
    /// An object that has to be there.
    pub(super) fn required(&self, value: Value, what: &str) -> Result<&Object, StreamError> {
        let missing = || StreamError::new("java.io.InvalidObjectException", format!("no {what}"));
        self.object(value).ok_or_else(missing)
    }

    pub(super) fn text(&self, value: Value) -> Option<&str> {
        match self.item(value)? {
            Item::Text(text) | Item::Constant(text) => Some(text),
            _ => None,
        }
    }

    /// A number, primitive or boxed.
    pub(super) fn integer(&self, value: Value) -> Option<i64> {
        match value {
            Value::Integer(value) => Some(value),
            Value::Item(_) => match self.object(value)?.field("value") {
                Value::Integer(value) => Some(value),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn flag(&self, value: Value) -> Option<bool> {
        self.integer(value).map(|value| value != 0)
    }

    /// The bytes of a `SerializedValue`, or of an array.
    pub(super) fn bytes(&self, value: Value) -> Option<&[u8]> {
        match self.item(value)? {
            Item::Bytes(bytes) => Some(bytes),
            Item::Object(object) => match self.item(object.field("serializedData"))? {
                Item::Bytes(bytes) => Some(bytes),
                _ => None,
            },
            _ => None,
        }
    }

    /// The elements of a list, a set or an array. What else it is, has none.
    pub(super) fn elements(&self, value: Value) -> &[Value] {
        match self.item(value) {
            Some(Item::Array(values)) => values,
            Some(Item::Object(object)) if object.class == "java.util.Arrays$ArrayList" => {
                match self.item(object.field("a")) {
                    Some(Item::Array(values)) => values,
                    _ => &[],
                }
            }
            Some(Item::Object(object)) => &object.written,
            _ => &[],
        }
    }

    /// The entries of a map.
    pub(super) fn entries(&self, value: Value) -> impl Iterator<Item = (Value, Value)> {
        self.elements(value).chunks_exact(2).map(|pair| (pair[0], pair[1]))
    }

    /// An `AbstractID`: 16 bytes in two fields, of which the lower is printed first.
    pub(super) fn id(&self, value: Value) -> Option<u128> {
        let object = self.object(value)?;
        match (object.field("upperPart"), object.field("lowerPart")) {
            (Value::Integer(upper), Value::Integer(lower)) => {
                Some(u128::from(lower.cast_unsigned()) << 64 | u128::from(upper.cast_unsigned()))
            }
            _ => None,
        }
    }

    pub(super) fn vertex_id(&self, value: Value) -> Option<VertexId> {
        self.id(value).map(VertexId::new)
    }

    /// A Flink `Configuration`, as texts.
    pub(super) fn configuration(&self, value: Value) -> Vec<(String, String)> {
        let Some(object) = self.object(value) else { return Vec::new() };
        let entries = self.entries(object.field("confData"));
        entries.filter_map(|(key, value)| Some((self.text(key)?.to_owned(), self.printed(value)?))).collect()
    }

    /// A configured value as `flink-conf.yaml` would say it.
    fn printed(&self, value: Value) -> Option<String> {
        match self.item(value)? {
            Item::Text(text) | Item::Constant(text) => Some(text.clone()),
            Item::Object(object) => match (object.class.as_str(), object.field("value")) {
                ("java.lang.Boolean", Value::Integer(value)) => Some((value != 0).to_string()),
                (_, Value::Integer(value)) => Some(value.to_string()),
                (_, Value::Real(value)) => Some(value.to_string()),
                ("java.time.Ser", _) => duration(&object.data),
                ("org.apache.flink.configuration.MemorySize", _) => match object.field("bytes") {
                    Value::Integer(bytes) => Some(format!("{bytes} bytes")),
                    _ => None,
                },
                _ => {
                    let texts = object.written.iter().filter_map(|value| self.text(*value));
                    Some(texts.collect::<Vec<_>>().join(";"))
                }
            },
            _ => None,
        }
    }
}

/// `java.time.Ser` of a `Duration`: its type, seconds, nanoseconds.
fn duration(data: &[u8]) -> Option<String> {
    let (kind, rest) = data.split_first()?;
    let seconds = i64::from_be_bytes(rest.get(..8)?.try_into().ok()?);
    let nanos = i32::from_be_bytes(rest.get(8..12)?.try_into().ok()?);
    let millis = seconds.saturating_mul(1000).saturating_add(i64::from(nanos / 1_000_000));
    (*kind == 1).then(|| format!("{millis} ms"))
}
