//! Scenarios: a cluster, its programs, its jobs and what happens to them, as a YAML file.

mod build;
mod model;
mod program;
mod ready;
mod schema;

pub use model::{
    ClusterPart, Happening, JobPart, MainFailure, Program, Scenario, ScenarioError, TaskFailure, Variant,
    Vertex,
};
pub use ready::{READY_MADE, ReadyMade, ready_made};
pub use schema::schema;
