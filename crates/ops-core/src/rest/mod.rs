//! Flink's REST API: the shapes on the wire, and a client for them.
//!
//! The client learns the cluster's version where requests differ between versions, repeats what can be repeated
//! without harm, and tells failures apart by type: see [`RestError`] and its predicates.

mod client;
mod error;
mod failure;
pub mod wire;

pub use client::{
    AsyncStatus, Drain, JarSource, RestClient, RestClientBuilder, RetryPolicy, RunRequest, SavepointRequest,
    Timeouts, UploadProgress,
};
pub use error::RestError;
pub use failure::Failure;
