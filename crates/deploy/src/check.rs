//! Whether platforms can be what is described, before anything is made.

use ops_core::spec::{ClusterSpec, Platform};

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
