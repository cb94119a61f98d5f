//! The simulated cluster: one deterministic, synchronous state machine. No I/O, no clock of its own, no threads.
//!
//! [`Cluster::advance_to`] moves its time; everything that is due happens in order of time, and among events of
//! the same millisecond in the order in which they were scheduled. The same seed and the same calls give the same states.
//!
//! | module | what it holds |
//! |---|---|
//! | `cluster` | the state, time, and what can be asked of the cluster as a whole |
//! | `graph` | what a program submits |
//! | `job` | a job, its vertices, subtasks and attempts |
//! | `task_manager` | TaskManagers, slots and memory |
//! | `scheduling` | submission, slots, deployment, the end of a job |
//! | `failover` | failures, restarts, the exception history |
//! | `restart` | restart strategies |
//! | `checkpointing` | checkpoints and savepoints |
//! | `operations` | asynchronous operations and their results |
//! | `adaptive` | the adaptive scheduler: resource requirements, waiting for resources, rescaling |
//! | `applications` | applications, which jobs belong to (2.3) |
//! | `process` | the JobManager, or a TaskManager |
//! | `profiling` | profiles, and samples for flame graphs |
//! | `data_sets` | intermediate results that are kept |
//! | `load` | busy, idle and held-up tasks |
//! | `incident` | what happens at a time that a scenario sets |
//! | `saved` | the whole state as a document |
//! | `sabotage` | checkpoints and savepoints that fail because a test says so |
//! | `settings` | what is read from the configuration |
//! | `store` | where savepoints go, as a trait |

mod adaptive;
mod applications;
mod checkpointing;
mod cluster;
mod data_sets;
mod failover;
mod graph;
mod incident;
mod job;
mod load;
mod operations;
mod process;
mod profiling;
mod random;
mod restart;
mod sabotage;
mod saved;
mod scheduling;
mod settings;
mod store;
mod task_manager;
#[cfg(test)]
mod tests;
mod throwable;

pub(crate) use adaptive::{Bounds, Rescale, RescaleEnd};
pub(crate) use applications::{Application, ApplicationStatus};
pub(crate) use checkpointing::{CheckpointKind, CheckpointRecord, CheckpointState, DistributionOf, Restored};
pub use cluster::{Cluster, ClusterSpec};
pub(crate) use failover::FailureRecord;
pub use graph::{AccumulatorSpec, EdgeSpec, Failure, JobGraph, JobKind, Ship, StateProfile, VertexSpec};
pub(crate) use incident::Incident;
pub(crate) use job::{Attempt, Job, SchedulerKind, Vertex};
pub(crate) use load::Load;
pub(crate) use operations::{AfterSavepoint, OperationKey, OperationState, Outcome};
pub(crate) use process::Process;
pub(crate) use profiling::Profile;
pub(crate) use random::Random;
pub use sabotage::Sabotage;
pub(crate) use saved::Unfit;
pub use scheduling::{Submission, SubmitError};
pub use settings::Settings;
pub(crate) use settings::{CheckpointPlan, NEVER, PROMETHEUS_FACTORY, Reporter};
pub use store::{MemoryStore, SavepointStore, Snapshot, StoreError};
pub(crate) use task_manager::{MemoryLayout, Placement, TaskManager};
pub use throwable::Throwable;
pub(crate) use throwable::job_not_found;
