//! Durations in files and requests: `8 s` as Flink writes them, or milliseconds.

use std::borrow::Cow;
use std::time::Duration;

use ops_core::units::FlinkDuration;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// A duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(try_from = "Written", into = "String")]
pub struct Span(pub Duration);

/// As it stands in a file.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Millis(u64),
    Text(String),
}

impl Span {
    /// Whole milliseconds; a span that is longer than anything can wait is as long as can be.
    pub fn millis(self) -> i64 {
        i64::try_from(self.0.as_millis()).unwrap_or(i64::MAX)
    }
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A duration: milliseconds, or a text such as `250 ms`, `8 s`, `5 min`, `1 h` or `2 d`.",
            "oneOf": [
                { "type": "integer", "minimum": 0 },
                { "type": "string", "pattern": r"^\s*\d+\s*[a-zA-Zµ]*\s*$" },
            ],
        })
    }
}

impl From<Duration> for Span {
    fn from(duration: Duration) -> Self {
        Self(duration)
    }
}

impl TryFrom<Written> for Span {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        match written {
            Written::Millis(millis) => Ok(Self(Duration::from_millis(millis))),
            Written::Text(text) => match FlinkDuration::parse(&text) {
                Ok(duration) => Ok(Self(duration.as_std())),
                Err(error) => Err(error.to_string()),
            },
        }
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        format!("{} ms", span.0.as_millis())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_numbers_are_read() {
        let read = |text: &str| serde_json::from_str::<Span>(text);
        assert_eq!(read("250").unwrap(), Span(Duration::from_millis(250)));
        assert_eq!(read("\"1 d\"").unwrap(), Span(Duration::from_secs(86_400)));
        assert_eq!(serde_json::to_string(&Span(Duration::from_secs(8))).unwrap(), "\"8000 ms\"");
        assert!(read("\"soon\"").is_err() && read("-1").is_err());
    }
}
