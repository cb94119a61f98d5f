//! Flink's REST API over the simulated cluster: one file per resource, each turning state into the wire types of one version.
//!
//! What differs between versions is in `versions`; which path goes where is in `router`; how failures look is in `error`.

mod checkpoints;
mod cluster;
mod error;
mod exceptions;
mod jars;
mod job;
mod job_manager;
mod jobs;
mod metrics;
mod operations;
mod request;
mod router;
mod task_managers;
mod throwable;
mod versions;
mod vertices;

pub(crate) use error::{Cors, Reply, RestError};
pub(crate) use jars::uploaded as jar_uploaded;
pub(crate) use request::Request;
pub(crate) use router::{Endpoint, Route, answer, decoded, route};
