//! The plan of a job: `/jobs/:jobid/plan`, `/jars/:jarid/plan`, and part of the job's details.

use serde::{Deserialize, Serialize};

use crate::ids::VertexId;

/// `{"plan": …}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanBody {
    /// The plan.
    pub plan: Plan,
}

/// The graph of a job. When the job failed before it had one, all fields are missing (1.x) or empty (2.x).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// The job's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jid: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `STREAMING` or `BATCH`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The vertices, sinks first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodes: Option<Vec<PlanNode>>,
}

/// A vertex of the graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanNode {
    /// The vertex.
    pub id: VertexId,
    /// Its parallelism.
    #[serde(default)]
    pub parallelism: i64,
    /// Always empty for streaming jobs.
    #[serde(default)]
    pub operator: String,
    /// Always empty for streaming jobs.
    #[serde(default)]
    pub operator_strategy: String,
    /// The operators chained in the vertex, as HTML.
    #[serde(default)]
    pub description: String,
    /// Where its records come from; left out for sources.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<PlanInput>,
    /// Always empty for streaming jobs; 1.x an object, 2.x an object or `null`.
    #[serde(default)]
    pub optimizer_properties: serde_json::Value,
}

/// An edge of the graph, stored at its target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanInput {
    /// The number of the input.
    #[serde(default)]
    pub num: i64,
    /// The vertex that the records come from.
    pub id: VertexId,
    /// The strategy of a local sort or the like (batch only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_strategy: Option<String>,
    /// Whether the result is cached (batch only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caching: Option<String>,
    /// `FORWARD`, `HASH`, `REBALANCE`, …
    #[serde(default)]
    pub ship_strategy: String,
    /// `pipelined_bounded`, `blocking`, …
    #[serde(default)]
    pub exchange: String,
}
