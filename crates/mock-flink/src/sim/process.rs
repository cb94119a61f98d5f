//! The processes of a cluster.

use ops_core::ids::TaskManagerId;
use serde::{Deserialize, Serialize};

/// A process: what is profiled, and what exports metrics.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Process {
    JobManager,
    TaskManager(TaskManagerId),
}
