//! `cluster.yaml`: the one description of a cluster from which everything else is made.
//!
//! ```
//! use std::path::Path;
//! let spec = ops_core::spec::ClusterSpec::parse("
//! apiVersion: flinkops/v1
//! name: orders
//! flinkVersion: '1.20'
//! jobManagers:
//!   hosts: [jm-1]
//! taskManagers:
//!   - hosts: [tm-1, tm-2]
//!     slots: 4
//! ", Path::new("cluster.yaml")).unwrap();
//! assert_eq!(spec.slots(), 8);
//! ```

mod cluster;
mod host;

pub use cluster::{
    ApiVersion, ClusterName, ClusterSpec, InternalTls, JobManagers, RestTls, Security, TaskManagerGroup,
};
pub use host::{Host, HostError};
