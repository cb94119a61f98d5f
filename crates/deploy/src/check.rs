//! Whether platforms can be what is described, before anything is made.

use ops_core::spec::{ClusterSpec, Platform, TaskManagerGroup};

use crate::error::DeployError;
use crate::{memory, operator, standalone, yarn};

/// Whether the platforms can be what is described, as far as that can be said without certificates.
///
/// # Errors
/// The first thing that one of them cannot do.
pub fn check(spec: &ClusterSpec, platforms: &[Platform]) -> Result<(), DeployError> {
    platforms.iter().try_for_each(|platform| match platform {
        Platform::Standalone => standalone::check(spec),
        Platform::Yarn => yarn::check(spec),
        Platform::Kubernetes => memory::check(spec),
        Platform::Operator => operator::check(spec),
    })
}

/// The only group of TaskManagers, for platforms that have one kind; `problem` is said of several.
pub(crate) fn only_group<'a>(
    spec: &'a ClusterSpec,
    problem: &str,
) -> Result<&'a TaskManagerGroup, DeployError> {
    match &spec.task_managers[..] {
        [group] => Ok(group),
        _ => Err(DeployError::Field { field: "taskManagers", problem: problem.to_owned() }),
    }
}
