//! `/jobs/:jobid/resource-requirements`: how many subtasks each vertex may have, for schedulers that change it while the
//! job runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::VertexId;

/// The bounds of every vertex.
pub type ResourceRequirements = BTreeMap<VertexId, VertexRequirement>;

/// The bounds of one vertex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VertexRequirement {
    /// Its subtasks.
    pub parallelism: ParallelismBounds,
}

/// How many subtasks there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParallelismBounds {
    /// At least: the job waits for so many slots.
    pub lower_bound: i32,
    /// At most.
    pub upper_bound: i32,
}
