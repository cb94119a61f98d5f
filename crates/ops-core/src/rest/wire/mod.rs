//! The JSON bodies of Flink's REST API, one file per resource, shared by the client and the mock. No behaviour lives here.
//!
//! Field names are Flink's. A field that only some versions send is an `Option` that is left out when it is
//! `None`, so that the mock can answer exactly as one version does; a field that is sent as `null` is an
//! `Option` that is written as `null`. Reading is tolerant: unknown fields are ignored, and every field
//! that a reader can do without has a default. Times are milliseconds since 1970, durations milliseconds,
//! sizes bytes; `-1` stands for "not yet" wherever Flink uses it.

pub mod accumulators;
pub mod checkpoint_config;
pub mod checkpoint_subtasks;
pub mod checkpoints;
pub mod cluster;
pub mod configuration;
pub mod environment;
pub mod error;
pub mod exceptions;
pub mod execution_result;
pub mod jars;
pub mod job;
pub mod job_config;
pub mod jobs;
pub mod logs;
pub mod metrics;
pub mod number;
pub mod operations;
mod optional;
pub mod plan;
pub mod requirements;
pub mod state;
pub mod task_managers;
#[cfg(test)]
mod tests;
pub mod vertices;
