//! The memory of a TaskManager or JobManager: what `bin/taskmanager.sh` and `bin/jobmanager.sh` compute before they start
//! a JVM (`TaskExecutorProcessUtils` and `JobManagerProcessUtils` of every version from 1.18 to 2.3).
//!
//! Flink goes one of three ways, the first that the configuration allows: from the parts that were set (a TaskManager's
//! task heap and managed memory, a JobManager's heap), from total Flink memory, or from total process memory. What was
//! set besides must agree with what comes out, or the process does not start; [`Refusal`] says so as Flink would,
//! under the same conditions.

mod arithmetic;
mod figure;
mod job_manager;
mod jvm;
mod model;
mod range;
mod refusal;
mod task_manager;
#[cfg(test)]
mod tests;

pub use figure::{Bound, Clamp, Figure, Origin, Part};
pub use job_manager::JobManagerMemory;
pub use model::{Process, ProcessMemory, derive};
pub use refusal::Refusal;
pub use task_manager::TaskManagerMemory;
pub(crate) use task_manager::segment_size;
