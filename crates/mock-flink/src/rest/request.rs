//! A request as the handlers see it, and the reading of its parameters and its body.

use ops_core::ids::{JobId, TriggerId, VertexId};
use ops_core::version::FlinkVersion;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::RestError;
use super::versions::{Feature, supports};
use crate::app::App;
use crate::sim::{Cluster, Job, Throwable};

/// A request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path as received.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// What a handler works with.
pub(crate) struct Context<'a> {
    pub(crate) app: &'a App,
    pub(crate) cluster: &'a mut Cluster,
    pub(crate) request: &'a Request,
    /// What the path's variables stand for, in order.
    pub(crate) captured: &'a [(&'static str, String)],
}

impl Context<'_> {
    pub(crate) fn version(&self) -> FlinkVersion {
        self.cluster.version()
    }

    pub(crate) fn supports(&self, feature: Feature) -> bool {
        supports(self.version(), feature)
    }

    /// The value of a path variable.
    pub(crate) fn path(&self, name: &str) -> &str {
        self.captured.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
    }

    fn parsed<T: std::str::FromStr>(&self, name: &str) -> Result<T, RestError> {
        let value = self.path(name);
        value.parse().map_err(|_| RestError::parameter("path", name, value))
    }

    pub(crate) fn job_id(&self) -> Result<JobId, RestError> {
        self.parsed("jobid")
    }

    pub(crate) fn vertex_id(&self) -> Result<VertexId, RestError> {
        self.parsed("vertexid")
    }

    pub(crate) fn trigger_id(&self) -> Result<TriggerId, RestError> {
        self.parsed("triggerid")
    }

    pub(crate) fn number(&self, name: &str) -> Result<i64, RestError> {
        self.parsed(name)
    }

    /// A number that is not negative.
    pub(crate) fn natural(&self, name: &str) -> Result<u32, RestError> {
        self.parsed(name)
    }

    /// The job of the path; 404 when there is none.
    pub(crate) fn job(&self) -> Result<&Job, RestError> {
        let id = self.job_id()?;
        self.cluster.job(id).ok_or_else(|| RestError::unknown_job(id))
    }

    /// The value of a query parameter.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.request.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The values of a query parameter that may be given as a list, or several times.
    pub(crate) fn queries(&self, name: &str) -> Option<Vec<&str>> {
        let mut values = Vec::new();
        let mut given = false;
        for (_, value) in self.request.query.iter().filter(|(key, _)| key == name) {
            given = true;
            values.extend(value.split(',').filter(|part| !part.is_empty()));
        }
        given.then_some(values)
    }

    /// A body of this type; an empty one counts as `{}`. `class` is the name Flink gives it, `known` its fields.
    pub(crate) fn body<T: DeserializeOwned>(&self, class: &str, known: &[&str]) -> Result<T, RestError> {
        let value = self.json(class)?;
        if self.supports(Feature::StrictBodies) {
            refuse_unknown(&value, class, known)?;
        }
        serde_json::from_value(value).map_err(|error| mismatch(class, JACKSON_MISMATCH, error.to_string()))
    }

    /// A body that is a map.
    pub(crate) fn map_body<T: DeserializeOwned>(&self, class: &str) -> Result<T, RestError> {
        let value = self.json(class)?;
        serde_json::from_value(value).map_err(|error| mismatch(class, JACKSON_MISMATCH, error.to_string()))
    }

    fn json(&self, class: &str) -> Result<Value, RestError> {
        if self.request.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Value::Object(serde_json::Map::new()));
        }
        let value: Value = serde_json::from_slice(&self.request.body)
            .map_err(|error| mismatch(class, JACKSON_PARSE, error.to_string()))?;
        match value {
            Value::Object(_) => Ok(value),
            Value::Null => Ok(Value::Object(serde_json::Map::new())),
            _ => {
                let message = format!("Cannot deserialize value of type `{class}` from {value}");
                Err(mismatch(class, JACKSON_MISMATCH, message))
            }
        }
    }

    /// Checks a body that should be empty.
    pub(crate) fn no_body(&self) -> Result<(), RestError> {
        let value = self.json("EmptyRequestBody")?;
        if self.supports(Feature::StrictBodies) {
            refuse_unknown(&value, "EmptyRequestBody", &[])?;
        }
        Ok(())
    }
}

const JACKSON: &str = "org.apache.flink.shaded.jackson2.com.fasterxml.jackson";
const JACKSON_PARSE: &str = "core.JsonParseException";
const JACKSON_MISMATCH: &str = "databind.exc.MismatchedInputException";
const JACKSON_UNKNOWN: &str = "databind.exc.UnrecognizedPropertyException";

fn mismatch(class: &str, exception: &str, message: String) -> RestError {
    let cause = Throwable::new(format!("{JACKSON}.{exception}"), message);
    RestError::refused_by(400, format!("Request did not match expected format {class}."), cause)
}

fn refuse_unknown(value: &Value, class: &str, known: &[&str]) -> Result<(), RestError> {
    let unknown =
        value.as_object().and_then(|object| object.keys().find(|key| !known.contains(&key.as_str())));
    match unknown {
        None => Ok(()),
        Some(field) => {
            let message = format!("Unrecognized field \"{field}\" (class {class}), not marked as ignorable");
            Err(mismatch(class, JACKSON_UNKNOWN, message))
        }
    }
}
