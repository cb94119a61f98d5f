//! The client: how a request travels, and one file of methods for each resource.

mod address;
mod builder;
mod checkpoints;
mod cluster;
mod diagnosis;
mod exceptions;
mod jars;
mod job;
mod jobs;
mod logs;
mod metrics;
mod operations;
mod requirements;
mod retry;
mod task_managers;
mod transport;

pub use builder::{RestClientBuilder, Timeouts};
pub use jars::{JarSource, RunRequest, UploadProgress};
pub use operations::{AsyncStatus, Drain, SavepointRequest};
pub use retry::RetryPolicy;
pub use transport::RestClient;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tls_tests;
