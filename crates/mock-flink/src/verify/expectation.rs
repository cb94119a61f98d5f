//! One expectation: which requests, how many of them.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::journal::RecordedRequest;
use crate::matcher::Matcher;

/// Requests that are expected.
///
/// ```
/// use mock_flink::{Expectation, Times};
///
/// let stop = Expectation::new("POST /jobs/*/stop".parse()?).times(Times::exactly(1)).body(serde_json::json!({
///     "drain": true
/// }));
/// # Ok::<(), mock_flink::MatcherError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Expectation {
    /// The requests.
    pub on: Matcher,
    /// What their JSON body holds at least; anything by default. Bodies are compared up to 4 KiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// How many; one or more by default.
    #[serde(default)]
    pub times: Times,
    /// Whether the first of them comes after the first of the expectation before.
    #[serde(default)]
    pub in_order: bool,
}

/// How many requests are expected: in JSON `{"min": 1, "max": 3}`, or a number for exactly so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Times {
    /// At least.
    pub min: u64,
    /// At most; as many as come where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
}

impl<'de> Deserialize<'de> for Times {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TimesVisitor)
    }
}

struct TimesVisitor;

impl<'de> Visitor<'de> for TimesVisitor {
    type Value = Times;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of requests, or {\"min\": …, \"max\": …}")
    }

    fn visit_u64<E: serde::de::Error>(self, count: u64) -> Result<Times, E> {
        Ok(Times::exactly(count))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Times, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Bounds {
            #[serde(default)]
            min: u64,
            max: Option<u64>,
        }
        let Bounds { min, max } = Bounds::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Times { min, max })
    }
}

impl Default for Times {
    fn default() -> Self {
        Self { min: 1, max: None }
    }
}

impl Times {
    /// So many.
    pub fn exactly(count: u64) -> Self {
        Self { min: count, max: Some(count) }
    }

    /// None at all.
    pub fn never() -> Self {
        Self::exactly(0)
    }

    /// So many or more.
    pub fn at_least(count: u64) -> Self {
        Self { min: count, max: None }
    }

    /// So many or fewer.
    pub fn at_most(count: u64) -> Self {
        Self { min: 0, max: Some(count) }
    }

    pub(crate) fn allows(self, count: u64) -> bool {
        count >= self.min && self.max.is_none_or(|max| count <= max)
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.min, self.max) {
            (_, Some(0)) => f.write_str("none"),
            (min, Some(max)) if min == max => write!(f, "exactly {min}"),
            (0, Some(max)) => write!(f, "at most {max}"),
            (min, Some(max)) => write!(f, "{min} to {max}"),
            (min, None) => write!(f, "at least {min}"),
        }
    }
}

impl Expectation {
    /// One request or more that match.
    pub fn new(on: Matcher) -> Self {
        Self { on, body: None, times: Times::default(), in_order: false }
    }

    /// So many of them.
    #[must_use]
    pub fn times(mut self, times: Times) -> Self {
        self.times = times;
        self
    }

    /// Their JSON bodies hold this: every field of it, with its value, at every depth.
    #[must_use]
    pub fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// They begin after those of the expectation before.
    #[must_use]
    pub fn in_order(mut self) -> Self {
        self.in_order = true;
        self
    }

    pub(crate) fn matches(&self, request: &RecordedRequest) -> bool {
        self.on.matches(&request.method, &request.target)
            && self.body.as_ref().is_none_or(|expected| {
                serde_json::from_str::<Value>(&request.body).is_ok_and(|found| holds(&found, expected))
            })
    }
}

/// Whether every field of `expected` is in `found`, at every depth; lists are compared element by element.
fn holds(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            expected.iter().all(|(key, value)| found.get(key).is_some_and(|own| holds(own, value)))
        }
        (Value::Array(found), Value::Array(expected)) => {
            found.len() == expected.len() && found.iter().zip(expected).all(|(own, value)| holds(own, value))
        }
        _ => found == expected,
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}", self.on, self.times)?;
        if self.in_order {
            f.write_str(", in order")?;
        }
        f.write_str(")")?;
        match &self.body {
            Some(body) => write!(f, " with {body}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bodies_are_compared_by_what_they_hold() {
        let found = json!({ "a": 1, "b": { "c": [1, { "d": 2, "e": 3 }] } });
        assert!(holds(&found, &json!({ "b": { "c": [1, { "d": 2 }] } })));
        assert!(!holds(&found, &json!({ "b": { "c": [1] } })) && !holds(&found, &json!({ "z": null })));
    }

    #[test]
    fn counts_read_as_sentences() {
        let texts = [Times::exactly(2), Times::never(), Times::at_least(1), Times::at_most(3)];
        assert_eq!(texts.map(|times| times.to_string()), ["exactly 2", "none", "at least 1", "at most 3"]);
        assert!(Times::at_most(3).allows(0) && !Times::never().allows(1) && !Times::default().allows(0));
    }
}
