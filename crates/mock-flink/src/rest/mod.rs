//! Flink's REST API over the simulated cluster: one file per resource, each turning state into the wire types of one version.
//!
//! What differs between versions is in `versions`; which path goes where is in `router`; how failures look is in `error`.

mod accumulators;
mod applications;
mod back_pressure;
mod bulk;
mod checkpoint_subtasks;
mod checkpoints;
mod cluster;
mod error;
mod exceptions;
mod flame_graph;
mod home;
mod jars;
mod java;
mod job;
mod job_manager;
mod jobs;
mod logs;
mod metric_names;
mod metrics;
mod operations;
mod profiler;
mod prometheus;
mod request;
mod rescales;
mod rescaling;
mod result;
mod router;
mod submit;
mod task_managers;
mod threads;
mod time;
mod versions;
mod vertices;

pub(crate) use error::{Content, Cors, Reply, RestError};
pub(crate) use home::page as home;
pub(crate) use jars::uploaded as jar_uploaded;
pub(crate) use prometheus::page as exported;
pub(crate) use request::Request;
pub(crate) use router::{Endpoint, Route, answer, decoded, list as endpoints, query, readable, route};
pub(crate) use submit::{Parts, submit};
pub(crate) use time::{http_date, of_http_date};
