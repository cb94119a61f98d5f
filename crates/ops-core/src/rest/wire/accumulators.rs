//! Accumulators of jobs, vertices and subtasks, and the serialized form.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// `GET /jobs/:jobid/accumulators`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct JobAccumulators {
    /// Always empty in every known version.
    pub job_accumulators: Vec<serde_json::Value>,
    /// The accumulators of the user's functions, merged over all tasks.
    pub user_task_accumulators: Vec<Accumulator>,
    /// The same values, Java-serialized; only with `includeSerializedValue=true`.
    pub serialized_user_task_accumulators: BTreeMap<String, serde_json::Value>,
}

/// `GET …/vertices/:vertexid/accumulators`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct VertexAccumulators {
    /// The vertex.
    pub id: String,
    /// The accumulators of its functions.
    pub user_accumulators: Vec<Accumulator>,
}

/// An accumulator and its value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Accumulator {
    /// Its name in the program.
    pub name: String,
    /// The simple name of its class.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its value, as text.
    pub value: String,
}
