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

mod check;
mod cluster;
mod host;
mod platform;
mod processes;
mod runtime;
mod security;
mod state;

pub use cluster::{ApiVersion, ClusterName, ClusterSpec};
pub use host::{Host, HostError};
pub use platform::{
    Application, CertManager, Expose, Ingress, Kubernetes, Platform, SessionJob, Volume, Yarn,
};
pub use processes::{Cpus, JobManagers, TaskManagerGroup};
pub use runtime::{GarbageCollector, Installation, Jvm, Metrics, Network, Ports, Rest};
pub use security::{InternalTls, Kerberos, Pki, RestTls, Security};
pub use state::{
    CheckpointMode, Checkpoints, HighAvailability, HighAvailabilityMode, OnCancellation, Restart,
    RestartStrategy, State,
};
