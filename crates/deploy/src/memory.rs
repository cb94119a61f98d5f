//! What a process takes from its machine, by Flink's own memory model.

use ops_core::spec::{ClusterSpec, TaskManagerGroup};
use ops_core::units::MemorySize;
use tuning::memory::{self, Process};
use tuning::settings::Settings;

use crate::configuration::{self, Node, Target};
use crate::error::DeployError;

/// All memory of a JobManager's process.
pub(crate) fn job_manager(spec: &ClusterSpec) -> Result<MemorySize, DeployError> {
    total(spec, Process::JobManager, &Node::job_manager())
}

/// All memory of a TaskManager's process.
pub(crate) fn task_manager(spec: &ClusterSpec, group: &TaskManagerGroup) -> Result<MemorySize, DeployError> {
    total(spec, Process::TaskManager, &Node::task_manager(group))
}

/// Whether Flink would start with the sizes.
pub(crate) fn check(spec: &ClusterSpec) -> Result<(), DeployError> {
    job_manager(spec)?;
    spec.task_managers.iter().try_for_each(|group| task_manager(spec, group).map(drop))
}

fn total(spec: &ClusterSpec, process: Process, node: &Node<'_>) -> Result<MemorySize, DeployError> {
    let mut settings = Settings::empty(spec.flink_version);
    for setting in configuration::settings(spec, Target::Operator, node).iter() {
        settings.set(&setting.key, &setting.value);
    }
    for (key, value) in &spec.flink {
        settings.set(key, value);
    }
    let name = match process {
        Process::JobManager => "JobManager",
        Process::TaskManager => "TaskManager",
    };
    memory::derive(process, &settings)
        .map(|memory| memory.total_process().size)
        .map_err(|refusal| DeployError::Memory { process: name, reason: refusal.to_string() })
}
