//! `job.yaml`: what a job is to be, from which `apply` makes it so.
//!
//! ```
//! use std::path::Path;
//! let job = jobs::Description::parse("
//! apiVersion: flinkops/v1
//! name: orders
//! jar: target/orders.jar
//! arguments: [--topic, orders]
//! parallelism: 4
//! savepoints: s3://bucket/savepoints
//! flink:
//!   execution.checkpointing.interval: 10 s
//! ", Path::new("/srv/jobs/orders.yaml")).unwrap();
//! assert_eq!(job.jar.to_string(), "/srv/jobs/target/orders.jar");
//! ```

mod copy_id;
mod document;

pub use copy_id::{CopyId, Fingerprint};
pub use document::{Description, DescriptionError, Health, JarLocation, JobName, Restore, Rollback, Upgrade};
