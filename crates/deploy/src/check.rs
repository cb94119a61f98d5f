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
        Platform::Kubernetes => service_names(spec).and_then(|()| memory::check(spec)),
        Platform::Operator => service_names(spec).and_then(|()| operator::check(spec)),
    })
}

/// Services have names of at most 63 characters that begin with a letter, and Flink itself wants room behind the name of a
/// cluster: 45 characters are left.
fn service_names(spec: &ClusterSpec) -> Result<(), DeployError> {
    let name = spec.name.as_str();
    let fits = name.len() <= 45 && name.starts_with(|c: char| c.is_ascii_lowercase());
    let problem = || {
        format!(
            "`{name}` names Services of Kubernetes: at most 45 characters, of which the first is a letter, are needed"
        )
    };
    if fits { Ok(()) } else { Err(DeployError::Field { field: "name", problem: problem() }) }
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
