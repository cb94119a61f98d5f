//! High availability: a JobManager that can be replaced.

mod mode;

pub(crate) mod fc050_availability_incomplete;
pub(crate) mod fc051_availability_off;
pub(crate) mod fc052_unknown_availability;
pub(crate) mod fc053_shared_cluster_id;
